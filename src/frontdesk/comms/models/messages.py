"""Messages that leave and arrive, and how this practice words them."""

from datetime import time

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
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Not delivered"
        DROPPED = "dropped", "Not sent, no longer needed"
        RECEIVED = "received", "Received"

    lifecycle = Lifecycle(
        Status,
        {
            Status.QUEUED: {Status.SENT, Status.FAILED, Status.DROPPED},
            Status.SENT: {Status.DELIVERED, Status.FAILED},
            Status.FAILED: {Status.QUEUED, Status.DELIVERED},
        },
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
    status = models.CharField(max_length=9, choices=Status, default=Status.QUEUED)
    written_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, blank=True)  # kept back till quiet hours are over
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    gateway_id = models.CharField(max_length=80, blank=True)  # what the carrier calls it
    attempts = models.PositiveSmallIntegerField(default=0)
    taken_until = models.DateTimeField(null=True, blank=True)  # a worker is sending it till then
    next_try_at = models.DateTimeField(null=True, blank=True)
    failed_because = models.CharField(max_length=200, blank=True)
    is_bad_address = models.BooleanField(default=False)  # nothing sent there will arrive
    answers = TenantFK(  # of a text that came in: the question it was taken to answer
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies"
    )
    choices = models.JSONField(default=list, blank=True)  # keys of messages, offered as 1, 2, 3
    facts = models.JSONField(default=dict, blank=True)  # what its wording was filled with
    useful_until = models.DateTimeField(null=True, blank=True)  # later it says nothing new
    instead_of = TenantFK(  # the message that did not arrive, and for which this one went
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="instead"
    )
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
            models.Index(fields=["practice", "address", "written_at"], name="message_by_address"),
            models.Index(
                fields=["practice", "gateway_id"],
                condition=~Q(gateway_id=""),
                name="message_by_gateway_id",
            ),
            models.Index(fields=["practice", "subject_id"], name="message_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def tone(self) -> str:
        """The colour of its status; what was not delivered needs a look."""
        tones = {
            self.Status.FAILED: "amber",
            self.Status.SENT: "green",
            self.Status.DELIVERED: "green",
            self.Status.RECEIVED: "blue",
        }
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
    short = models.TextField(blank=True)  # as a text message

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind", "language"], name="wording_once_per_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"


class Line(Record):
    """How a practice sends texts: its number, and when nobody is texted."""

    number = models.CharField(max_length=20, blank=True)  # E.164: texts come from and go to it
    is_on = models.BooleanField(default=False)
    quiet_from = models.TimeField(default=time(21))  # by the clock of the patient's site
    quiet_until = models.TimeField(default=time(8))  # 47 CFR 64.1200(c)(1)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice"], name="line_one_per_practice"),
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(number=""),
                name="line_number_is_of_one_practice",
                violation_error_message="Another practice here uses this number.",
            ),
        ]

    def __str__(self) -> str:
        return self.number or "No number"
