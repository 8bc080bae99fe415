"""When the day breaks: somebody or something is out, or runs late, and what becomes of visits."""

from django.db import models
from django.db.models import F, Q

from frontdesk.core.clock import local
from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.people.models import Patient
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models.booking import Appointment
from frontdesk.scheduling.models.hours import TimeOff
from frontdesk.scheduling.models.types import Phase
from frontdesk.scheduling.rules.time import span_words
from frontdesk.solver.repair.cost import OVERTIME
from frontdesk.staff.models import Provider


class Repair(Record):
    """Somebody or something is out for a span, with the plan for the visits that it hits."""

    class Status(models.TextChoices):
        ASKED = "asked", "Being worked out"
        READY = "ready", "Ready to look at"
        APPLIED = "applied", "Done"
        DROPPED = "dropped", "Dropped"
        FAILED = "failed", "Not worked out"

    lifecycle = Lifecycle(
        Status,
        {
            Status.ASKED: {Status.READY, Status.FAILED, Status.DROPPED},
            Status.READY: {Status.ASKED, Status.APPLIED, Status.DROPPED},
            Status.FAILED: {Status.ASKED, Status.DROPPED},
        },
    )

    resource_kind = models.CharField(max_length=11, choices=Phase.Role)
    resource_id = models.UUIDField()
    name = models.CharField(max_length=100)  # what is out, as said in the office
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    because = models.CharField("reason", max_length=100)
    time_off = TenantFK(
        TimeOff, null=True, blank=True, on_delete=models.PROTECT, related_name="repairs"
    )
    days = models.PositiveSmallIntegerField(default=7)  # how far ahead visits may be moved
    may_touch = models.BooleanField(default=True)  # others may be moved too, where it pays
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    round = models.PositiveSmallIntegerField(default=1)  # the how-manieth plan this is
    status = models.CharField(max_length=8, choices=Status, default=Status.ASKED)
    solved_at = models.DateTimeField(null=True, blank=True)
    cost = models.PositiveIntegerField(default=0)  # points, of the best plan so far
    greedy_cost = models.PositiveIntegerField(default=0)  # of the plan made without searching
    bound = models.PositiveIntegerField(default=0)  # no plan costs less
    is_proven = models.BooleanField(default=False)
    failed_because = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # applied or dropped
    ended_by = models.CharField(max_length=100, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="repair_ends_after_it_starts"
            )
        ]
        indexes = [
            models.Index(fields=["practice", "status", "starts_at"], name="repair_by_status")
        ]

    def __str__(self) -> str:
        return f"{self.name} is out"

    @property
    def span(self) -> str:
        """For when, in words by the site's clock."""
        return span_words(local(self.site, self.starts_at), local(self.site, self.ends_at))

    @property
    def is_open(self) -> bool:
        """Say whether somebody still has to decide."""
        return not self.lifecycle.is_final(self.status)


