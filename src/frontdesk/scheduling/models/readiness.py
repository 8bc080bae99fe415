"""What a visit waits for besides what other rooms know, and how strict the practice is."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.scheduling.models.booking import Appointment


class Requirement(Record):
    """Something a person said a visit needs, or said is there: results, a referral, a promise."""

    class Kind(models.TextChoices):
        RESULTS = "results", "Results"
        REFERRAL = "referral", "Referral"
        INTERPRETER = "interpreter", "Interpreter"
        RULE = "rule", "Question of a rule"

    class Status(models.TextChoices):
        NEEDED = "needed", "Needed"
        RECEIVED = "received", "Here"
        WAIVED = "waived", "Not needed"

    lifecycle = Lifecycle(
        Status,
        {
            Status.NEEDED: {Status.RECEIVED, Status.WAIVED},
            Status.RECEIVED: {Status.NEEDED},
            Status.WAIVED: {Status.NEEDED},
        },
    )

    appointment = TenantFK(Appointment, on_delete=models.PROTECT, related_name="requirements")
    kind = models.CharField(max_length=11, choices=Kind)
    what = models.CharField(max_length=100, blank=True)  # "MRI from Mercy Radiology"; rule, version
    clear_by = models.DateField(null=True, blank=True)  # none: as the practice says for the kind
    status = models.CharField(max_length=8, choices=Status, default=Status.NEEDED)
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=100)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=100, blank=True)
    remark = models.CharField(max_length=200, blank=True)  # number of the referral, who promised

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "appointment", "kind"],
                condition=Q(kind__in=["referral", "interpreter"]),
                name="requirement_one_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["practice", "appointment", "what"],
                condition=Q(kind="rule"),
                name="requirement_rule_answered_once",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "appointment"], name="requirement_by_appointment")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.status}"


class ReadinessRule(Record):
    """How the practice judges whether a visit is ready: one row, made when first changed."""

    balance_from = MoneyField(default=Decimal("0.01"))  # a patient who owes this much is asked
    referral_kinds = models.JSONField(default=list, blank=True)  # plan kinds that want a referral
    clear_days = models.JSONField(default=dict, blank=True)  # check: days before the visit

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice"], name="readiness_rule_one_per_practice")
        ]

    def __str__(self) -> str:
        return f"Readiness rule {self.pk}"
