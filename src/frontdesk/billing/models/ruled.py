"""What the office's rules do to claims: documents asked for, and rules tried on the past."""

from django.db import models

from frontdesk.billing.models.claims import Claim
from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.practice.models import RuleVersion
from frontdesk.records.models import Document


class ClaimAttachment(Record):
    """A document that goes with a claim: named in the claim by a number (PWK), sent apart."""

    class Way(models.TextChoices):
        ELECTRONIC = "EL", "Electronically"
        FAX = "FX", "By fax"
        MAIL = "BM", "By mail"
        ON_REQUEST = "AA", "When the payer asks"

    claim = TenantFK(Claim, on_delete=models.PROTECT, related_name="attachments")
    document = TenantFK(Document, on_delete=models.PROTECT, related_name="+")
    report = models.CharField(max_length=2)  # PWK01: OB operative note, …
    way = models.CharField(max_length=2, choices=Way)  # PWK02
    control = models.CharField(max_length=50)  # PWK06: stands on the document's cover too
    at = models.DateTimeField()
    by_name = models.CharField(max_length=100)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "control"], name="claim_attachment_numbered_once"
            )
        ]
        indexes = [models.Index(fields=["practice", "claim"], name="claim_attachment_by_claim")]

    def __str__(self) -> str:
        return f"{self.report} {self.control}"


class Replay(Record):
    """A version of a rule, tried on the claims there were."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being tried"
        DONE = "done", "Tried"

    lifecycle = Lifecycle(
        Status,
        {
            Status.WAITING: {Status.RUNNING, Status.DONE},
            Status.RUNNING: {Status.RUNNING, Status.DONE},
        },
    )

    version = TenantFK(RuleVersion, on_delete=models.PROTECT, related_name="replays")
    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING)
    since = models.DateField()  # claims for visits from this day on
    until = models.DateTimeField()  # claims built before
    total = models.PositiveIntegerField(default=0)  # claims to look at
    seen = models.PositiveIntegerField(default=0)
    last = models.UUIDField(null=True, blank=True)  # key of the last claim looked at
    touched = models.PositiveIntegerField(default=0)
    dollars = MoneyField(default=0)  # of the claims touched
    denied = models.PositiveIntegerField(default=0)
    dollars_denied = MoneyField(default=0)
    paid = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["practice", "version"], name="replay_of_version")]

    def __str__(self) -> str:
        return f"Replay of {self.version_id}"

    @property
    def percent(self) -> int:
        """How far it is, from 0 to 100."""
        return 100 if self.status == self.Status.DONE else 100 * self.seen // max(self.total, 1)

    @property
    def open(self) -> int:
        """Claims touched that are neither denied nor paid."""
        return self.touched - self.denied - self.paid


class ReplayRow(Record):
    """A claim that the rule would have touched, and what became of it without the rule."""

    class Outcome(models.TextChoices):
        DENIED = "denied", "Denied or rejected"
        PAID = "paid", "Paid"
        OPEN = "open", "Not decided"

    replay = TenantFK(Replay, on_delete=models.PROTECT, related_name="rows")
    claim = TenantFK(Claim, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=6, choices=Outcome)
    lines = models.JSONField(default=list)  # places of the lines meant

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "replay", "claim"], name="replay_row_once")
        ]

    def __str__(self) -> str:
        return f"{self.outcome}"
