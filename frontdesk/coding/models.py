"""Code sets (the same for every practice) and the practice's own charge list and fees."""

from django.db import models
from django.db.models import Q

from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField


class Diagnosis(models.Model):
    """An ICD-10-CM code and the days on which it is valid. Source: CDC/NCHS."""

    code = models.CharField(max_length=8)  # with its point: E11.9
    description = models.CharField(max_length=300)
    is_billable = models.BooleanField(default=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["code"], name="diagnosis_by_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.description}"


class Procedure(models.Model):
    """A HCPCS Level II code and the days on which it is valid. Source: CMS."""

    code = models.CharField(max_length=5)
    description = models.CharField(max_length=1200)
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
