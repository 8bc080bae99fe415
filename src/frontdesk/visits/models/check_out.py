"""What is settled before a visit closes."""

from django.db import models
from django.db.models import Q

from frontdesk.core.models import Record, TenantFK
from frontdesk.scheduling.models import VisitType
from frontdesk.staff.models import Member
from frontdesk.visits.models.flow import Visit


class CheckOutStep(Record):
    """A thing that check-out asks after visits of one type, or of every type.

    Without rows of its own a practice asks the three of `CheckOutItem.Kind`. A row for a visit
    type stands before the row of the same kind for all; one that is not active takes it away.
    """

    kind = models.CharField(max_length=20)  # follow_up, referral, lab, or a word of the practice
    label = models.CharField(max_length=60)
    visit_type = TenantFK(
        VisitType, null=True, blank=True, on_delete=models.PROTECT, related_name="check_out_steps"
    )
    pool = models.CharField(max_length=20, default="receptionist")  # whose list what waits is on
    is_declinable = models.BooleanField(default=True)
    due_days = models.PositiveSmallIntegerField(default=1)  # proposed when somebody does it later
    weeks = models.PositiveSmallIntegerField(null=True, blank=True)  # to the next visit
    place = models.PositiveSmallIntegerField(default=0)  # the order on the page
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind", "visit_type"],
                name="check_out_step_once_a_type",
            ),
            models.UniqueConstraint(
                fields=["practice", "kind"],
                condition=Q(visit_type=None),
                name="check_out_step_once_for_all",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class CheckOutItem(Record):
    """One thing to settle before a visit closes: done, declined, or deferred to somebody."""

    class Kind(models.TextChoices):  # those that check-out itself can answer
        FOLLOW_UP = "follow_up", "Next visit"
        SUPERBILL = "superbill", "Superbill"
        BALANCE = "balance", "Balance explained"

    class Answer(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        DECLINED = "declined", "Declined"
        DEFERRED = "deferred", "Deferred"

    visit = TenantFK(Visit, on_delete=models.PROTECT, related_name="check_out_items")
    kind = models.CharField(max_length=20)
    label = models.CharField(max_length=60, blank=True)  # as it was called when it was asked
    place = models.PositiveSmallIntegerField(default=0)
    pool = models.CharField(max_length=20, blank=True)
    is_declinable = models.BooleanField(default=True)
    due_days = models.PositiveSmallIntegerField(default=0)
    weeks = models.PositiveSmallIntegerField(null=True, blank=True)  # to the next visit
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

    @property
    def words(self) -> str:
        """What it is called."""
        return self.label or str(dict(self.Kind.choices).get(self.kind, self.kind))
