"""A payer's permission: why it is needed, what was asked, what was decided, what is used of it."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.coverage.models.held import Policy
from frontdesk.coverage.models.reviewing import Stops, Way
from frontdesk.coverage.rules.authorizing import Held
from frontdesk.people.models import Patient
from frontdesk.staff.models import Provider


class Authorization(Record):
    """A payer's permission for services, or a referral: from needed to used up."""

    class Kind(models.TextChoices):
        PRIOR = "prior", "Prior authorization"
        REFERRAL = "referral", "Referral"

    class Status(models.TextChoices):
        NEEDED = "needed", "To ask for"
        REQUESTED = "requested", "Asked for"
        PENDED = "pended", "Being reviewed"
        APPROVED = "approved", "Approved"
        PARTIAL = "partial", "Approved with changes"
        DENIED = "denied", "Denied"
        APPEALED = "appealed", "Appealed"
        NOT_NEEDED = "not_needed", "Not needed"
        ENDED = "ended", "Ended"
        WITHDRAWN = "withdrawn", "Taken back"

    class Why(models.TextChoices):
        RULE = "rule", "The payer’s rule"
        ANSWER = "answer", "The plan’s answer"
        DENIAL = "denial", "Denied without one before"
        TYPE = "type", "The type of visit"
        RENEWAL = "renewal", "The one before runs out"
        HAND = "hand", "Noted by hand"

    _DECIDED = {Status.APPROVED, Status.PARTIAL, Status.DENIED, Status.NOT_NEEDED}
    lifecycle = Lifecycle(
        Status,
        {
            Status.NEEDED: {Status.REQUESTED, Status.PENDED, Status.WITHDRAWN, *_DECIDED},
            Status.REQUESTED: {Status.PENDED, Status.NEEDED, Status.WITHDRAWN, *_DECIDED},
            Status.PENDED: {Status.REQUESTED, Status.WITHDRAWN, *_DECIDED},
            Status.APPROVED: {Status.PARTIAL, Status.DENIED, Status.ENDED},
            Status.PARTIAL: {Status.APPROVED, Status.APPEALED, Status.DENIED, Status.ENDED},
            Status.DENIED: {
                Status.REQUESTED,
                Status.APPEALED,
                Status.APPROVED,
                Status.PARTIAL,
                Status.ENDED,
            },
            Status.APPEALED: {Status.APPROVED, Status.PARTIAL, Status.DENIED},
            Status.NOT_NEEDED: {Status.NEEDED, Status.ENDED},
            Status.WITHDRAWN: {Status.NEEDED},
        },
    )
    ALLOWS = frozenset({Status.APPROVED, Status.PARTIAL, Status.NOT_NEEDED})
    WAITS = frozenset({Status.REQUESTED, Status.PENDED, Status.APPEALED})
    OPEN = frozenset({Status.NEEDED, Status.DENIED, *WAITS})

    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="authorizations")
    policy = TenantFK(Policy, on_delete=models.PROTECT, related_name="authorizations")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PRIOR)
    number = models.CharField(max_length=50, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.NEEDED)
    why = models.CharField(max_length=7, choices=Why, default=Why.HAND)
    why_words = models.CharField(max_length=200, blank=True)
    stops = models.CharField(max_length=5, choices=Stops, default=Stops.CLAIM)
    appointment_id = models.UUIDField(null=True, blank=True)  # the visit it was asked for
    visit_type = models.CharField(max_length=60, blank=True)  # its name
    service_on = models.DateField(null=True, blank=True)  # the day of that visit
    expected = MoneyField(null=True, blank=True)  # dollars at stake
    provider = TenantFK(
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # who gives the care
    diagnoses = models.JSONField(default=list, blank=True)  # ICD-10-CM, the main one first
    referred_by = models.CharField(max_length=100, blank=True)  # of a referral
    referred_by_npi = models.CharField(max_length=10, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)  # the last day that counts
    is_urgent = models.BooleanField(default=False)
    way = models.CharField(max_length=6, choices=Way, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    decide_by = models.DateTimeField(null=True, blank=True)  # until when the payer decides
    decided_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=300, blank=True)  # of the decision, in words
    told_by = models.CharField(max_length=80, blank=True)  # who said it, where it was no message
    reference = models.CharField(max_length=50, blank=True)  # of the call or of the website
    proof_id = models.UUIDField(null=True, blank=True)  # a document: screenshot, letter
    packet_id = models.UUIDField(null=True, blank=True)  # a document: what was sent to the payer
    is_retroactive = models.BooleanField(default=False)  # asked for after the care was given
    retro_because = models.CharField(max_length=200, blank=True)
    retro_until = models.DateField(null=True, blank=True)  # the last day the payer takes it
    renews = TenantFK(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="renewed_by"
    )
    note = models.CharField(max_length=300, blank=True)  # what the payer should know: MSG of 278
    trace = models.CharField(max_length=50, blank=True)  # TRN02: the same however often asked
    times_asked = models.PositiveSmallIntegerField(default=0)
    ask_again_at = models.DateTimeField(null=True, blank=True)  # while the payer reviews
    request = models.TextField(blank=True)  # the 278, raw
    response = models.TextField(blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="authorization_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["practice", "trace"],
                condition=~Q(trace=""),
                name="authorization_trace_is_unique",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "patient", "status"], name="authorization_of"),
            models.Index(fields=["practice", "status", "service_on"], name="authorization_list"),
            models.Index(fields=["practice", "appointment_id"], name="authorization_visit"),
        ]

    def __str__(self) -> str:
        return f"Authorization {self.pk}: {self.status}"

    def holds_on(self, on: date) -> bool:
        """Whether the day lies between its dates."""
        return (self.starts_on is None or self.starts_on <= on) and (
            self.ends_on is None or on <= self.ends_on
        )

    @property
    def allows(self) -> bool:
        """Whether the care may be given: approved, or not needed at all."""
        return self.status in self.ALLOWS

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something, or to wait."""
        return self.status in self.OPEN

    @property
    def tone(self) -> str:
        """The colour of its status."""
        if self.allows:
            return "green" if self.status != self.Status.PARTIAL else "blue"
        tones = {"denied": "red", "needed": "amber", "requested": "blue", "pended": "blue"}
        return {**tones, "appealed": "amber"}.get(self.status, "slate")

    def is_late(self, at: datetime) -> bool:
        """Whether the payer should have decided by now."""
        return self.status in self.WAITS and bool(self.decide_by and self.decide_by < at)


class AuthorizedService(Record):
    """One service of an authorization: what was asked for, what was approved."""

    class Counts(models.TextChoices):
        UNITS = "units", "Units"
        VISITS = "visits", "Visits"

    authorization = TenantFK(Authorization, on_delete=models.PROTECT, related_name="services")
    place = models.PositiveSmallIntegerField(default=1)
    code = models.CharField(max_length=10, blank=True)  # "": every service
    counts = models.CharField(max_length=6, choices=Counts, default=Counts.UNITS)
    asked = models.PositiveIntegerField(null=True, blank=True)
    approved = models.PositiveIntegerField(null=True, blank=True)  # None: no limit was named
    is_denied = models.BooleanField(default=False)
    action = models.CharField(max_length=2, blank=True)  # X12 HCR01 of this service
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "authorization", "code"],
                condition=Q(is_active=True),
                name="authorized_service_once",
            )
        ]

    def __str__(self) -> str:
        return self.code or "Any service"

    def held(self, used: int) -> Held:
        """The line as a plain value, for the rules; load it with its authorization."""
        whole = self.authorization
        return Held(
            key=self.pk,
            code=self.code,
            approved=0 if self.is_denied else self.approved,
            used=used,
            counts_visits=self.counts == self.Counts.VISITS,
            starts_on=whole.starts_on,
            ends_on=whole.ends_on,
            provider_id=whole.provider_id if whole.kind == whole.Kind.REFERRAL else None,
        )


class AuthorizationUse(Record):
    """What a booked visit keeps of a service, or what a charge used: the charge takes over."""

    class Kind(models.TextChoices):
        BOOKED = "booked", "Booked"
        BILLED = "billed", "Billed"

    service = TenantFK(AuthorizedService, on_delete=models.PROTECT, related_name="uses")
    kind = models.CharField(max_length=6, choices=Kind)
    code = models.CharField(max_length=10, blank=True)
    appointment_id = models.UUIDField(null=True, blank=True)
    charge_id = models.UUIDField(null=True, blank=True)
    on = models.DateField()
    units = models.PositiveIntegerField()  # 0: the visit was counted by another of its services
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "appointment_id", "code"],
                condition=Q(kind="booked", is_active=True),
                name="authorization_booked_once",
            ),
            models.UniqueConstraint(
                fields=["practice", "charge_id"],
                condition=Q(kind="billed", is_active=True),
                name="authorization_billed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "appointment_id"], name="authorization_use_visit")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.units} on {self.on}"


class AuthorizationEvidence(Record):
    """What the payer wants to see, and the document of the chart that shows it."""

    authorization = TenantFK(Authorization, on_delete=models.PROTECT, related_name="evidence")
    words = models.CharField(max_length=120)
    is_required = models.BooleanField(default=True)
    document_id = models.UUIDField(null=True, blank=True)
    document_title = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.words

    @property
    def is_there(self) -> bool:
        """Whether a document was chosen for it."""
        return self.document_id is not None


class AuthorizationEvent(Record):
    """Something that happened to an authorization, with its proof."""

    authorization = TenantFK(Authorization, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=100)
    words = models.CharField(max_length=300)
    reference = models.CharField(max_length=50, blank=True)
    document_id = models.UUIDField(null=True, blank=True)

    class Meta(Record.Meta):
        indexes = [
            models.Index(fields=["practice", "authorization", "at"], name="authorization_happened")
        ]

    def __str__(self) -> str:
        return self.words


class AuthorizationDispute(Record):
    """A denial that is argued: doctor to doctor, or by a written appeal; its clock and outcome."""

    class Kind(models.TextChoices):
        PEER = "peer", "Peer-to-peer call"
        APPEAL = "appeal", "Appeal"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        WON = "won", "Approved after all"
        PART = "part", "Approved in part"
        LOST = "lost", "Denial stands"
        MISSED = "missed", "Too late"

    lifecycle = Lifecycle(
        Status, {Status.OPEN: {Status.WON, Status.PART, Status.LOST, Status.MISSED}}
    )

    authorization = TenantFK(Authorization, on_delete=models.PROTECT, related_name="disputes")
    kind = models.CharField(max_length=6, choices=Kind)
    status = models.CharField(max_length=6, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField()
    due_on = models.DateField()  # the last day the payer takes it
    slot_at = models.DateTimeField(null=True, blank=True)  # of the call
    with_whom = models.CharField(max_length=100, blank=True)  # the payer's doctor
    phone = models.CharField(max_length=40, blank=True)
    letter = models.TextField(blank=True)
    sent_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "authorization", "kind"],
                condition=Q(status="open"),
                name="authorization_dispute_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.status}"

    @property
    def is_to_send(self) -> bool:
        """Whether it is an appeal whose letter goes to the payer, or went and is not decided."""
        return self.kind == self.Kind.APPEAL and self.status == self.Status.OPEN
