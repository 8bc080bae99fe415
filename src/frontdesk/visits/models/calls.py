"""What people in the office call to each other: lights over a door, help, a few words."""

from uuid import UUID

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.practice.models import Room, Site
from frontdesk.visits.models.flow import Visit


class Call(Record):
    """Somebody is wanted: at a room, for a visit, or everybody at once."""

    class Kind(models.TextChoices):
        PROVIDER = "provider", "Provider needed"
        ASSISTANT = "assistant", "Assistant needed"
        INTERPRETER = "interpreter", "Interpreter needed"
        SUPPLIES = "supplies", "Supplies needed"
        CLEAN = "clean", "Cleaning needed"
        HELP = "help", "Urgent help"

    class Status(models.TextChoices):
        OPEN = "open", "Calling"
        ANSWERED = "answered", "Answered"
        CANCELLED = "cancelled", "Taken back"

    lifecycle = Lifecycle(
        Status,
        {
            Status.OPEN: {Status.ANSWERED, Status.CANCELLED},
            Status.ANSWERED: {Status.OPEN},  # answered by mistake: it calls again
        },
    )

    kind = models.CharField(max_length=11, choices=Kind)
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="calls")
    room = TenantFK(Room, null=True, blank=True, on_delete=models.PROTECT, related_name="calls")
    visit = TenantFK(Visit, null=True, blank=True, on_delete=models.PROTECT, related_name="calls")
    where = models.CharField(max_length=60, blank=True)  # where no room says it: "front desk"
    status = models.CharField(max_length=9, choices=Status, default=Status.OPEN)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=100)
    by_user = models.UUIDField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=100, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "room", "kind"],
                condition=Q(status="open", room__isnull=False),
                name="call_lit_once",
            )
        ]
        indexes = [models.Index(fields=["practice", "site", "status"], name="call_by_site")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%H:%M}"

    def is_own_help(self, user_id: UUID | None) -> bool:
        """Say whether this person called everybody: they don't come, they say that it is over."""
        return self.kind == self.Kind.HELP and user_id is not None and self.by_user == user_id


class RoomMessage(Record):
    """A few words to the people around a visit or a room."""

    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    visit = TenantFK(
        Visit, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    room = TenantFK(Room, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=200)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=100)
    by_user = models.UUIDField(null=True, blank=True)

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["practice", "site", "at"], name="room_message_by_site")]

    def __str__(self) -> str:
        return f"Message at {self.at:%H:%M}"


class MessageSeen(Record):
    """Somebody has read a message."""

    message = TenantFK(RoomMessage, on_delete=models.PROTECT, related_name="seen")
    user_id = models.UUIDField()
    name = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "message", "user_id"], name="message_seen_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%H:%M}"
