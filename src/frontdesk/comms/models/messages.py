"""Messages that leave and arrive, and how this practice words them."""

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.people.models import Channel, Patient


class Message(Record):
    """One message to or from somebody, whole, with its way through delivery."""

    class Direction(models.TextChoices):
        OUT = "out", "Sent"
        IN = "in", "Received"

    class Status(models.TextChoices):
        QUEUED = "queued", "Waiting to be sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not delivered"
        RECEIVED = "received", "Received"

    lifecycle = Lifecycle(
        Status, {Status.QUEUED: {Status.SENT, Status.FAILED}, Status.FAILED: {Status.QUEUED}}
    )

    patient = TenantFK(
        Patient, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    direction = models.CharField(max_length=3, choices=Direction, default=Direction.OUT)
    channel = models.CharField(max_length=5, choices=Channel, default=Channel.EMAIL)
    address = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    kind = models.CharField(max_length=40)  # "appointment.confirmed"
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    taken_until = models.DateTimeField(null=True, blank=True)  # a worker is sending it till then
    next_try_at = models.DateTimeField(null=True, blank=True)
    failed_because = models.CharField(max_length=200, blank=True)
    subject_kind = models.CharField(max_length=60, blank=True)  # "scheduling.Appointment"
    subject_id = models.UUIDField(null=True, blank=True)
    once = models.CharField(max_length=120, blank=True)  # the same message is sent once

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "once"], condition=~Q(once=""), name="message_is_written_once"
            )
        ]
        indexes = [
            models.Index(fields=["practice", "patient", "written_at"], name="message_chart"),
            models.Index(fields=["practice", "status", "written_at"], name="message_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def tone(self) -> str:
        """The colour of its status; what was not delivered needs a look."""
        tones = {self.Status.FAILED: "amber", self.Status.SENT: "green"}
        return tones.get(self.Status(self.status), "slate")


class Attachment(Record):
    """A file that goes with a message, as it was sent."""

    message = TenantFK(Message, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=100)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.name


class Wording(Record):
    """How this practice words one kind of message in one language, where it says it its own way."""

    kind = models.CharField(max_length=40)  # a key of rules.WORDINGS
    language = models.CharField(max_length=10)  # en, es
    subject = models.CharField(max_length=200)
    body = models.TextField()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind", "language"], name="wording_once_per_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"
