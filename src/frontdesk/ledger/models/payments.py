"""Money taken from somebody, with the number on its receipt."""

import re
from decimal import Decimal
from uuid import UUID

from django.db import models
from django.db.models import Q

from frontdesk.core.errors import Refused
from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import ZERO, MoneyField
from frontdesk.ledger.models.books import Posting
from frontdesk.ledger.models.cards import SavedCard
from frontdesk.ledger.models.drawers import Deposit, Drawer
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.staff.models import Member


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
        PLAN = "plan", "Payment plan"

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
    handed = MoneyField(null=True, blank=True)  # the cash handed over, before change
    together = models.UUIDField(null=True, blank=True)  # one for all parts of a split payment
    method = models.CharField(max_length=5, choices=Method)
    kind = models.CharField(max_length=20, choices=Kind)
    reference = models.CharField(max_length=60, blank=True)  # check number; last four of a card
    approval = models.CharField(max_length=20, blank=True)  # what the card terminal answered
    gateway_id = models.CharField(max_length=80, blank=True)  # the gateway's name for the payment
    saved_card = TenantFK(
        SavedCard, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )  # a card on file, charged without the patient
    is_online = models.BooleanField(default=False)  # through the gateway, not our own terminal
    failed_because = models.CharField(max_length=120, blank=True)
    reversed_because = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.POSTED)
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=100)
    member = TenantFK(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    visit_id = models.UUIDField(null=True, blank=True)
    for_visit = MoneyField(null=True, blank=True)  # of a balance: this much is for its own visit
    shares = models.JSONField(null=True, blank=True)  # of a family: [[patient, dollars], …]
    posting = TenantFK(
        Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    drawer = TenantFK(
        Drawer, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )  # into which the money was put
    back_drawer = TenantFK(
        Drawer, null=True, blank=True, on_delete=models.PROTECT, related_name="given_back"
    )  # out of which it was given back
    deposit = TenantFK(
        Deposit, null=True, blank=True, on_delete=models.PROTECT, related_name="checks_in"
    )  # with which the check went to the bank
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
            # Most payments have none of these, and SQLite's statistics count the empty ones as
            # equal: without an index of the filled ones alone it walks every payment.
            models.Index(
                fields=["practice", "drawer"],
                condition=Q(drawer__isnull=False),
                name="payment_by_drawer",
            ),
            models.Index(
                fields=["practice", "back_drawer"],
                condition=Q(back_drawer__isnull=False),
                name="payment_by_back_drawer",
            ),
            models.Index(
                fields=["practice", "deposit"],
                condition=Q(deposit__isnull=False),
                name="payment_by_deposit",
            ),
        ]

    def __str__(self) -> str:
        return f"Payment {self.number or self.pk}"

    @property
    def split(self) -> list[tuple[UUID, Decimal]]:
        """For whom it is, with how much: its patient, or several of a family."""
        if not self.shares:
            return [(self.patient_id, self.amount)]
        return [(UUID(patient), Decimal(dollars)) for patient, dollars in self.shares]

    @property
    def of_visit(self) -> Decimal:
        """How much of it is for its own visit; the rest pays what is owed from before."""
        if self.visit_id is None:
            return ZERO
        of_visit: Decimal = ZERO if self.kind == self.Kind.BALANCE else self.amount
        return of_visit if self.for_visit is None else self.for_visit

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
