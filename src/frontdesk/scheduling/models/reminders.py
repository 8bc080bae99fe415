"""How patients are reminded of their visits, and what was sent and answered."""

from django.db import models
from django.db.models import Q

from frontdesk.comms.models import Message
from frontdesk.core.models import Record, TenantFK
from frontdesk.scheduling.models.booking import Appointment
from frontdesk.scheduling.models.types import VisitType
from frontdesk.scheduling.rules.reminders import Step


class ReminderPolicy(Record):
    """When and how patients are reminded: of one type of visit, or of all that have no own."""

    visit_type = TenantFK(
        VisitType, null=True, blank=True, on_delete=models.PROTECT, related_name="reminders"
    )
    is_on = models.BooleanField(default=True)
    notice_hours = models.PositiveSmallIntegerField(default=2)  # till then they change it alone
    steps = models.JSONField(default=list)  # rules.reminders.Step.as_json, the earliest first

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "visit_type"], name="reminder_policy_once_per_type"
            ),
            models.UniqueConstraint(
                fields=["practice"],
                condition=Q(visit_type=None),
                name="reminder_policy_one_for_the_others",
            ),
        ]

    def __str__(self) -> str:
        return f"Reminders of {self.visit_type or 'every visit'}"

    @property
    def plan(self) -> tuple[Step, ...]:
        """The steps, the earliest first; none when it is off."""
        return tuple(Step.of(one) for one in self.steps) if self.is_on else ()


class Reminder(Record):
    """One step of the policy that came due for one visit: sent, or why not. And its answer."""

    class Status(models.TextChoices):
        SENT = "sent", "Sent"
        SKIPPED = "skipped", "Left out"

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", "Will come"
        CANCELLED = "cancelled", "Cancelled"
        MOVED = "moved", "Moved"

    class Via(models.TextChoices):
        LINK = "link", "By link"
        TEXT = "text", "By text"

    appointment = TenantFK(Appointment, on_delete=models.PROTECT, related_name="reminders")
    sequence = models.PositiveSmallIntegerField()  # of the appointment: a new time is a new visit
    step = models.CharField(max_length=40)  # rules.reminders.Step.key
    due_at = models.DateTimeField()
    done_at = models.DateTimeField()
    status = models.CharField(max_length=7, choices=Status)
    because = models.CharField(max_length=120, blank=True)  # why it was left out
    message = TenantFK(
        Message, null=True, blank=True, on_delete=models.PROTECT, related_name="reminders"
    )
    answer = models.CharField(max_length=9, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_via = models.CharField(max_length=4, choices=Via, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "appointment", "sequence", "step"],
                name="reminder_once_per_step",
            )
        ]
        indexes = [models.Index(fields=["practice", "done_at"], name="reminder_by_day")]

    def __str__(self) -> str:
        return f"{self.step} {self.status}"
