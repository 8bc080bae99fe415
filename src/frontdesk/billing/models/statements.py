"""Bills to patients."""

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.people.models import Patient
from frontdesk.records.models import Document


class Statement(Record):
    """A bill to a patient, as it was printed."""

    class Status(models.TextChoices):
        MADE = "made", "To mail"
        SENT = "sent", "Sent"
        PAID = "paid", "Paid"

    lifecycle = Lifecycle(
        Status, {Status.MADE: {Status.SENT, Status.PAID}, Status.SENT: {Status.PAID}}
    )

    number = models.BigIntegerField()
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="statements")
    made_on = models.DateField()
    due_on = models.DateField()
    total = MoneyField()
    lines = models.JSONField(default=list)
    language = models.CharField(max_length=10, default="en")
    document = TenantFK(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=4, choices=Status, default=Status.MADE)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="statement_numbered_once"),
            models.CheckConstraint(condition=Q(total__gte=0), name="statement_total_not_negative"),
        ]

    def __str__(self) -> str:
        return f"Statement {self.number}"
