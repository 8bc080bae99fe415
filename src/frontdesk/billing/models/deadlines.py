"""Clocks that run on claims, the limits payers set, how long payers take, what they were asked."""

from django.db import models
from django.db.models import F, Q

from frontdesk.billing.models.claims import Claim, Exchange
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.coverage.models import Payer, Plan


class ClockKind(models.TextChoices):
    """What a payer sets a time limit for."""

    FILING = "filing", "First claim"
    SECONDARY = "secondary", "Claim to the next plan"
    CORRECTED = "corrected", "Corrected claim"
    APPEAL = "appeal", "Appeal"
    SECOND_APPEAL = "second_appeal", "Second appeal"
    RECORDS = "records", "Records asked for"


class PayerLimit(Record):
    """How many days a payer's contract gives for one kind of step; for one plan, or for all."""

    payer = TenantFK(Payer, on_delete=models.PROTECT, related_name="limits")
    plan = TenantFK(Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="limits")
    kind = models.CharField(max_length=13, choices=ClockKind)
    days = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # from the service, the decision or the letter; none: as usual

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "payer", "plan", "kind"],
                condition=Q(plan__isnull=False),
                name="payer_limit_once_a_plan",
            ),
            models.UniqueConstraint(
                fields=["practice", "payer", "kind"],
                condition=Q(plan=None),
                name="payer_limit_once_a_payer",
            ),
            models.CheckConstraint(
                condition=Q(days=None) | Q(days__gte=1, days__lte=3660),
                name="payer_limit_is_sensible",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Deadline(Record):
    """A clock on a claim: until when something must reach the payer. Stopped, never erased.

    `alarm_on` is the day of the next alarm that was not given yet; `told` the last stage given,
    in percent of the time (100: the limit is over).
    """

    Kind = ClockKind

    claim = TenantFK(Claim, on_delete=models.PROTECT, related_name="deadlines", db_index=False)
    kind = models.CharField(max_length=13, choices=ClockKind)
    starts_on = models.DateField()
    due_on = models.DateField()  # the last day
    alarm_on = models.DateField(null=True, blank=True)
    told = models.PositiveSmallIntegerField(default=0)
    stopped_on = models.DateField(null=True, blank=True)
    stopped_why = models.CharField(max_length=140, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "claim", "kind"],
                condition=Q(stopped_on=None),
                name="deadline_runs_once",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("starts_on")),
                name="deadline_ends_after_it_starts",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "claim"], name="deadline_by_claim"),
            models.Index(
                fields=["practice", "alarm_on"],
                condition=Q(stopped_on=None),
                name="deadline_alarms",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.due_on:%Y-%m-%d}"


class PayerPace(Record):
    """How long a payer takes to decide, learned from its decisions: days from sent to paid."""

    payer = TenantFK(Payer, on_delete=models.PROTECT, related_name="paces")
    answers = models.PositiveIntegerField()  # decisions it was learned from
    median_days = models.PositiveSmallIntegerField()
    late_days = models.PositiveSmallIntegerField()  # nine of ten decisions came within
    learned_on = models.DateField()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "payer"], name="payer_pace_once_a_payer")
        ]

    def __str__(self) -> str:
        return f"{self.median_days} days, {self.late_days} at most"


class StatusQuestion(Record):
    """A question to a payer where a claim stands (276), and what it answered (277)."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Asked"
        ANSWERED = "answered", "Answered"
        FAILED = "failed", "No answer"

    claim = TenantFK(Claim, on_delete=models.PROTECT, related_name="questions")
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    answered_at = models.DateTimeField(null=True, blank=True)
    category = models.CharField(max_length=3, blank=True)  # STC01-1: A1, P1, F1, D0 …
    code = models.CharField(max_length=4, blank=True)  # STC01-2
    words = models.CharField(max_length=300, blank=True)
    paid = MoneyField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    payment = models.CharField(max_length=50, blank=True)  # number of the cheque or transfer
    segment = models.TextField(blank=True)  # the STC as it came: where the words are from
    exchange = TenantFK(
        Exchange,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="questions",
    )

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "claim"],
                condition=Q(status="waiting"),
                name="status_question_waits_once",
            )
        ]
        indexes = [models.Index(fields=["practice", "claim"], name="status_question_by_claim")]

    def __str__(self) -> str:
        return f"Status question {self.pk}"


class PaperForm(Record):
    """Where a printer's type falls on the red CMS-1500 form: a nudge for each printer."""

    name = models.CharField(max_length=40)  # "Laser in the back office"
    right = models.DecimalField(max_digits=4, decimal_places=1, default=0)  # millimetres
    down = models.DecimalField(max_digits=4, decimal_places=1, default=0)
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="paper_form_named_once"),
            models.CheckConstraint(
                condition=Q(right__gte=-20, right__lte=20, down__gte=-20, down__lte=20),
                name="paper_form_nudge_is_small",
            ),
        ]

    def __str__(self) -> str:
        return self.name
