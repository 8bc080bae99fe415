"""Card money that reached the bank: what the processor paid out, and what it kept."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.practice.models import Site


class CardPayout(Record):
    """One transfer of the card processor: cards on their way, less its fee, at the bank."""

    class Status(models.TextChoices):
        NOTED = "noted", "At the bank"
        TAKEN_BACK = "back", "Taken back"

    lifecycle = Lifecycle(Status, {Status.NOTED: {Status.TAKEN_BACK}})

    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()  # the day the bank booked it
    credited = MoneyField()  # what reached the bank
    fee = MoneyField(default=0)  # what the processor kept
    reference = models.CharField(max_length=64, blank=True)  # of the processor or the bank
    because = models.CharField(max_length=200, blank=True)  # more than was on its way; taken back
    status = models.CharField(max_length=5, choices=Status, default=Status.NOTED)
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=100)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "reference"],
                condition=Q(status="noted") & ~Q(reference=""),
                name="card_payout_noted_once",
            ),
            models.CheckConstraint(condition=Q(credited__gt=0), name="card_payout_is_a_credit"),
            models.CheckConstraint(condition=Q(fee__gte=0), name="card_payout_fee_not_negative"),
        ]
        indexes = [models.Index(fields=["practice", "site", "on"], name="card_payout_by_day")]

    def __str__(self) -> str:
        return f"Card money of {self.on}"

    @property
    def gross(self) -> Decimal:
        """The card payments it settles, in dollars: what came and what was kept."""
        gross: Decimal = self.credited + self.fee
        return gross
