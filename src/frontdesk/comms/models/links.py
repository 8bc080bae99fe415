"""Links that let a patient do one thing without signing in."""

from datetime import datetime

from django.db import models

from frontdesk.core.models import Record, TenantFK
from frontdesk.people.models import Patient


class Link(Record):
    """A way in for one patient and one purpose. Only the digest of its secret is kept.

    A display in the waiting room has no patient: it is a link about the site itself.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        USED = "used", "Used"
        ENDED = "ended", "Taken back"
        EXPIRED = "expired", "Expired"

    purpose = models.CharField(max_length=20)  # a key of staff.roles.LINK_PERMISSIONS
    patient = TenantFK(
        Patient, null=True, blank=True, on_delete=models.PROTECT, related_name="links"
    )
    subject_kind = models.CharField(max_length=60)  # "scheduling.Appointment"
    subject_id = models.UUIDField()
    digest = models.CharField(max_length=64)  # SHA-256 of the secret, hexadecimal
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)  # for the first time
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=100, blank=True)
    misses = models.PositiveSmallIntegerField(default=0)  # wrong answers to "who are you?"

    class Meta(Record.Meta):
        constraints = [models.UniqueConstraint(fields=["digest"], name="link_is_unique")]
        indexes = [models.Index(fields=["practice", "subject_id"], name="link_by_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    def state(self, at: datetime) -> State:
        """Return whether it still opens, and if not, why."""
        if self.ended_at is not None:
            return self.State.ENDED
        if self.used_at is not None:
            return self.State.USED
        return self.State.OPEN if at < self.expires_at else self.State.EXPIRED
