"""Money that goes out again: refunds with their clock, payments the bank took back."""

from datetime import date

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.ledger.models.books import Posting
from frontdesk.ledger.models.payments import Payment
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site


class Refund(Record):
    """Credit that is given back: proposed by one person, approved by another, then paid."""

    class To(models.TextChoices):
        PATIENT = "patient", "Patient"
        MEDICARE = "medicare", "Medicare"
        MEDICAID = "medicaid", "Medicaid"
        INSURER = "insurer", "Another insurer"
        STATE = "state", "State, as unclaimed"

    class Way(models.TextChoices):
        CARD = "card", "Back to the card"
        CHECK = "check", "Check"

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Waits for approval"
        APPROVED = "approved", "To be paid"
        PAYING = "paying", "At the gateway"
        PAID = "paid", "Paid"
        DECLINED = "declined", "Not approved"
        CANCELLED = "cancelled", "Taken back"

    lifecycle = Lifecycle(
        Status,
        {
            Status.PROPOSED: {Status.APPROVED, Status.DECLINED, Status.CANCELLED},
            Status.APPROVED: {Status.PAYING, Status.PAID, Status.CANCELLED},
            Status.PAYING: {Status.PAID, Status.APPROVED},  # the gateway refused: pay by check
            Status.PAID: {Status.APPROVED},  # the check was never cashed
        },
    )

    number = models.BigIntegerField()
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="refunds")
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    amount = MoneyField()
    to = models.CharField(max_length=8, choices=To, default=To.PATIENT)
    to_name = models.CharField(max_length=100)
    to_address = models.CharField(max_length=200, blank=True)
    way = models.CharField(max_length=5, choices=Way, default=Way.CHECK)
    payment = TenantFK(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )  # the card payment it goes back to
    because = models.CharField(max_length=200)
    known_on = models.DateField()  # the clock starts: the credit was identified
    due_on = models.DateField()
    rule = models.CharField(max_length=120)  # where the clock comes from
    status = models.CharField(max_length=9, choices=Status, default=Status.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=100)
    proposed_by_id = models.UUIDField(null=True, blank=True)  # staff.User
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=100, blank=True)
    declined_because = models.CharField(max_length=200, blank=True)
    trouble = models.CharField(max_length=200, blank=True)  # what the gateway said
    paid_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=60, blank=True)  # check number; the gateway's name
    posting = TenantFK(
        Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )  # credit set aside
    paid_posting = TenantFK(
        Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds_paid"
    )
    key = models.CharField(max_length=64)  # made by the form: the same press proposes once

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="refund_numbered_once"),
            models.UniqueConstraint(fields=["practice", "key"], name="refund_key_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
        ]
        indexes = [
            models.Index(fields=["practice", "status", "due_on"], name="refund_by_clock"),
            models.Index(fields=["practice", "patient"], name="refund_by_patient"),
        ]

    def __str__(self) -> str:
        return f"Refund {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to do something about it."""
        return self.status in OPEN

    def days_left(self, on: date) -> int:
        """How many days the clock leaves; negative when it is over."""
        return (self.due_on - on).days


OPEN = (Refund.Status.PROPOSED, Refund.Status.APPROVED, Refund.Status.PAYING)


class ReturnedPayment(Record):
    """A payment that the bank took back from us: a bounced check, a disputed card."""

    class Kind(models.TextChoices):
        CHECK = "check", "Check returned"
        CARD = "card", "Card disputed"

    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="returned")
    kind = models.CharField(max_length=5, choices=Kind)
    on = models.DateField()
    because = models.CharField(max_length=200)
    fee = MoneyField(default=0)
    fee_posting = TenantFK(
        Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    noted_by = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.on}"


class SmallBalanceRun(Record):
    """One time small balances were given up: by which rule, how many, how much."""

    at = models.DateTimeField()
    by_name = models.CharField(max_length=100)
    rule = models.CharField(max_length=200)
    count = models.PositiveIntegerField()
    total = MoneyField()
    lines = models.JSONField(default=list)  # chart numbers with their sums

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["practice", "at"], name="small_run_by_time")]

    def __str__(self) -> str:
        return f"{self.count} small balances on {self.at:%Y-%m-%d}"
