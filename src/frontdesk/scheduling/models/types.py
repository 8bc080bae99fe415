"""What can be booked, and what it takes."""

from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from frontdesk.core.models import Record, TenantFK


class VisitType(Record):
    """What can be booked: its name, length and what it takes."""

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        VIDEO = "video", "Video"
        TELEPHONE = "telephone", "Telephone"

    name = models.CharField(max_length=60)
    code = models.CharField(max_length=20)
    minutes = models.PositiveSmallIntegerField()  # the patient's time, first phase to last
    is_new_patient = models.BooleanField(default=False)
    needs_authorization = models.BooleanField(default=False)
    service_types = models.CharField(max_length=60, default="98")  # X12 EB03 asked of the payer
    charge_codes = models.JSONField(default=list, blank=True)  # preliminary codes of the superbill
    tone = models.CharField(max_length=8, default="slate")
    mode = models.CharField(max_length=9, choices=Mode, default=Mode.IN_PERSON)
    keeps_room = models.BooleanField(default=True)  # one room from first phase to last
    capacity = models.PositiveSmallIntegerField(default=1)  # above one: a group visit
    buffer_before = models.PositiveSmallIntegerField(default=0)  # minutes nobody is promised
    buffer_after = models.PositiveSmallIntegerField(default=0)
    notice_hours = models.PositiveSmallIntegerField(default=0)  # the least before it can be booked
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "code"], name="visit_type_code_is_unique"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="visit_type_takes_time"),
            models.CheckConstraint(condition=Q(capacity__gt=0), name="visit_type_seats_somebody"),
        ]

    def __str__(self) -> str:
        return self.name

    def ends_at(self, starts_at: datetime) -> datetime:
        """Return when a visit of this type that begins then is over."""
        return starts_at.astimezone(UTC) + timedelta(minutes=self.minutes)

    longer_by = 0  # minutes, where it stands for one visit that was made longer or shorter

    @property
    def asked(self) -> tuple[UUID, int]:
        """What tells it from every other that may be asked for: the type, and how long."""
        return self.pk, self.minutes

    @property
    def active_phases(self) -> list["Phase"]:
        """What it takes, the provider first; without phases the provider for all of its time."""
        held = [phase for phase in self.phases.all() if phase.is_active]
        held.sort(key=lambda phase: (phase.role != Phase.Role.PROVIDER, phase.pk))
        if not held:
            return [Phase(role=Phase.Role.PROVIDER, minutes=self.minutes)]
        found = [one.longer(self.longer_by, _turn(held)) for one in held]
        return [one for one in found if one.minutes > 0]

    def lasting(self, minutes: int) -> Self:
        """Return the type as one visit has it that lasts so long; never to be saved.

        The provider's part is as much longer or shorter, with whoever is there when it ends;
        what comes after it comes later or earlier.
        """
        if minutes == self.minutes:
            return self
        found = copy(self)
        found.longer_by = self.longer_by + minutes - self.minutes
        found.minutes = minutes
        return found

    def can_last(self, minutes: int) -> bool:
        """Say whether something would be left of each phase."""
        return len(self.lasting(minutes).active_phases) == len(self.active_phases)


class Phase(Record):
    """A stretch of a visit that one kind of resource is needed for."""

    class Role(models.TextChoices):
        PROVIDER = "provider", "Provider"
        ROOM = "room", "Room"
        ASSISTANT = "assistant", "Assistant"
        DEVICE = "device", "Device"
        DESK = "desk", "Front desk"
        INTERPRETER = "interpreter", "Interpreter"

    visit_type = TenantFK(VisitType, on_delete=models.PROTECT, related_name="phases")
    role = models.CharField(max_length=11, choices=Role)
    kind = models.CharField(max_length=40, blank=True)  # of room or device: "procedure"
    skill = models.CharField(max_length=40, blank=True)  # of an assistant: "phlebotomy"
    named_id = models.UUIDField(null=True, blank=True)  # this person or thing and no other
    starts_after = models.PositiveSmallIntegerField(default=0)  # minutes into the visit
    minutes = models.PositiveSmallIntegerField()
    may_wait = models.PositiveSmallIntegerField(default=0)  # minutes it may begin later than that
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [models.CheckConstraint(condition=Q(minutes__gt=0), name="phase_takes_time")]

    def __str__(self) -> str:
        return f"{self.role} {self.starts_after}+{self.minutes}"

    @property
    def ends_after(self) -> int:
        """The minute of the visit at which it is over."""
        return self.starts_after + self.minutes

    def longer(self, more: int, turn: int) -> "Phase":
        """Return it in a visit whose provider's part, until minute `turn`, is so much longer."""
        if not more:
            return self
        begins = self.starts_after + (more if self.starts_after >= turn else 0)
        ends = (
            self.ends_after + more if self.ends_after >= turn else min(self.ends_after, turn + more)
        )
        found = copy(self)
        found.starts_after, found.minutes = begins, ends - begins
        return found

    @property
    def needs_words(self) -> str:
        """What it asks for, in a sentence: procedure room, ultrasound, assistant."""
        if self.role == self.Role.ROOM:
            return f"{self.kind} room".strip()
        if self.role == self.Role.DEVICE:
            return self.kind or "device"
        return str(self.Role(self.role).label).lower()


def _turn(phases: list[Phase]) -> int:
    """Return the minute at which the provider's part is over; without one, the last of all."""
    own = [one for one in phases if one.role == Phase.Role.PROVIDER]
    alone = [one for one in own if one.named_id is None] or own[:1]
    return max(one.ends_after for one in alone or phases)
