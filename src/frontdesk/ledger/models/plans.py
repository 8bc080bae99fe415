"""A payment plan: what was agreed, its instalments, and everything that was changed since."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.ledger.models.cards import SavedCard
from frontdesk.ledger.models.payments import Payment
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site


class Plan(Record):
    """A balance that a patient pays in instalments, without interest or fee."""

    class Every(models.TextChoices):
        WEEK = "week", "Every week"
        TWO_WEEKS = "two_weeks", "Every two weeks"
        MONTH = "month", "Every month"

    class Status(models.TextChoices):
        ACTIVE = "active", "Running"
        PAUSED = "paused", "Paused"
        BROKEN = "broken", "In default"
        PAID = "paid", "Paid"
        ENDED = "ended", "Ended"

    lifecycle = Lifecycle(
        Status,
        {
            Status.ACTIVE: {Status.PAUSED, Status.BROKEN, Status.PAID, Status.ENDED},
            Status.PAUSED: {Status.ACTIVE, Status.PAID, Status.ENDED},
            Status.BROKEN: {Status.ACTIVE, Status.PAID, Status.ENDED},
        },
    )

    number = models.BigIntegerField()
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="plans")
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")  # whose days count
    total = MoneyField()
    each = MoneyField()
    every = models.CharField(max_length=9, choices=Every, default=Every.MONTH)
    first_on = models.DateField()
    card = TenantFK(
        SavedCard, null=True, blank=True, on_delete=models.PROTECT, related_name="plans"
    )
    agreed_how = models.CharField(max_length=60)  # signed here, by phone
    disclosed = models.BooleanField(default=False)  # the disclosure of 12 CFR 1026.18 was given
    status = models.CharField(max_length=6, choices=Status, default=Status.ACTIVE)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=100)
    resumes_on = models.DateField(null=True, blank=True)
    ended_because = models.CharField(max_length=200, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="plan_numbered_once"),
            models.UniqueConstraint(
                fields=["practice", "patient"],
                condition=Q(status__in=("active", "paused", "broken")),
                name="plan_one_at_a_time",
            ),
            models.CheckConstraint(condition=Q(total__gt=0, each__gt=0), name="plan_sums_positive"),
        ]
        indexes = [models.Index(fields=["practice", "status"], name="plan_by_status")]

    def __str__(self) -> str:
        return f"Plan {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether money is still expected from it."""
        return not self.lifecycle.is_final(self.status)


class Instalment(Record):
    """One payment that a plan expects."""

    class Status(models.TextChoices):
        DUE = "due", "To come"
        CHARGING = "charging", "At the gateway"
        PAID = "paid", "Paid"
        DECLINED = "declined", "Declined, tried again"
        MISSED = "missed", "Missed"
        SKIPPED = "skipped", "Skipped"
        DROPPED = "dropped", "Not needed"

    lifecycle = Lifecycle(
        Status,
        {
            Status.DUE: {
                Status.CHARGING, Status.PAID, Status.MISSED, Status.SKIPPED, Status.DROPPED,
            },
            Status.CHARGING: {Status.PAID, Status.DECLINED, Status.MISSED, Status.DUE},
            Status.DECLINED: {
                Status.CHARGING, Status.PAID, Status.MISSED, Status.SKIPPED, Status.DROPPED,
                Status.DUE,
            },
            Status.MISSED: {Status.PAID, Status.SKIPPED, Status.DROPPED, Status.DUE},
            Status.PAID: {Status.MISSED},  # its payment was taken back
        },
    )  # fmt: skip

    plan = TenantFK(Plan, on_delete=models.PROTECT, related_name="instalments")
    place = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount = MoneyField()
    paid = MoneyField(default=0)
    status = models.CharField(max_length=8, choices=Status, default=Status.DUE)
    noticed_on = models.DateField(null=True, blank=True)  # the patient was told of the charge
    noticed_how = models.CharField(max_length=20, blank=True)  # message, phone, letter
    tries = models.PositiveSmallIntegerField(default=0)
    again_on = models.DateField(null=True, blank=True)  # a declined card is tried again
    because = models.CharField(max_length=200, blank=True)  # why it was declined, skipped, missed
    charge = TenantFK(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # the charge under way, or the last one

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "plan", "place"], name="instalment_placed"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="instalment_amount_positive"),
            models.CheckConstraint(
                condition=Q(paid__gte=0, paid__lte=F("amount")), name="instalment_paid_within"
            ),
        ]
        indexes = [models.Index(fields=["practice", "status", "due_on"], name="instalment_by_day")]

    def __str__(self) -> str:
        return f"Instalment {self.place}"

    @property
    def left(self) -> Decimal:
        """What is still to pay of it, in dollars."""
        left: Decimal = self.amount - self.paid
        return left

    @property
    def is_open(self) -> bool:
        """Whether it is still expected."""
        return self.status in OPEN

    def is_late(self, on: date) -> bool:
        """Whether its day has passed without the money."""
        return self.is_open and self.due_on < on


OPEN = (
    Instalment.Status.DUE,
    Instalment.Status.CHARGING,
    Instalment.Status.DECLINED,
    Instalment.Status.MISSED,
)


class InstalmentPart(Record):
    """What one payment paid of one instalment."""

    instalment = TenantFK(Instalment, on_delete=models.PROTECT, related_name="parts")
    payment = TenantFK(Payment, on_delete=models.PROTECT, related_name="parts")
    amount = MoneyField()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "instalment", "payment"], name="instalment_part_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="instalment_part_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.instalment_id}"


class PlanEvent(Record):
    """What happened to a plan, in the words of the office."""

    plan = TenantFK(Plan, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=100)
    words = models.CharField(max_length=300)

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["practice", "plan", "at"], name="plan_event_by_plan")]

    def __str__(self) -> str:
        return self.words
