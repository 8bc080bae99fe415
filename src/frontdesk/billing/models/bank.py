"""Money that reached the bank, as the bank's own statement says it."""

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record
from frontdesk.core.money import MoneyField


class BankLine(Record):
    """One credit of a bank statement: a transfer (EFT), a check, or a lockbox of several checks."""

    class Status(models.TextChoices):
        OPEN = "open", "Not explained"
        MATCHED = "matched", "Matched"
        EXPLAINED = "other", "Not from a payer"

    lifecycle = Lifecycle(
        Status,
        {
            Status.OPEN: {Status.MATCHED, Status.EXPLAINED},
            Status.MATCHED: {Status.OPEN},
            Status.EXPLAINED: {Status.OPEN},
        },
    )

    on = models.DateField()  # the day the bank booked it
    amount = MoneyField()
    words = models.CharField(max_length=300, blank=True)  # as the bank says it, addenda included
    reference = models.CharField(max_length=64)  # the bank's own number, else made of its contents
    file_name = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=7, choices=Status, default=Status.OPEN)
    because = models.CharField(max_length=140, blank=True)  # what it is, where no payer sent it
    matched_by = models.CharField(max_length=100, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "reference"], name="bank_line_read_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="bank_line_is_a_credit"),
        ]
        indexes = [models.Index(fields=["practice", "status", "on"], name="bank_line_work_list")]

    def __str__(self) -> str:
        return f"{self.on}: {self.amount}"
