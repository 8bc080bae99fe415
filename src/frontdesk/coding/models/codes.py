"""Code sets (the same for every practice) and the practice's own charge list and fees."""

from django.db import models
from django.db.models import Q

from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField


class CodeSet(models.Model):
    """Which release of a code set is here."""

    name = models.CharField(max_length=20, unique=True)  # icd10cm, hcpcs, modifiers, places
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Diagnosis(models.Model):
    """An ICD-10-CM code and the days on which it is valid. Source: CDC/NCHS.

    Keys run in the order in which codes are shown: the common first, then the plainest.
    """

    code = models.CharField(max_length=8)  # with its point: E11.9
    description = models.CharField(max_length=300)
    is_billable = models.BooleanField(default=True)
    valid_from = models.DateField(null=True)  # None: no limit known
    valid_to = models.DateField(null=True)  # the last day

    class Meta:
        indexes = [models.Index(fields=["code"], name="diagnosis_by_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.description}"


class Procedure(models.Model):
    """A HCPCS Level II code and the days on which it is valid. Source: CMS."""

    code = models.CharField(max_length=5)
    description = models.TextField()
    short = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["code"], name="procedure_by_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.short or self.description}"


class Modifier(models.Model):
    """Two characters that say how a procedure was special."""

    code = models.CharField(max_length=2, unique=True)
    description = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.code} {self.description}"


class PlaceOfService(models.Model):
    """Where a service was given, as claims say it. Source: CMS."""

    code = models.CharField(max_length=2, unique=True)
    name = models.CharField(max_length=80)
    description = models.TextField(blank=True)
    is_facility = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ChargeItem(Record):
    """One line of the practice's own charge list: what it does, in its own words."""

    class System(models.TextChoices):
        CPT = "cpt", "CPT (licensed, imported by the practice)"
        HCPCS = "hcpcs", "HCPCS Level II"
        LOCAL = "local", "The practice's own"

    code = models.CharField(max_length=10)
    description = models.CharField(max_length=120)
    system = models.CharField(max_length=6, choices=System, default=System.LOCAL)
    group = models.CharField(max_length=40, blank=True)  # heading on the superbill
    is_favorite = models.BooleanField(default=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "code"], name="charge_item_code_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.description}"


class FeeSchedule(Record):
    """A list of prices: what the practice charges, or what a payer's contract allows."""

    class Kind(models.TextChoices):
        CHARGE = "charge", "What we charge"
        CONTRACT = "contract", "What a payer allows"

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.CHARGE)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=models.F("starts_on")),
                name="fee_schedule_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Fee(Record):
    """The price of one code, with or without a modifier, on a schedule."""

    schedule = TenantFK(FeeSchedule, on_delete=models.PROTECT, related_name="fees")
    code = models.CharField(max_length=10)
    modifier = models.CharField(max_length=2, blank=True)
    amount = MoneyField()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "schedule", "code", "modifier"], name="fee_is_given_once"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="fee_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.amount}"


class PriceImport(Record):
    """A price list that the practice brought in, and its word that it may use the codes."""

    schedule = TenantFK(FeeSchedule, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    has_cpt = models.BooleanField(default=False)
    licence = models.CharField(max_length=100, blank=True)  # the AMA licence number or contract
    attested_by = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.file_name}: {self.rows}"
