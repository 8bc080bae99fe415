"""Time that is held, promised and taken."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.people.models import Patient
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models.types import Phase, VisitType
from frontdesk.scheduling.rules.time import is_late_notice
from frontdesk.staff.models import Provider


class Hold(Record):
    """A time kept for somebody on the phone, for a few minutes."""

    class Status(models.TextChoices):
        HELD = "held", "Held"
        BOOKED = "booked", "Booked"
        RELEASED = "released", "Given back"

    lifecycle = Lifecycle(Status, {Status.HELD: {Status.BOOKED, Status.RELEASED}})

    visit_type = TenantFK(VisitType, on_delete=models.PROTECT, related_name="+")
    provider = TenantFK(Provider, on_delete=models.PROTECT, related_name="+")
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    room = TenantFK(Room, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    held_by = models.CharField(max_length=100)
    expires_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status, default=Status.HELD)

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["practice", "status", "expires_at"], name="hold_expiring")]

    def __str__(self) -> str:
        return f"Hold {self.pk}"

    def is_standing(self, at: datetime) -> bool:
        """Say whether the time is still kept: neither booked, given back nor run out."""
        return self.status == self.Status.HELD and at < self.expires_at


class Appointment(Record):
    """A promise of time: a patient, a provider, a site and a span.

    It says what was promised and whether it was kept. Where the patient is in the office is
    told by the visit's own log, in a higher room.
    """

    class Status(models.TextChoices):
        BOOKED = "booked", "Booked"
        ARRIVED = "arrived", "Arrived"
        FULFILLED = "fulfilled", "Kept"
        CANCELLED = "cancelled", "Cancelled"
        NO_SHOW = "no_show", "No-show"
        LEFT = "left", "Left unseen"

    lifecycle = Lifecycle(
        Status,
        {
            Status.BOOKED: {Status.ARRIVED, Status.CANCELLED, Status.NO_SHOW},
            Status.ARRIVED: {Status.FULFILLED, Status.BOOKED, Status.CANCELLED, Status.LEFT},
            Status.LEFT: {Status.ARRIVED},  # came back to the desk
            Status.FULFILLED: {Status.ARRIVED},
            Status.NO_SHOW: {Status.BOOKED, Status.ARRIVED},
            Status.CANCELLED: {Status.BOOKED},  # put back, if the time is still free
        },
    )

    class CancelledBy(models.TextChoices):
        PATIENT = "patient", "The patient"
        PRACTICE = "practice", "The practice"

    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="appointments")
    provider = TenantFK(Provider, on_delete=models.PROTECT, related_name="appointments")
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="appointments")
    room = TenantFK(
        Room, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    visit_type = TenantFK(VisitType, on_delete=models.PROTECT, related_name="appointments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    own_minutes = models.PositiveSmallIntegerField(null=True, blank=True)  # None: as its type says
    status = models.CharField(max_length=10, choices=Status, default=Status.BOOKED)
    reason = models.CharField(max_length=200, blank=True)  # why the patient comes
    booked_at = models.DateTimeField()
    booked_by = models.CharField(max_length=100)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    override_reason = models.CharField(max_length=200, blank=True)  # why it was double-booked
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.CharField(max_length=8, choices=CancelledBy, blank=True)
    cancelled_because = models.CharField(max_length=200, blank=True)
    cancelled_late = models.BooleanField(default=False)
    sequence = models.PositiveSmallIntegerField(default=0)  # of its calendar file (RFC 5545)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="appointment_ends_after_it_starts"
            )
        ]
        indexes = [
            models.Index(fields=["practice", "site", "starts_at"], name="appointment_by_site"),
            models.Index(
                fields=["practice", "provider", "starts_at"], name="appointment_by_provider"
            ),
            models.Index(
                fields=["practice", "patient", "starts_at"], name="appointment_by_patient"
            ),
        ]

    def __str__(self) -> str:
        return f"Appointment {self.pk} at {self.starts_at:%Y-%m-%d %H:%M}"

    def cancel(self, *, because: str, whose: str, told_at: datetime) -> None:
        """Give the time back. Late notice is remembered, never refused."""
        self.status = self.lifecycle.move(self.status, self.Status.CANCELLED)
        self.cancelled_because = because
        self.cancelled_by = whose
        self.cancelled_at = told_at
        self.cancelled_late = is_late_notice(starts_at=self.starts_at, told_at=told_at)
        self.sequence += 1

    def uncancel(self) -> None:
        """Forget the cancelling; its calendar file gets a newer number."""
        self.cancelled_because = self.cancelled_by = ""
        self.cancelled_at, self.cancelled_late = None, False
        self.sequence += 1

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def longer_by(self) -> int:
        """How many minutes longer than its type it was made on purpose; below zero: shorter."""
        return 0 if self.own_minutes is None else self.own_minutes - self.visit_type.minutes

    @property
    def own_type(self) -> VisitType:
        """Its type, lasting as long as this one visit was made to: what it needs elsewhere too."""
        kind: VisitType = self.visit_type
        return kind.lasting(self.own_minutes or kind.minutes)

    @property
    def tone(self) -> str:
        """The colour of its status."""
        tones = {self.Status.ARRIVED: "amber", self.Status.FULFILLED: "green"}
        return (
            "slate"
            if self.status == self.Status.BOOKED
            else tones.get(self.Status(self.status), "red")
        )

    @property
    def is_open(self) -> bool:
        """Say whether the promise still stands: not cancelled, not missed."""
        return self.status not in (self.Status.CANCELLED, self.Status.NO_SHOW)


class Change(Record):
    """What happened to an appointment after it was booked. Never edited."""

    class Kind(models.TextChoices):
        MOVED = "moved", "Moved"
        CONFIRMED = "confirmed", "Confirmed"
        CANCELLED = "cancelled", "Cancelled"
        NO_SHOW = "no_show", "Marked as no-show"
        RESTORED = "restored", "Put back in the book"
        LENGTH = "length", "Made longer or shorter"

    appointment = TenantFK(Appointment, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=9, choices=Kind)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=100)
    because = models.CharField(max_length=200, blank=True)  # of a move: why it stood where it was
    was_starts_at = models.DateTimeField(null=True, blank=True)  # for a move: from when,
    was_provider = TenantFK(  # with whom
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Record.Meta):
        indexes = [
            models.Index(fields=["practice", "appointment", "at"], name="change_by_appointment")
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"


class Occupancy(Record):
    """A resource taken for a span. The database refuses two active ones that overlap on a lane."""

    resource_kind = models.CharField(max_length=11, choices=Phase.Role)
    resource_id = models.UUIDField()  # of a provider, room, device or assistant
    lane = models.PositiveSmallIntegerField(default=0)  # above 0: double-booked on purpose
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_active = models.BooleanField(default=True)
    appointment = TenantFK(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="occupancies"
    )
    hold = TenantFK(
        Hold, null=True, blank=True, on_delete=models.PROTECT, related_name="occupancies"
    )

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="occupancy_ends_after_it_starts"
            )
        ]
        indexes = [
            models.Index(
                fields=["practice", "resource_id", "starts_at"],
                condition=Q(is_active=True),
                name="occupancy_by_resource",
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource_kind} {self.starts_at:%Y-%m-%d %H:%M}"
