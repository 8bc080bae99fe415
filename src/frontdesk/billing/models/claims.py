"""Charges, claims with their history, and the files that were sent and came in."""

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.coverage.models import Payer, Policy
from frontdesk.ledger.models import Posting
from frontdesk.people.models import Patient
from frontdesk.staff.models import Member, Provider
from frontdesk.visits.models import SuperbillLine, Visit


class Charge(Record):
    """One line of a superbill as posted to the books."""

    class Status(models.TextChoices):
        POSTED = "posted", "Posted"
        REVERSED = "reversed", "Reversed"

    lifecycle = Lifecycle(Status, {Status.POSTED: {Status.REVERSED}})

    number = models.BigIntegerField()  # the line item control number of the claim (REF*6R)
    visit = TenantFK(Visit, on_delete=models.PROTECT, related_name="charges")
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="charges")
    provider = TenantFK(Provider, on_delete=models.PROTECT, related_name="charges")
    line = TenantFK(SuperbillLine, on_delete=models.PROTECT, related_name="charges")
    on = models.DateField()  # day of service
    code = models.CharField(max_length=10)
    description = models.CharField(max_length=120)
    modifiers = models.JSONField(default=list)
    units = models.PositiveSmallIntegerField()
    pointers = models.CharField(max_length=4, blank=True)
    amount = MoneyField()
    status = models.CharField(max_length=8, choices=Status, default=Status.POSTED)
    posting = TenantFK(
        Posting, null=True, on_delete=models.PROTECT, related_name="charges"
    )  # none: nothing to pay, like a vaccine given for free

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="charge_numbered_once")
        ]
        indexes = [models.Index(fields=["practice", "visit"], name="charge_by_visit")]

    def __str__(self) -> str:
        return f"Charge {self.number}: {self.code}"


