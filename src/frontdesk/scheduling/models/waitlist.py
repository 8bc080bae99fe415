"""Who wants to come earlier, which times came free, and who was asked to take them."""

from datetime import datetime, time, timedelta

from django.db import models
from django.db.models import F, Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.people.models import Channel, Patient
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models.booking import Appointment
from frontdesk.scheduling.models.types import VisitType
from frontdesk.solver.backfill import Wants
from frontdesk.staff.models import Provider


class Wait(Record):
    """Somebody who wants to come: earlier than they are booked, or at last for a first visit."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        PLACED = "placed", "Got a time"
        LEFT = "left", "Off the list"

    lifecycle = Lifecycle(
        Status,
        {
            Status.WAITING: {Status.PLACED, Status.LEFT},
            Status.PLACED: {Status.WAITING},  # the time fell through
            Status.LEFT: {Status.WAITING},
        },
    )

    class Urgency(models.IntegerChoices):
        ROUTINE = 1, "Routine"
        SOON = 2, "Soon"
        URGENT = 3, "Urgent"

    class Part(models.TextChoices):
        ANY = "", "Any time"
        MORNING = "morning", "Morning"
        AFTERNOON = "afternoon", "Afternoon"

    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="waits")
    visit_type = TenantFK(VisitType, on_delete=models.PROTECT, related_name="+")
    appointment = TenantFK(  # what they are booked for; none: they wait for a first time
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="waits"
    )
    provider_ids = models.JSONField(default=list, blank=True)  # empty: anyone
    site_ids = models.JSONField(default=list, blank=True)  # empty: any site
    weekdays = models.JSONField(default=list, blank=True)  # Monday is 0; empty: any day
    part = models.CharField(max_length=9, choices=Part, default=Part.ANY, blank=True)
    earliest_on = models.DateField(null=True, blank=True)
    latest_on = models.DateField(null=True, blank=True)
    notice_hours = models.PositiveSmallIntegerField(default=24)  # the least they need to come
    channel = models.CharField(max_length=5, choices=Channel, blank=True)  # empty: as they prefer
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.ROUTINE)
    note = models.CharField(max_length=200, blank=True)
    takes_offers = models.BooleanField(default=True)  # False: they asked us to stop
    moves = models.PositiveSmallIntegerField(default=0)  # how often an offer moved them
    since = models.DateTimeField()
    added_by = models.CharField(max_length=100)
    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=200, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "appointment"],
                condition=Q(status="waiting"),
                name="wait_once_per_appointment",
            ),
            models.CheckConstraint(
                condition=Q(earliest_on=None)
                | Q(latest_on=None)
                | Q(latest_on__gte=F("earliest_on")),
                name="wait_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "status", "visit_type"], name="wait_by_status"),
            models.Index(fields=["practice", "patient"], name="wait_by_patient"),
        ]

    def __str__(self) -> str:
        return f"Wait {self.pk}"

    @property
    def wants(self) -> Wants:
        """What they can come to, as a plain value for the rules."""
        return Wants(
            provider_ids=frozenset(self.provider_ids),
            site_ids=frozenset(self.site_ids),
            weekdays=frozenset(self.weekdays),
            part=self.part,
            earliest_on=self.earliest_on,
            latest_on=self.latest_on,
            notice=timedelta(hours=self.notice_hours),
            before=self.appointment.starts_at if self.appointment_id else None,
        )

    @property
    def asks_for(self) -> VisitType:
        """What has to fit: the type, as long as the visit is that they have."""
        kind: VisitType = self.visit_type
        own = self.appointment.own_minutes if self.appointment else None
        return kind.lasting(own or kind.minutes)

    def days_waited(self, at: datetime) -> int:
        """How many whole days they are on the list."""
        return max((at - self.since).days, 0)


class FreedTime(Record):
    """A time that came free, and what became of it."""

    class Status(models.TextChoices):
        LOOKING = "looking", "Being offered"
        PROPOSED = "proposed", "Waits for the desk"
        KEPT = "kept", "Kept back"
        FILLED = "filled", "Filled from the waitlist"
        TAKEN = "taken", "Booked otherwise"
        ENDED = "ended", "Nobody took it"

    lifecycle = Lifecycle(
        Status,
        {
            Status.LOOKING: {
                Status.PROPOSED,
                Status.KEPT,
                Status.FILLED,
                Status.TAKEN,
                Status.ENDED,
            },
            Status.PROPOSED: {
                Status.LOOKING,
                Status.KEPT,
                Status.FILLED,
                Status.TAKEN,
                Status.ENDED,
            },
            Status.KEPT: {Status.LOOKING, Status.PROPOSED, Status.TAKEN, Status.ENDED},
            Status.ENDED: {Status.LOOKING, Status.PROPOSED, Status.KEPT, Status.TAKEN},
            Status.TAKEN: {Status.LOOKING, Status.PROPOSED},
        },
    )

    class Because(models.TextChoices):
        CANCELLED = "cancelled", "Cancelled"
        MOVED = "moved", "Moved away"
        LEFT_OVER = "left_over", "Left over by a shorter visit"

    provider = TenantFK(Provider, on_delete=models.PROTECT, related_name="+")
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    room = TenantFK(Room, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    visit_type = TenantFK(VisitType, on_delete=models.PROTECT, related_name="+")  # booked before
    appointment = TenantFK(  # whose time it was
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="freed"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    because = models.CharField(max_length=9, choices=Because)
    freed_at = models.DateTimeField()
    once = models.CharField(max_length=80)  # the same time comes free once
    depth = models.PositiveSmallIntegerField(default=0)  # how many offers stand behind it
    after = TenantFK(  # the freed time whose offer freed this one
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="led_to"
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.LOOKING)
    says = models.CharField(max_length=200, blank=True)  # why it stands as it does, in words
    kept_for = models.CharField(max_length=200, blank=True)
    look_at = models.DateTimeField(null=True, blank=True)  # when it is looked at again
    batches = models.PositiveSmallIntegerField(default=0)
    booked = TenantFK(  # what it became
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="freed_time_ends_after_it_starts"
            ),
            models.UniqueConstraint(fields=["practice", "once"], name="freed_time_once"),
        ]
        indexes = [
            models.Index(fields=["practice", "status", "look_at"], name="freed_time_due"),
            models.Index(fields=["practice", "starts_at"], name="freed_time_by_start"),
        ]

    def __str__(self) -> str:
        return f"Freed {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def minutes(self) -> int:
        """How long it is."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def is_open(self) -> bool:
        """Whether somebody may still be found for it."""
        return self.status in (self.Status.LOOKING, self.Status.PROPOSED)

    @property
    def tone(self) -> str:
        """The colour of its status."""
        tones = {
            self.Status.LOOKING: "blue",
            self.Status.PROPOSED: "amber",
            self.Status.KEPT: "violet",
            self.Status.FILLED: "green",
        }
        return tones.get(self.Status(self.status), "slate")


