"""What patients ask about their bills: a thread, a clock, and what came of it."""

from django.db import models
from django.db.models import Q

from frontdesk.billing.models.claims import Charge
from frontdesk.billing.models.statements import Statement
from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import ZERO, MoneyField
from frontdesk.people.models import Patient


class Dispute(Record):
    """A question about a bill. While it is open the line is neither billed nor collected."""

    class About(models.TextChoices):
        UNKNOWN = "unknown", "Does not know this service"
        PAID = "paid", "Says it is paid"
        INSURANCE = "insurance", "Says insurance should pay"
        AMOUNT = "amount", "Says the amount is wrong"
        ESTIMATE = "estimate", "Was told a lower estimate"
        BANKRUPT = "bankrupt", "Bankruptcy notice"
        OTHER = "other", "Something else"

    class Status(models.TextChoices):
        OPEN = "open", "To answer"
        WAITING = "waiting", "Waits for the patient"
        CLOSED = "closed", "Closed"

    class Outcome(models.TextChoices):
        CORRECTED = "corrected", "Corrected"
        EXPLAINED = "explained", "Explained"
        ADJUSTED = "adjusted", "Adjusted"

    lifecycle = Lifecycle(
        Status,
        {
            Status.OPEN: {Status.OPEN, Status.WAITING, Status.CLOSED},
            Status.WAITING: {Status.OPEN, Status.WAITING, Status.CLOSED},
            Status.CLOSED: {Status.OPEN},  # they wrote again
        },
    )

    number = models.BigIntegerField()
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="disputes")
    statement = TenantFK(
        Statement, null=True, blank=True, on_delete=models.PROTECT, related_name="disputes"
    )
    charge = TenantFK(
        Charge, null=True, blank=True, on_delete=models.PROTECT, related_name="disputes"
    )  # none: the whole bill
    label = models.CharField(max_length=140, blank=True)
    amount = MoneyField()  # what is owed on it when it was asked
    about = models.CharField(max_length=9, choices=About)
    status = models.CharField(max_length=7, choices=Status, default=Status.OPEN)
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    adjusted = MoneyField(default=ZERO)  # given up in the end
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    is_by_patient = models.BooleanField(default=False)
    due_on = models.DateField()  # the last day to answer
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=100, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="dispute_numbered_once"),
            models.UniqueConstraint(
                fields=["practice", "patient", "charge"],
                condition=~Q(status="closed") & ~Q(charge=None),
                name="dispute_one_open_a_line",
            ),
        ]
        indexes = [models.Index(fields=["practice", "status", "due_on"], name="dispute_work_list")]

    def __str__(self) -> str:
        return f"Question {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether what it is about is not to be billed."""
        return self.status != self.Status.CLOSED

    @property
    def holds_all(self) -> bool:
        """Whether it stops everything of the patient, not one line.

        A dispute of a good-faith estimate stops collection (45 CFR 149.620), a bankruptcy any
        attempt to collect (11 USC 362).
        """
        return self.charge_id is None or self.about in {self.About.ESTIMATE, self.About.BANKRUPT}


class DisputeMessage(Record):
    """What was said in a thread, as it was said."""

    dispute = TenantFK(Dispute, on_delete=models.PROTECT, related_name="messages")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=100)
    is_by_patient = models.BooleanField(default=False)
    words = models.TextField()

    def __str__(self) -> str:
        return f"{self.by_name} at {self.at:%Y-%m-%d}"
