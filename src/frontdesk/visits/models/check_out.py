"""What is settled before a visit closes."""

from django.db import models
from django.db.models import Q

from frontdesk.core.models import Record, TenantFK
from frontdesk.staff.models import Member
from frontdesk.visits.models.flow import Visit


class CheckOutItem(Record):
    """One thing to settle before a visit closes: done, declined, or deferred to somebody."""

    class Kind(models.TextChoices):
        FOLLOW_UP = "follow_up", "Next visit"
        SUPERBILL = "superbill", "Superbill"
        BALANCE = "balance", "Balance explained"

    class Answer(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        DECLINED = "declined", "Declined"
        DEFERRED = "deferred", "Deferred"

    visit = TenantFK(Visit, on_delete=models.PROTECT, related_name="check_out_items")
    kind = models.CharField(max_length=9, choices=Kind)
    answer = models.CharField(max_length=8, choices=Answer, default=Answer.OPEN)
    because = models.CharField(max_length=200, blank=True)
    owner = TenantFK(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=100, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "visit", "kind"], name="check_out_item_once"
            ),
            models.CheckConstraint(
                condition=~Q(answer="deferred") | (~Q(owner=None) & ~Q(due_on=None)),
                name="check_out_deferred_has_owner_and_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.answer}"
