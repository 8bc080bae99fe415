"""The state of the rooms, told by a log of their own."""

from django.db import models

from frontdesk.core.models import Record, TenantFK
from frontdesk.practice.models import Room, Site
from frontdesk.visits.models.flow import FlowEvent


class RoomState(models.TextChoices):
    """How a room is while nobody is in it. Who is in it stands in the visits."""

    CLEAN = "clean", "Clean"
    TURNOVER = "turnover", "Needs cleaning"
    OUT = "out", "Out of use"


class RoomStanding(Record):
    """How a room is now: the fold of its events, kept so that a board need not read them."""

    room = models.OneToOneField(Room, on_delete=models.PROTECT, related_name="standing")
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=RoomState, default=RoomState.CLEAN)
    since = models.DateTimeField()
    because = models.CharField(max_length=100, blank=True)  # why it is out of use
    by_name = models.CharField(max_length=100, blank=True)
    events = models.PositiveIntegerField(default=0)  # how many its log has

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["practice", "site"], name="room_standing_by_site")]

    def __str__(self) -> str:
        return f"{self.state} since {self.since:%H:%M}"


class RoomEvent(Record):
    """A room was left, cleaned, closed or opened, or one of these was taken back. Never edited."""

    room = TenantFK(Room, on_delete=models.PROTECT, related_name="events")
    state = models.CharField(max_length=8, choices=RoomState)
    at = models.DateTimeField()
    place = models.PositiveIntegerField()  # the how-manieth of its room
    because = models.CharField(max_length=100, blank=True)
    by_name = models.CharField(max_length=100)
    step = TenantFK(  # the patient's move that brought it about
        FlowEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="room_events"
    )
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "room", "place"], name="room_event_one_after_the_other"
            )
        ]
        indexes = [models.Index(fields=["practice", "at"], name="room_event_by_time")]

    def __str__(self) -> str:
        return f"{self.state} at {self.at:%H:%M}"
