"""A card payment that its holder disputes at their bank: the money is gone until it is decided."""

from datetime import date

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.ledger.models.payments import Payment
from frontdesk.ledger.rules.disputes import words_of


class CardDispute(Record):
    """What the gateway says of one dispute; heard twice, it is one."""

    class Status(models.TextChoices):
        OPEN = "open", "Evidence wanted"
        SENT = "sent", "With the bank"
        WON = "won", "Won"
        LOST = "lost", "Lost"

    lifecycle = Lifecycle(
        Status,
        {
            Status.OPEN: {Status.SENT, Status.WON, Status.LOST},
            Status.SENT: {Status.OPEN, Status.WON, Status.LOST},
        },
    )

    payment = TenantFK(Payment, on_delete=models.PROTECT, related_name="disputes")
    gateway_id = models.CharField(max_length=80)  # the gateway's name for the dispute
    amount = MoneyField()  # that the bank took back
    fee = MoneyField(default=0)  # what the gateway keeps for it, as booked
    reason = models.CharField(max_length=60, blank=True)  # as the gateway calls it
    status = models.CharField(max_length=4, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)  # evidence counts until then
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.CharField(max_length=100, blank=True)
    evidence = models.CharField(max_length=300, blank=True)  # what was sent, in a few words
    closed_at = models.DateTimeField(null=True, blank=True)
    kept = TenantFK(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # what was not disputed, taken again
    won = TenantFK(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # the money that came back

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "gateway_id"], name="dispute_heard_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_amount_positive"),
        ]
        indexes = [models.Index(fields=["practice", "status", "due_at"], name="dispute_by_clock")]

    def __str__(self) -> str:
        return f"Dispute of {self.payment}"

    @property
    def why(self) -> str:
        """The reason in the office's words."""
        return words_of(self.reason)

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.status in {self.Status.OPEN, self.Status.SENT}

    def days_left(self, on: date) -> int | None:
        """How many days are left for evidence; negative when it is too late."""
        return (self.due_at.date() - on).days if self.due_at else None