class Claim(Record):
    """A bill to a payer for one visit, in one version."""

    class Status(models.TextChoices):
        HELD = "held", "Held by a check"
        READY = "ready", "Ready to send"
        SENT = "sent", "Sent"
        RECEIVED = "received", "Received by the clearinghouse"  # 999 A or E
        REJECTED = "rejected", "Rejected"  # TA1, 999 or 277CA: never received by the payer
        ACCEPTED = "accepted", "Accepted by the payer"  # 277CA A2
        PAID = "paid", "Paid"
        DENIED = "denied", "Denied"
        CLOSED = "closed", "Closed"
        VOIDED = "voided", "Voided"

    _unsent = {Status.HELD, Status.READY, Status.REJECTED}
    _with_payer = {Status.SENT, Status.RECEIVED, Status.ACCEPTED}
    _decided = {Status.PAID, Status.DENIED, Status.CLOSED}
    lifecycle = Lifecycle(
        Status,
        {
            # A payer may decide on what was turned away, or is to be sent again: it had it.
            Status.HELD: {Status.READY, Status.HELD, Status.VOIDED} | _decided,
            Status.READY: {Status.SENT, Status.HELD, Status.READY, Status.VOIDED} | _decided,
            Status.SENT: {
                Status.RECEIVED,
                Status.REJECTED,
                Status.ACCEPTED,
                Status.PAID,
                Status.DENIED,
                Status.CLOSED,  # a void, by the reversal it asked for
            },
            Status.RECEIVED: {
                Status.REJECTED,
                Status.ACCEPTED,
                Status.PAID,
                Status.DENIED,
                Status.CLOSED,
            },
            Status.REJECTED: {Status.READY, Status.HELD, Status.VOIDED} | _decided,
            Status.ACCEPTED: {Status.PAID, Status.DENIED, Status.REJECTED, Status.CLOSED},
            # A payer may take its decision back (to accepted) and decide anew; one that was
            # posted wrongly leaves the claim where it was before.
            Status.PAID: _decided | _with_payer | _unsent,
            Status.DENIED: _decided | _with_payer | _unsent,
            Status.CLOSED: _decided | _with_payer | _unsent,
        },
    )

    number = models.CharField(max_length=20)  # the patient control number (CLM01)
    visit = TenantFK(Visit, on_delete=models.PROTECT, related_name="claims")
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="claims", db_index=False)
    provider = TenantFK(Provider, on_delete=models.PROTECT, related_name="claims")
    policy = TenantFK(Policy, on_delete=models.PROTECT, related_name="claims")
    payer = TenantFK(Payer, on_delete=models.PROTECT, related_name="claims", db_index=False)
    on = models.DateField()  # first day of service
    total = MoneyField()
    status = models.CharField(max_length=8, choices=Status, default=Status.HELD)
    frequency = models.CharField(max_length=1, default="1")  # CLM05-3
    level = models.PositiveSmallIntegerField(default=1)  # 1 primary, 2 secondary, 3 tertiary
    crossed_over = models.BooleanField(default=False)  # the payer before sent it on: we wait
    msp_type = models.CharField(max_length=2, blank=True)  # SBR05: why Medicare pays second
    payer_control_number = models.CharField(max_length=50, blank=True)
    authorization_number = models.CharField(max_length=50, blank=True)
    diagnoses = models.JSONField(default=list)  # codes, in the order of their letters
    findings = models.JSONField(default=list)  # of the scrubber: rule, words, how to fix
    set_by_rules = models.JSONField(default=list, blank=True)  # fact, value, lines, which rule
    file_by = models.DateField()  # the payer's filing limit
    built_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    paid = MoneyField(default=0)
    patient_responsibility = MoneyField(default=0)
    replaces = TenantFK(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        db_index=False,
    )
    urgent_on = models.DateField(null=True, blank=True)  # from when it goes before all others
    late_on = models.DateField(null=True, blank=True)  # the last day on which an answer is usual
    owner = TenantFK(
        Member,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claims",
        db_index=False,
    )
    next_step = models.CharField(max_length=140, blank=True)  # planned by a person
    next_on = models.DateField(null=True, blank=True)
    next_for = models.CharField(max_length=8, blank=True)  # the status it was planned in

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="claim_numbered_once")
        ]
        indexes = [
            models.Index(fields=["practice", "status", "on"], name="claim_work_list"),
            # What a page of the work list and its counts read: from the index alone.
            models.Index(fields=["practice", "status", "-total", "id"], name="claim_by_worth"),
            models.Index(
                fields=["practice", "status", "urgent_on", "total", "id"], name="claim_by_urgency"
            ),
            models.Index(
                fields=["practice", "status", "late_on", "total", "id"], name="claim_by_lateness"
            ),
            models.Index(  # what somebody has is few: it is found in the index alone
                fields=["practice", "owner", "-total", "id", "status", "payer"],
                name="claim_of_owner_by_worth",
                condition=Q(owner__isnull=False),
            ),
            models.Index(
                fields=[
                    "practice",
                    "owner",
                    "status",
                    "urgent_on",
                    "late_on",
                    "total",
                    "id",
                    "payer",
                    "on",
                ],
                name="claim_of_owner_by_status",
                condition=Q(owner__isnull=False),
            ),
            models.Index(fields=["practice", "patient", "on"], name="claim_by_patient"),
            models.Index(fields=["practice", "replaces"], name="claim_by_former"),
            models.Index(fields=["practice", "payer_control_number"], name="claim_by_number_there"),
            models.Index(
                fields=["practice", "payer", "status", "-on", "id"], name="claim_by_payer_day"
            ),
            models.Index(
                fields=["practice", "payer", "status", "-total", "id"], name="claim_by_payer_worth"
            ),
        ]

    def __str__(self) -> str:
        return f"Claim {self.number}"

    @property
    def is_unsent(self) -> bool:
        """Whether no payer has it in hand: it may be changed or voided here."""
        return self.status in {self.Status.HELD, self.Status.READY, self.Status.REJECTED}

    @property
    def is_decided(self) -> bool:
        """Whether a remittance has spoken."""
        return self.status in {self.Status.PAID, self.Status.DENIED, self.Status.CLOSED}


