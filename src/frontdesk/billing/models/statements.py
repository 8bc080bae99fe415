"""Bills to patients: how they are made, the runs that make them, and each as it was printed."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import ZERO, MoneyField
from frontdesk.people.models import Guarantor, Patient
from frontdesk.records.models import Document


def usual_scale() -> list[list[str]]:
    """Up to how many percent of the poverty guideline, how many percent are taken off."""
    return [["100", "100"], ["150", "75"], ["200", "50"], ["250", "25"]]


class StatementPolicy(Record):
    """How this practice bills its patients: one a practice; without one the usual holds."""

    least = MoneyField(default=Decimal("5.00"))  # below it nothing is sent
    days_between = models.PositiveSmallIntegerField(default=28)
    days_to_pay = models.PositiveSmallIntegerField(default=30)
    cycles = models.PositiveSmallIntegerField(default=1)  # parts of the alphabet, in turn
    notices = models.PositiveSmallIntegerField(default=3)  # the last one says it is the last
    answer_days = models.PositiveSmallIntegerField(default=10)  # to answer a patient's question
    link_days = models.PositiveSmallIntegerField(default=120)  # how long a pay link opens
    collect_after_days = models.PositiveSmallIntegerField(default=120)
    collect_least = MoneyField(default=Decimal("50.00"))
    letter_days = models.PositiveSmallIntegerField(default=30)  # after the letter before
    help_months = models.PositiveSmallIntegerField(default=12)  # how long help is given
    scale = models.JSONField(default=usual_scale)  # the sliding scale: see usual_scale

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice"], name="statement_policy_one_a_practice"),
            models.CheckConstraint(
                condition=Q(notices__gte=1, notices__lte=4), name="statement_policy_notices"
            ),
        ]

    def __str__(self) -> str:
        return f"Every {self.days_between} days"


class StatementRun(Record):
    """One go at billing everybody, or one part of the alphabet: a job, with how far it is."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"

    lifecycle = Lifecycle(Status, {Status.RUNNING: {Status.DONE}})

    number = models.BigIntegerField()
    made_on = models.DateField()
    cycle = models.PositiveSmallIntegerField(default=0)  # from 1; 0 is everybody
    status = models.CharField(max_length=7, choices=Status, default=Status.RUNNING)
    to_look = models.PositiveIntegerField(default=0)  # families that owe something
    looked = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    total = MoneyField(default=ZERO)  # of the statements made
    reached = models.UUIDField(null=True, blank=True)  # the last patient that was looked at
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=100)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="statement_run_once"),
            models.UniqueConstraint(
                fields=["practice"], condition=Q(status="running"), name="statement_run_one_at_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Run {self.number}"

    @property
    def percent(self) -> int:
        """How far it is."""
        return 100 if self.status == self.Status.DONE else 100 * self.looked // max(self.to_look, 1)


class Statement(Record):
    """A bill to a patient or a family, as it was printed."""

    class Status(models.TextChoices):
        MADE = "made", "To mail"
        SENT = "sent", "Sent"
        PAID = "paid", "Paid"
        REPLACED = "replaced", "A newer one went out"

    lifecycle = Lifecycle(
        Status,
        {
            Status.MADE: {Status.SENT, Status.PAID, Status.REPLACED},
            Status.SENT: {Status.PAID, Status.REPLACED},
        },
    )

    number = models.BigIntegerField()
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="statements")  # to whom
    guarantor = TenantFK(
        Guarantor, null=True, blank=True, on_delete=models.PROTECT, related_name="statements"
    )  # for whose family it is
    run = TenantFK(
        StatementRun, null=True, blank=True, on_delete=models.PROTECT, related_name="statements"
    )
    made_on = models.DateField()
    due_on = models.DateField()
    total = MoneyField()
    step = models.PositiveSmallIntegerField(default=1)  # the first bill, a reminder, the last one
    lines = models.JSONField(default=list)
    held = models.JSONField(default=list)  # lines that are owed and not asked for, and why
    credit = MoneyField(default=ZERO)  # paid ahead, taken off the total
    aging = models.JSONField(default=list)  # dollars of 0-30, 31-60, 61-90, over 90 days
    agreed = models.JSONField(default=dict)  # the payment plan it tells of
    reading = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)  # grade
    language = models.CharField(max_length=10, default="en")
    document = TenantFK(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=Status, default=Status.MADE)
    sent_on = models.DateField(null=True, blank=True)
    sent_how = models.CharField(max_length=5, blank=True)  # email, sms, mail
    returned_on = models.DateField(null=True, blank=True)  # the letter came back
    returned_from = models.CharField(max_length=250, blank=True)  # the address it came back from

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="statement_numbered_once"),
            models.CheckConstraint(condition=Q(total__gte=0), name="statement_total_not_negative"),
        ]
        indexes = [
            models.Index(fields=["practice", "status", "-number"], name="statement_list"),
            models.Index(fields=["practice", "patient", "-number"], name="statement_by_patient"),
        ]

    def __str__(self) -> str:
        return f"Statement {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether it still asks for money."""
        return self.status in {self.Status.MADE, self.Status.SENT}


class StatementPart(Record):
    """Whose bill a statement is, and how much of it: one a member of the family."""

    statement = TenantFK(Statement, on_delete=models.PROTECT, related_name="parts")
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="statement_parts")
    amount = MoneyField()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "statement", "patient"], name="statement_part_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class StatementSkip(Record):
    """Somebody who owes and got no statement in a run, with the reason."""

    run = TenantFK(StatementRun, on_delete=models.PROTECT, related_name="skips")
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=20)  # a key of rules.bills.HELD
    amount = MoneyField()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "run", "patient"], name="statement_skip_once"
            )
        ]

    def __str__(self) -> str:
        return self.why
