"""Balances on their way to a collection agency, and what comes back from it."""

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import ZERO, MoneyField
from frontdesk.people.models import Guarantor, Patient
from frontdesk.records.models import Document


class Agency(Record):
    """Who collects for the practice."""

    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    fee_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)  # of what it gets
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "name"],
                name="agency_name_is_unique",
                violation_error_message="There is an agency of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class AgencyFile(Record):
    """A file to or from an agency, whole. The same content counts once."""

    class Direction(models.TextChoices):
        OUT = "out", "Handed over"
        IN = "in", "Report of the agency"

    number = models.BigIntegerField()
    agency = TenantFK(Agency, on_delete=models.PROTECT, related_name="files")
    direction = models.CharField(max_length=3, choices=Direction)
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    count = models.PositiveIntegerField(default=0)  # accounts in it
    total = MoneyField(default=ZERO)
    fees = MoneyField(default=ZERO)
    not_used = models.JSONField(default=list)  # lines that fit nothing, with why
    at = models.DateTimeField()
    by_name = models.CharField(max_length=100)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "direction", "sha256"], name="agency_file_content_once"
            ),
            models.UniqueConstraint(fields=["practice", "number"], name="agency_file_numbered"),
        ]

    def __str__(self) -> str:
        return self.name


class Placement(Record):
    """One patient's balance on its way to an agency and back."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "To decide"
        LETTER = "letter", "Letter sent"
        PLACED = "placed", "With the agency"
        RECALLED = "recalled", "Called back"
        SETTLED = "settled", "Paid"
        GIVEN_UP = "given_up", "Given up by the agency"
        DROPPED = "dropped", "Not handed over"

    lifecycle = Lifecycle(
        Status,
        {
            Status.PROPOSED: {Status.LETTER, Status.DROPPED},
            Status.LETTER: {Status.PLACED, Status.DROPPED},
            Status.PLACED: {Status.RECALLED, Status.SETTLED, Status.GIVEN_UP},
        },
    )

    number = models.BigIntegerField()  # what the agency calls the account
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="placements")
    guarantor = TenantFK(
        Guarantor, null=True, blank=True, on_delete=models.PROTECT, related_name="placements"
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.PROPOSED)
    amount = MoneyField()  # when it was proposed, then as handed over
    facts = models.JSONField(default=dict)  # how old, how many notices: why it was proposed
    proposed_on = models.DateField()
    approved_by = models.CharField(max_length=100, blank=True)
    letter_on = models.DateField(null=True, blank=True)
    letter_until = models.DateField(null=True, blank=True)  # the last day to pay us
    letter = TenantFK(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agency = TenantFK(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="placements"
    )
    file = TenantFK(
        AgencyFile, null=True, blank=True, on_delete=models.PROTECT, related_name="placements"
    )
    placed_on = models.DateField(null=True, blank=True)
    handed_by = models.CharField(max_length=100, blank=True)
    collected = MoneyField(default=ZERO)  # by the agency, fees included
    fees = MoneyField(default=ZERO)
    paid_here = MoneyField(default=ZERO)  # while the agency had it
    ended_on = models.DateField(null=True, blank=True)
    because = models.CharField(max_length=200, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="placement_numbered_once"),
            models.UniqueConstraint(
                fields=["practice", "patient"],
                condition=Q(status__in=["proposed", "letter", "placed"]),
                name="placement_one_live_a_patient",
            ),
        ]
        indexes = [models.Index(fields=["practice", "status", "-amount"], name="placement_list")]

    def __str__(self) -> str:
        return f"Account {self.number}"

    @property
    def is_live(self) -> bool:
        """Whether it is on its way or with the agency."""
        return self.status in {self.Status.PROPOSED, self.Status.LETTER, self.Status.PLACED}