class ClaimLine(Record):
    """A charge as claimed, and what the payer made of it."""

    claim = TenantFK(Claim, on_delete=models.PROTECT, related_name="lines")
    charge = TenantFK(Charge, on_delete=models.PROTECT, related_name="claim_lines")
    place = models.PositiveSmallIntegerField()  # LX01, from 1
    paid = MoneyField(default=0)
    allowed = MoneyField(default=0)
    reasons = models.JSONField(default=list)  # of the last decision: ["CO-45", "PR-3"]

    def __str__(self) -> str:
        return f"Line {self.place}"

    @property
    def is_decided(self) -> bool:
        """Whether a decision on it stands: one that was taken back leaves nothing."""
        return bool(self.reasons) or self.paid > 0

    @property
    def is_shared(self) -> bool:
        """Whether the last decision left some of it to the patient."""
        return any(reason.startswith("PR-") for reason in self.reasons)


class Exchange(Record):
    """A file sent to or received from a clearinghouse, whole. The same content counts once."""

    class Direction(models.TextChoices):
        OUT = "out", "Sent"
        IN = "in", "Received"

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting to be sent"
        SENT = "sent", "Sent"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        RECEIVED = "received", "Received, to be read"
        REJECTED = "rejected", "Rejected"
        READ = "read", "Read"
        UNREADABLE = "unreadable", "Needs a person"

    lifecycle = Lifecycle(
        Status,
        {
            Status.WAITING: {Status.SENT},
            Status.SENT: {Status.ACKNOWLEDGED, Status.REJECTED},
            Status.ACKNOWLEDGED: {Status.REJECTED},
            Status.RECEIVED: {Status.READ, Status.UNREADABLE},
            Status.UNREADABLE: {Status.READ},
        },
    )

    direction = models.CharField(max_length=3, choices=Direction)
    kind = models.CharField(max_length=6)  # 837P, TA1, 999, 277CA, 835
    name = models.CharField(max_length=120, blank=True)  # as the other side calls it
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    interchange_control = models.CharField(max_length=9, blank=True)
    group_control = models.CharField(max_length=9, blank=True)
    status = models.CharField(max_length=12, choices=Status)
    at = models.DateTimeField()
    answers = TenantFK(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="answered_by"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.TextField(blank=True)  # what could not be read, without patients' values

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "direction", "sha256"], name="exchange_content_once"
            )
        ]
        indexes = [
            models.Index(fields=["practice", "direction", "status"], name="exchange_to_do"),
            models.Index(fields=["practice", "interchange_control"], name="exchange_by_control"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ClaimEvent(Record):
    """Something that happened to a claim: its history, never edited."""

    claim = TenantFK(Claim, on_delete=models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)  # built, held, sent, 999, 277CA, paid, denied, noted
    words = models.CharField(max_length=300)
    code = models.CharField(max_length=20, blank=True)  # A2:20 of a 277CA, IK5 of a 999
    by_name = models.CharField(max_length=100)
    exchange = TenantFK(
        Exchange, null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )

    class Meta(Record.Meta):
        indexes = [
            models.Index(fields=["practice", "claim", "at"], name="claim_history"),
            models.Index(fields=["practice", "kind", "at"], name="claim_event_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d}"


class Transmission(Record):
    """A claim inside a file that was sent: how an answer finds its way back."""

    exchange = TenantFK(Exchange, on_delete=models.PROTECT, related_name="transmissions")
    claim = TenantFK(Claim, on_delete=models.PROTECT, related_name="transmissions")
    transaction_control = models.CharField(max_length=9)  # ST02

    def __str__(self) -> str:
        return f"Transmission {self.pk}"
