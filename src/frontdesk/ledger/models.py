"""Entries move money from one account to another, so the books balance by construction."""

import re
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q

from frontdesk.core.errors import Refused
from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import ZERO, MoneyField
from frontdesk.ledger.rules import Line
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.staff.models import Member, Provider


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
    reverses = TenantFK(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
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

    def __str__(self) -> str:
        return f"Posting {self.number}"


class Entry(Record):
    """A sum that moved from one account to another. Never edited: a correction reverses it."""

    posting = TenantFK(Posting, on_delete=models.PROTECT, related_name="entries")
    source = TenantFK(Account, on_delete=models.PROTECT, related_name="entries_out")  # credited
    target = TenantFK(Account, on_delete=models.PROTECT, related_name="entries_in")  # debited
    amount = MoneyField()
    posted_on = models.DateField()
    kind = models.CharField(max_length=20)  # charge, payment, contractual, patient, other …
    patient = TenantFK(
        Patient, null=True, blank=True, on_delete=models.PROTECT, related_name="entries"
    )
    provider = TenantFK(Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    site = TenantFK(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
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


class Payment(Record):
    """Money taken from somebody at the desk or by mail, with the number on its receipt."""

    class Method(models.TextChoices):
        CASH = "cash", "Cash"
        CHECK = "check", "Check"
        CARD = "card", "Card"

    class Kind(models.TextChoices):
        COPAY = "copay", "Copay"
        BALANCE = "balance", "Balance"
        PREPAYMENT = "prepayment", "Prepayment"

    class Status(models.TextChoices):
        PENDING = "pending", "Waiting for the card"
        POSTED = "posted", "Posted"
        FAILED = "failed", "Card declined"
        REVERSED = "reversed", "Reversed"

    lifecycle = Lifecycle(
        Status,
        {
            Status.PENDING: {Status.POSTED, Status.FAILED},
            Status.FAILED: {Status.POSTED},  # the gateway settled it after all
            Status.POSTED: {Status.REVERSED},
        },
    )

    number = models.BigIntegerField(null=True)  # of the receipt, once posted
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="payments")
    amount = MoneyField()
    method = models.CharField(max_length=5, choices=Method)
    kind = models.CharField(max_length=20, choices=Kind)
    reference = models.CharField(max_length=60, blank=True)  # check number; last four of a card
    approval = models.CharField(max_length=20, blank=True)  # what the card terminal answered
    gateway_id = models.CharField(max_length=80, blank=True)  # the gateway's name for the payment
    is_online = models.BooleanField(default=False)  # through the gateway, not our own terminal
    failed_because = models.CharField(max_length=120, blank=True)
    reversed_because = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.POSTED)
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=100)
    member = TenantFK(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    visit_id = models.UUIDField(null=True, blank=True)
    posting = TenantFK(
        Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    key = models.CharField(max_length=64)  # made by the form: the same press pays once

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "key"], name="payment_key_pays_once"),
            models.UniqueConstraint(
                fields=["practice", "number"],
                condition=~Q(number=None),
                name="receipt_numbered_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_is_positive"),
        ]
        indexes = [
            models.Index(fields=["practice", "patient", "taken_at"], name="payment_chart"),
            models.Index(fields=["practice", "visit_id"], name="payment_by_visit"),
        ]

    def __str__(self) -> str:
        return f"Payment {self.number or self.pk}"

    def pressed_again(self, patient: Patient, amount: Decimal) -> "Payment":
        """Return this payment to whoever pressed twice; refuse a key used for another one."""
        if (self.patient_id, self.amount) != (patient.pk, amount):
            raise Refused("This form was used for another payment. Open it again.")
        return self

    def expect_proof(self) -> None:
        """Refuse an amount nobody can pay, and a check or card without what proves it."""
        if self.amount <= ZERO:
            raise Refused("Enter an amount above zero.")
        if self.method == self.Method.CHECK and not self.reference:
            raise Refused("Enter the number of the check.")
        if self.method == self.Method.CARD and not self.is_online:
            self._check_terminal()

    def _check_terminal(self) -> None:
        """A whole card number is never kept: only what stands on the terminal's slip."""
        if not re.fullmatch(r"\d{4}", self.reference):
            raise Refused("Enter only the last four digits of the card.")
        if not self.approval:
            raise Refused("Enter the approval code that the terminal shows.")
