"""Entries move money from one account to another, so the books balance by construction."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.ledger.rules import Line
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.staff.models import Provider


class Account(Record):
    """One account of the practice's books."""

    class Kind(models.TextChoices):
        ASSET = "asset", "Asset"
        LIABILITY = "liability", "Liability"
        INCOME = "income", "Income"
        EXPENSE = "expense", "Expense"
        EQUITY = "equity", "Equity"

    code = models.CharField(max_length=30)  # "receivable.insurance": see rules.CHART
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=9, choices=Kind)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "code"], name="account_code_is_unique")
        ]

    def __str__(self) -> str:
        return self.name


class Posting(Record):
    """What was posted in one go and why; the entries are its lines. The same key posts once."""

    kind = models.CharField(max_length=30)  # charge, payment, remittance, adjustment, reversal
    number = models.BigIntegerField()
    key = models.CharField(max_length=120)
    memo = models.CharField(max_length=200, blank=True)
    posted_on = models.DateField()
    posted_at = models.DateTimeField()
    posted_by = models.CharField(max_length=100)
    meant_on = models.DateField(null=True, blank=True)  # the closed day it refers back to
    reverses = TenantFK(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reversed_by",
        db_index=False,
    )

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="posting_numbered_once"),
            models.UniqueConstraint(fields=["practice", "key"], name="posting_key_posts_once"),
            models.UniqueConstraint(
                fields=["practice", "reverses"],
                condition=~Q(reverses=None),
                name="posting_is_reversed_once",
            ),
        ]
        indexes = [models.Index(fields=["practice", "posted_at"], name="posting_by_instant")]

    def __str__(self) -> str:
        return f"Posting {self.number}"


class Entry(Record):
    """A sum that moved from one account to another. Never edited: a correction reverses it.

    The most numerous of all: only what is asked for by itself has an index.
    """

    posting = TenantFK(Posting, on_delete=models.PROTECT, related_name="entries")
    source = TenantFK(Account, on_delete=models.PROTECT, related_name="entries_out")  # credited
    target = TenantFK(Account, on_delete=models.PROTECT, related_name="entries_in")  # debited
    amount = MoneyField()
    posted_on = models.DateField()
    kind = models.CharField(max_length=20)  # charge, payment, contractual, patient, other …
    patient = TenantFK(
        Patient,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entries",
        db_index=False,
    )
    provider = TenantFK(
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    site = TenantFK(
        Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    payer_id = models.UUIDField(null=True, blank=True)  # coverage.Payer
    visit_id = models.UUIDField(null=True, blank=True)  # visits.Visit
    charge_id = models.UUIDField(null=True, blank=True)  # billing.Charge
    claim_id = models.UUIDField(null=True, blank=True)  # billing.Claim
    payment_id = models.UUIDField(null=True, blank=True)  # Payment
    reason = models.CharField(max_length=12, blank=True)  # CARC with its group: "CO-45"
    label = models.CharField(max_length=140, blank=True)  # what a person reads: "Z9213 Follow-up"
    service_on = models.DateField(null=True, blank=True)  # the day of the service

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="entry_amount_is_positive"),
            models.CheckConstraint(
                condition=~Q(source=F("target")), name="entry_moves_between_accounts"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "patient", "posted_on"], name="entry_by_patient"),
            models.Index(fields=["practice", "charge_id"], name="entry_by_charge"),
            models.Index(fields=["practice", "visit_id"], name="entry_by_visit"),
            models.Index(fields=["practice", "posted_on"], name="entry_by_day"),
        ]

    def __str__(self) -> str:
        return f"Entry {self.pk}: {self.amount} on {self.posted_on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a new entry; raise `TypeError` for one that stands: it is reversed instead."""
        if not self._state.adding:
            raise TypeError("An entry is never edited: post what reverses it.")
        super().save(*args, **kwargs)

    def as_line(self) -> Line:
        """Return the entry as plain values; load it with its two accounts."""
        return Line(
            source=self.source.code,
            target=self.target.code,
            amount=self.amount,
            kind=self.kind,
            patient_id=self.patient_id,
            provider_id=self.provider_id,
            site_id=self.site_id,
            payer_id=self.payer_id,
            visit_id=self.visit_id,
            charge_id=self.charge_id,
            claim_id=self.claim_id,
            payment_id=self.payment_id,
            reason=self.reason,
            label=self.label,
            service_on=self.service_on,
        )
