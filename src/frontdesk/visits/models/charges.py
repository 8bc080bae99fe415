"""What became of a visit's charges: what the superbill said at each step, and what waits."""

from django.db import models
from django.db.models import Q

from frontdesk.core.models import Record, TenantFK
from frontdesk.visits.models.flow import Visit
from frontdesk.visits.models.superbill import Superbill


class SuperbillStep(Record):
    """What a superbill said when it was begun, prepared or signed. Never edited."""

    class Step(models.TextChoices):
        BEGUN = "begun", "Begun with the usual codes"
        PREPARED = "prepared", "Prepared"
        SIGNED = "signed", "Signed"

    superbill = TenantFK(Superbill, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=8, choices=Step)
    revision = models.PositiveSmallIntegerField()
    lines = models.JSONField(default=list)  # code, modifiers, units, charge as text
    diagnoses = models.JSONField(default=list)  # codes, the main one first
    at = models.DateTimeField()
    by_name = models.CharField(max_length=100)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "superbill", "step", "revision"], name="superbill_step_once"
            )
        ]
        indexes = [models.Index(fields=["practice", "at"], name="superbill_step_by_time")]

    def __str__(self) -> str:
        return f"{self.step} of {self.superbill_id}"


class ChargeException(Record):
    """Why a visit has no charge yet, until when somebody answers for it, and who."""

    visit = TenantFK(Visit, on_delete=models.PROTECT, related_name="charge_exceptions")
    because = models.CharField(max_length=100)
    due_on = models.DateField()
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True, blank=True)  # charged, or taken back

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "visit"],
                condition=Q(ended_at=None),
                name="charge_exception_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"Exception of {self.visit_id}"


class LevelGiven(Record):
    """What was said of a visit to find its level, the level, and why. Kept as given."""

    superbill = TenantFK(Superbill, on_delete=models.PROTECT, related_name="levels")
    said = models.JSONField(default=dict)
    level = models.CharField(max_length=16)
    number = models.PositiveSmallIntegerField()  # 2 to 5
    reached_by = models.CharField(max_length=4)  # mdm, time
    reasons = models.JSONField(default=list)
    code = models.CharField(max_length=10, blank=True)  # put on the superbill
    at = models.DateTimeField()
    by_name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"Level {self.number} of {self.superbill_id}"
