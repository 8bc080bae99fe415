"""A card that a patient lets us keep: the gateway's token and what they agreed to, no number."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.ledger.rules import month_of
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site


class SavedCard(Record):
    """A card on file: a token of the gateway, its limit, and the consent as it was given."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting for the card"
        ACTIVE = "active", "On file"
        REMOVED = "removed", "Taken off file"

    lifecycle = Lifecycle(
        Status,
        {Status.WAITING: {Status.ACTIVE, Status.REMOVED}, Status.ACTIVE: {Status.REMOVED}},
    )

    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="cards")
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    most = MoneyField()  # one charge never takes more
    until = models.DateField(null=True, blank=True)  # the consent ends; none: with the card
    consent = models.TextField()  # the words that were agreed to, as shown
    agreed_at = models.DateTimeField()
    agreed_with = models.CharField(max_length=100)  # who of us took the consent
    customer = models.CharField(max_length=80, blank=True)  # the gateway's name for the payer
    setup = models.CharField(max_length=80, blank=True)  # the gateway's name for the agreement
    token = models.CharField(max_length=80, blank=True)  # the gateway's name for the card
    brand = models.CharField(max_length=20, blank=True)
    last_four = models.CharField(max_length=4, blank=True)
    expires = models.DateField(null=True, blank=True)  # the last day of its month
    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=200, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(most__gt=0), name="card_limit_is_positive"),
            models.UniqueConstraint(
                fields=["practice", "token"], condition=~Q(token=""), name="card_kept_once"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "patient"], name="card_by_patient"),
            models.Index(fields=["practice", "status", "expires"], name="card_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.last_four}".strip() or "A card"

    @property
    def ends_on(self) -> date | None:
        """The last day on which it may be charged."""
        days = [day for day in (self.expires, self.until) if day]
        return min(days, default=None)

    def refuses(self, amount: Decimal, on: date) -> str:
        """Return why it may not be charged so much on that day; nothing where it may."""
        if self.status != self.Status.ACTIVE:
            return "The card is not on file any more."
        if self.expires and self.expires < on:
            return f"The card ended with {month_of(self.expires)[0]:%B %Y}."
        if self.until and self.until < on:
            return f"The patient's consent ended on {self.until:%b %-d, %Y}."
        if amount > self.most:
            return f"The patient agreed to at most ${self.most} at once."
        return ""