class Offer(Record):
    """One freed time offered to one patient, and what they said. Kept whatever becomes of it."""

    class Status(models.TextChoices):
        PENDING = "pending", "Offered"
        VIEWED = "viewed", "Looked at"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        GONE = "gone", "Gone before they answered"
        EXPIRED = "expired", "No answer in time"
        OPTED_OUT = "opted_out", "Wants no more offers"

    _ANSWERS = {Status.ACCEPTED, Status.DECLINED, Status.GONE, Status.EXPIRED, Status.OPTED_OUT}
    lifecycle = Lifecycle(
        Status, {Status.PENDING: {Status.VIEWED, *_ANSWERS}, Status.VIEWED: _ANSWERS}
    )

    freed = TenantFK(FreedTime, on_delete=models.PROTECT, related_name="offers")
    wait = TenantFK(Wait, on_delete=models.PROTECT, related_name="offers")
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="offers")
    visit_type = TenantFK(VisitType, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    was_starts_at = models.DateTimeField(null=True, blank=True)  # the visit it would replace
    batch = models.PositiveSmallIntegerField()
    points = models.IntegerField()  # the higher, the sooner asked
    because = models.JSONField(default=list)  # why they, in words
    channel = models.CharField(max_length=5, choices=Channel)
    offered_at = models.DateTimeField()
    offered_by = models.CharField(max_length=100)
    expires_at = models.DateTimeField()
    viewed_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.PENDING)
    appointment = TenantFK(  # what came of it
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "freed", "wait"], name="offer_once"),
            models.UniqueConstraint(
                fields=["practice", "freed"],
                condition=Q(status="accepted"),
                name="offer_accepted_once",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "patient", "offered_at"], name="offer_by_patient"),
            models.Index(fields=["practice", "status", "expires_at"], name="offer_by_expiry"),
            models.Index(fields=["practice", "offered_at"], name="offer_by_time"),
        ]

    def __str__(self) -> str:
        return f"Offer {self.pk}: {self.status}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.status in (self.Status.PENDING, self.Status.VIEWED)

    @property
    def tone(self) -> str:
        """The colour of its status."""
        tones = {
            self.Status.PENDING: "blue",
            self.Status.VIEWED: "violet",
            self.Status.ACCEPTED: "green",
            self.Status.OPTED_OUT: "amber",
        }
        return tones.get(self.Status(self.status), "slate")


class RefillRule(Record):
    """How freed times are offered: for the practice, or for visits of one type."""

    class Mode(models.TextChoices):
        AUTOMATIC = "auto", "Offer by itself"
        PROPOSE = "propose", "Ask the desk first"
        OFF = "off", "Don't offer"

    visit_type = TenantFK(
        VisitType, null=True, blank=True, on_delete=models.PROTECT, related_name="refill_rules"
    )  # none: every type without a rule of its own
    mode = models.CharField(max_length=7, choices=Mode, default=Mode.PROPOSE)
    floor_hours = models.PositiveSmallIntegerField(default=4)  # not offered closer to the visit
    target = models.PositiveSmallIntegerField(default=80)  # percent: the chance to fill it
    most_at_once = models.PositiveSmallIntegerField(default=6)  # offers in a batch
    answer_minutes = models.PositiveSmallIntegerField(default=240)  # the longest wait for a word
    offers_most = models.PositiveSmallIntegerField(default=4)  # to one patient,
    offers_days = models.PositiveSmallIntegerField(default=14)  # in so many days
    cascades = models.PositiveSmallIntegerField(default=2)  # freed times offered in turn
    keeps_new = models.BooleanField(default=True)  # a new patient's time stays one
    quiet_from = models.TimeField(default=time(20))
    quiet_until = models.TimeField(default=time(8))

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice"], condition=Q(visit_type=None), name="refill_rule_one_for_all"
            ),
            models.UniqueConstraint(
                fields=["practice", "visit_type"], name="refill_rule_one_per_type"
            ),
            models.CheckConstraint(
                condition=Q(target__gte=1, target__lte=99), name="refill_rule_target_is_a_share"
            ),
            models.CheckConstraint(condition=Q(most_at_once__gte=1), name="refill_rule_asks"),
        ]

    def __str__(self) -> str:
        return f"Refill rule {self.pk}"
