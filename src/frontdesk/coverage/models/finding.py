"""What is known of plans apart from persons, and coverage that was found without being on file."""

from django.db import models

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.coverage.models.held import EligibilityCheck, Payer, Plan, Policy
from frontdesk.people.models import Patient


class PlanVerification(Record):
    """What a plan says for everybody on it: never whether one person is covered.

    Each is kept; the newest counts. The amounts are those of the network, by service type.
    """

    plan = TenantFK(Plan, on_delete=models.PROTECT, related_name="verifications")
    verified_at = models.DateTimeField()
    how = models.CharField(max_length=5, choices=EligibilityCheck.How)
    asked = TenantFK(
        EligibilityCheck, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # the answer it was read from
    told_by = models.CharField(max_length=80, blank=True)  # who said it on the phone
    benefits = models.JSONField(default=dict)  # by service type: copay, coinsurance, deductible …
    changed = models.JSONField(default=list)  # what differs from the verification before it
    noted_by = models.CharField(max_length=100)

    class Meta(Record.Meta):
        indexes = [
            models.Index(
                fields=["practice", "plan", "verified_at"], name="plan_verification_by_plan"
            )
        ]

    def __str__(self) -> str:
        return f"Verification {self.pk} of a plan"


class DiscoveryRule(Record):
    """How far the practice looks for coverage nobody told it of: one row a practice."""

    is_on = models.BooleanField(default=True)
    most_payers = models.PositiveSmallIntegerField(default=4)  # asked about one patient
    again_after_days = models.PositiveSmallIntegerField(default=30)  # not asked again before
    most_a_day = models.PositiveSmallIntegerField(default=100)  # questions of the whole practice

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice"], name="discovery_rule_one_a_practice")
        ]

    def __str__(self) -> str:
        return f"Discovery rule {self.pk}"


class Discovery(Record):
    """One search for a patient's coverage among the practice's payers."""

    class Status(models.TextChoices):
        ASKING = "asking", "Asking"
        FOUND = "found", "Found"
        NONE = "none", "None found"

    lifecycle = Lifecycle(Status, {Status.ASKING: {Status.FOUND, Status.NONE}})

    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="discoveries")
    because = TenantFK(
        EligibilityCheck, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # the answer that said the plan is not active
    appointment_id = models.UUIDField(null=True, blank=True)
    service_on = models.DateField()
    status = models.CharField(max_length=6, choices=Status, default=Status.ASKING)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        indexes = [
            models.Index(fields=["practice", "patient", "asked_at"], name="discovery_by_patient"),
            models.Index(fields=["practice", "asked_at"], name="discovery_by_day"),
        ]

    def __str__(self) -> str:
        return f"Discovery {self.pk}: {self.status}"


class DiscoveryQuestion(Record):
    """One payer asked by name, birth date and sex, without a member id."""

    class Status(models.TextChoices):
        QUEUED = "queued", "Asking"
        FOUND = "found", "Covered"
        NONE = "none", "Not covered"
        FAILED = "failed", "No answer"

    discovery = TenantFK(Discovery, on_delete=models.PROTECT, related_name="questions")
    payer = TenantFK(Payer, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=6, choices=Status, default=Status.QUEUED)
    trace = models.CharField(max_length=50)
    attempts = models.PositiveSmallIntegerField(default=0)
    request = models.TextField(blank=True)
    response = models.TextField(blank=True)
    because = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "discovery", "payer"], name="discovery_asks_a_payer_once"
            )
        ]

    def __str__(self) -> str:
        return f"Discovery question {self.pk}: {self.status}"


class Proposal(Record):
    """Another plan that an answer names or a search found, until somebody decides about it."""

    class Kind(models.TextChoices):
        NAMED = "named", "Named by another plan"
        FOUND = "found", "Found by asking"

    class Status(models.TextChoices):
        OPEN = "open", "To decide"
        ACCEPTED = "accepted", "Added"
        DECLINED = "declined", "Not used"

    lifecycle = Lifecycle(Status, {Status.OPEN: {Status.ACCEPTED, Status.DECLINED}})

    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="coverage_proposals")
    kind = models.CharField(max_length=5, choices=Kind)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    asked = TenantFK(
        EligibilityCheck, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    question = TenantFK(
        DiscoveryQuestion, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    segment = models.PositiveIntegerField(default=0)  # of the answer that names it
    payer = TenantFK(Payer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    payer_name = models.CharField(max_length=80)
    payer_number = models.CharField(max_length=40, blank=True)  # as the answer identifies it
    member_id = models.CharField(max_length=30, blank=True)
    plan_name = models.CharField(max_length=80, blank=True)
    rank = models.PositiveSmallIntegerField(choices=Policy.Rank, null=True, blank=True)
    begins_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_because = models.CharField(max_length=200, blank=True)
    policy = TenantFK(
        Policy, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # what became of it

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "patient", "payer_name"],
                condition=models.Q(status="open"),
                name="proposal_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"Proposal {self.pk}: {self.status}"
