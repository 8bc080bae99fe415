"""What was booked against a rule, on purpose."""

from django.db import models

from frontdesk.core.models import Record, TenantFK
from frontdesk.scheduling.models.booking import Appointment


class Override(Record):
    """One rule that somebody who may went against for an appointment, and why. Never edited."""

    class Kind(models.TextChoices):
        TAKEN = "taken", "Double-booked"
        HOURS = "hours", "Outside the provider's sessions"
        KEPT = "kept", "In time kept for other visits"
        CLOSED = "closed", "While the site is closed"
        AWAY = "away", "While the provider is away"
        BUFFER = "buffer", "Without its buffer"
        LACKING = "lacking", "Without something it needs"
        INTERPRETER = "interpreter", "Without an interpreter"
        NOTICE = "notice", "With too little notice"
        PREFERENCE = "preference", "Against a preference of the provider"
        LIMIT = "limit", "Beyond the limit of the session"

    appointment = TenantFK(Appointment, on_delete=models.PROTECT, related_name="overrides")
    kind = models.CharField(max_length=11, choices=Kind)
    words = models.CharField(max_length=200)  # what stood in the way: "Dr. Osei is taken until …"
    because = models.CharField(max_length=200)
    by_name = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta(Record.Meta):
        indexes = [
            models.Index(fields=["practice", "at"], name="override_by_time"),
            models.Index(fields=["practice", "appointment"], name="override_by_appointment"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.by_name}"