class RepairLine(Record):
    """One visit of a repair: as it was promised, what the plan makes of it, what staff want."""

    class Kind(models.TextChoices):
        STAY = "stay", "Stays"
        ROOM = "room", "Other room"
        TIME = "time", "Other time"
        PROVIDER = "provider", "Other provider"
        SITE = "site", "Other site"
        DAY = "day", "Other day"
        CALL = "call", "To call"

    class Wish(models.TextChoices):
        FREE = "", "As the plan says"
        PINNED = "pinned", "Just like this"
        CALL = "call", "Leave it to a call"
        KEEP = "keep", "Don't touch"

    repair = TenantFK(Repair, on_delete=models.PROTECT, related_name="lines")
    appointment = TenantFK(Appointment, on_delete=models.PROTECT, related_name="repair_lines")
    is_affected = models.BooleanField(default=True)  # False: moved to make room for another
    was_starts_at = models.DateTimeField()
    was_provider = TenantFK(Provider, on_delete=models.PROTECT, related_name="+")
    was_status = models.CharField(max_length=10)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.CALL)
    starts_at = models.DateTimeField(null=True, blank=True)
    provider = TenantFK(Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    site = TenantFK(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    room = TenantFK(Room, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    costs = models.JSONField(default=list, blank=True)  # [rule, points], as the plan counts them
    wish = models.CharField(max_length=6, choices=Wish, default=Wish.FREE, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "repair", "appointment"], name="repair_line_once_per_visit"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.appointment_id}"

    @property
    def points(self) -> int:
        """What it costs."""
        return sum(points for _rule, points in self.costs)

    @property
    def is_after_hours(self) -> bool:
        """Say whether the provider would stay after their hours for it."""
        return any(rule == OVERTIME for rule, _points in self.costs)


class Bump(Record):
    """A patient whose visit the office had to give up, and who is owed a call."""

    class Status(models.TextChoices):
        TO_CALL = "to_call", "To call"
        CALLED = "called", "Called, no answer yet"
        REBOOKED = "rebooked", "Rebooked"
        DROPPED = "dropped", "Wants no other time"

    lifecycle = Lifecycle(
        Status,
        {
            Status.TO_CALL: {Status.CALLED, Status.REBOOKED, Status.DROPPED},
            Status.CALLED: {Status.TO_CALL, Status.REBOOKED, Status.DROPPED},
            Status.REBOOKED: {Status.TO_CALL},
            Status.DROPPED: {Status.TO_CALL},
        },
    )

    appointment = TenantFK(Appointment, on_delete=models.PROTECT, related_name="bumps")
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="bumps")
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    repair = TenantFK(Repair, null=True, blank=True, on_delete=models.PROTECT, related_name="bumps")
    because = models.CharField("reason", max_length=200)
    was_starts_at = models.DateTimeField()
    is_here = models.BooleanField(default=False)  # was in the waiting room already
    since = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status, default=Status.TO_CALL)
    calls = models.PositiveSmallIntegerField(default=0)
    called_at = models.DateTimeField(null=True, blank=True)
    called_by = models.CharField(max_length=100, blank=True)
    new_appointment = TenantFK(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "appointment"],
                condition=Q(status__in=("to_call", "called")),
                name="bump_open_once_per_visit",
            )
        ]
        indexes = [
            models.Index(fields=["practice", "status", "was_starts_at"], name="bump_by_status"),
            models.Index(fields=["practice", "patient"], name="bump_by_patient"),
        ]

    def __str__(self) -> str:
        return f"Bump {self.pk}"


class Lateness(Record):
    """A provider runs late on a day, until they have caught up."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running late"
        CAUGHT_UP = "caught_up", "Caught up"

    lifecycle = Lifecycle(Status, {Status.RUNNING: {Status.CAUGHT_UP}})

    provider = TenantFK(Provider, on_delete=models.PROTECT, related_name="+")
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()  # the site's day
    minutes = models.PositiveSmallIntegerField()
    is_measured = models.BooleanField(default=False)  # by the board; else somebody said so
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=100)
    status = models.CharField(max_length=9, choices=Status, default=Status.RUNNING)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "provider", "site", "on"],
                condition=Q(status="running"),
                name="lateness_once_per_provider_and_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min late on {self.on}"

    @property
    def told_count(self) -> int:
        """How many patients were told."""
        return sum(1 for one in self.notices.all() if one.told_at)

    @property
    def answered_count(self) -> int:
        """How many of them said something."""
        return sum(1 for one in self.notices.all() if one.answer)


class LateNotice(Record):
    """One patient of a late provider: the new time, whether they were told, what they said."""

    class Answer(models.TextChoices):
        NONE = "", "No answer yet"
        KEEP = "keep", "Comes at the new time"
        MOVED = "moved", "Took another time"
        CALL = "call", "Asked for a call"

    lateness = TenantFK(Lateness, on_delete=models.PROTECT, related_name="notices")
    appointment = TenantFK(Appointment, on_delete=models.PROTECT, related_name="late_notices")
    promised_at = models.DateTimeField()
    expected_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    told_expected_at = models.DateTimeField(null=True, blank=True)  # the time last told
    why_not_told = models.CharField(max_length=200, blank=True)
    answer = models.CharField(max_length=5, choices=Answer, default=Answer.NONE, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "lateness", "appointment"], name="late_notice_once_per_visit"
            )
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} at {self.expected_at:%H:%M}"
