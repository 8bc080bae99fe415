"""Questions about paying: what a run would pay, what was paid, what the bank is told."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from frontdesk.core.money import ZERO
from frontdesk.office.models import (
    Bill,
    PaymentItem,
    PaymentRun,
    PaySettings,
    Vendor,
    VendorBank,
    VendorPayment,
)
from frontdesk.office.queries.vendors import pay_settings
from frontdesk.office.rules.banking import banking_day
from frontdesk.office.rules.terms import takes_discount, yearly_yield
from frontdesk.practice.queries import office_time


@dataclass(frozen=True, slots=True)
class Offer:
    """A bill that a run may pay: why now, and what would be taken off."""

    bill: Bill
    discount: Decimal
    why: str  # due, late, discount, later

    @property
    def amount(self) -> Decimal:
        """What is paid for it, in dollars."""
        return self.bill.open - self.discount


@dataclass(slots=True)
class ToPay:
    """All that a run would pay one vendor."""

    vendor: Vendor
    method: str  # VendorPayment.Method
    offers: list[Offer] = field(default_factory=list)
    credits: list[Bill] = field(default_factory=list)

    @property
    def asked(self) -> Decimal:
        """What the bills come to, after what is taken off."""
        return sum((offer.amount for offer in self.offers), ZERO)

    @property
    def set_off(self) -> Decimal:
        """How much of the vendor's credits is used."""
        return min(sum((credit.open for credit in self.credits), ZERO), self.asked)

    @property
    def amount(self) -> Decimal:
        """What goes out, in dollars."""
        return self.asked - self.set_off

    @property
    def discount(self) -> Decimal:
        """What paying early saves."""
        return sum((offer.discount for offer in self.offers), ZERO)


def payable() -> QuerySet[Bill]:
    """Return bills and credits that are approved and not settled yet."""
    return Bill.objects.filter(status=Bill.Status.APPROVED).select_related("vendor")


def offers(pay_on: date, until: date) -> list[Offer]:
    """Return every bill that could be paid: those due until a day, worth paying early, and later.

    What is due comes first, then what is worth its discount, then the rest by its due day.
    """
    worth = pay_settings().discount_worth
    found = [
        offer_of(bill, pay_on, until, worth)
        for bill in payable().filter(kind=Bill.Kind.BILL).order_by("due_on", "number")
    ]
    order = {"late": 0, "due": 1, "discount": 2, "later": 3}
    return sorted(found, key=lambda offer: (order[offer.why], offer.bill.due_on))


def offer_of(bill: Bill, pay_on: date, until: date, worth: Decimal) -> Offer:
    """Return what paying a bill on a day would take off, and whether it should be paid then."""
    early = takes_discount(pay_on, bill.discount_on) and not bill.settled
    discount = bill.discount if early else ZERO
    earns = yearly_yield(discount, bill.total, pay_on, bill.due_on)
    if bill.due_on < pay_on:
        return Offer(bill, discount, "late")
    if bill.due_on <= until:
        return Offer(bill, discount, "due")
    return Offer(bill, discount, "discount" if discount and earns >= worth else "later")


def by_vendor(picked: Iterable[Offer]) -> list[ToPay]:
    """Return what a run of these bills would pay each vendor, with their credits and the way."""
    rows: dict[UUID, ToPay] = {}
    for offer in picked:
        vendor = offer.bill.vendor
        rows.setdefault(vendor.pk, ToPay(vendor, "")).offers.append(offer)
    settings, banks = pay_settings(), banks_in_use(rows)
    for pk, row in rows.items():
        row.method = way_of(row.vendor, settings, pk in banks)
    credits_ = payable().filter(kind=Bill.Kind.CREDIT, vendor__in=rows)
    for credit in credits_.order_by("billed_on", "number"):
        rows[credit.vendor_id].credits.append(credit)
    return sorted(rows.values(), key=lambda row: row.vendor.name)


def banks_in_use(vendor_ids: Collection[UUID]) -> dict[UUID, VendorBank]:
    """Return the confirmed bank accounts of vendors."""
    found = VendorBank.objects.filter(
        vendor__in=vendor_ids, status=VendorBank.Status.CONFIRMED
    )  # fmt: skip
    return {bank.vendor_id: bank for bank in found}


def way_of(vendor: Vendor, settings: PaySettings, has_bank: bool) -> str:
    """Return how a vendor is paid: by bank file where both sides are set up, else by check."""
    if vendor.pays_by == Vendor.PaysBy.ACH and has_bank and settings.has_ach:
        return VendorPayment.Method.ACH
    return VendorPayment.Method.CHECK


def payments() -> QuerySet[VendorPayment]:
    """Return what was paid, the newest first."""
    return VendorPayment.objects.select_related("vendor", "run").order_by("-pay_on", "-number")


def payments_of(run: PaymentRun) -> list[VendorPayment]:
    """Return the payments of a run with what each paid, in the order of their numbers."""
    found = VendorPayment.objects.filter(run=run).select_related("vendor", "bank")
    return list(found.prefetch_related("items__bill").order_by("number"))


def items_of(payment: VendorPayment) -> list[PaymentItem]:
    """Return what a payment settled, bill by bill."""
    found = PaymentItem.objects.filter(payment=payment).select_related("bill__vendor")
    return list(found.order_by("bill__number"))


def paid_on_bill(bill: Bill) -> list[PaymentItem]:
    """Return the payments of a bill, voided ones too."""
    found = PaymentItem.objects.filter(bill=bill).select_related("payment")
    return list(found.order_by("payment__number"))


def checks_between(first: date, last: date) -> list[VendorPayment]:
    """Return the checks that the bank is told of: written or voided between two days."""
    written = Q(pay_on__gte=first, pay_on__lte=last)
    voided = Q(voided_on__gte=first, voided_on__lte=last)
    found = VendorPayment.objects.filter(written | voided, check_number__isnull=False)
    return list(found.select_related("vendor").order_by("check_number"))


def place_in_day(run: PaymentRun) -> int:
    """Return how many runs were made before this one on the same day of the office."""
    made_at = office_time(run.made_at)
    begins = datetime.combine(made_at, time(0), made_at.tzinfo)
    return PaymentRun.objects.filter(number__lt=run.number, made_at__gte=begins).count()


def total_of(run: PaymentRun) -> Decimal:
    """Return what a run paid that was not voided since, in dollars."""
    live = VendorPayment.objects.filter(run=run, status=VendorPayment.Status.ISSUED)
    return live.aggregate(sum=Sum("amount"))["sum"] or ZERO


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run of the picked bills would pay."""

    offers: list[Offer]
    picked: set[UUID]
    rows: list[ToPay]
    pay_on: date

    @property
    def moves_on(self) -> date | None:
        """When its transfers move, where banks do not settle on the day of the run."""
        moves = banking_day(self.pay_on)
        is_sent = any(row.amount and row.method == VendorPayment.Method.ACH for row in self.rows)
        return moves if is_sent and moves != self.pay_on else None

    @property
    def total(self) -> Decimal:
        """What would go out, in dollars."""
        return sum((row.amount for row in self.rows), ZERO)

    @property
    def discount(self) -> Decimal:
        """What paying early would save."""
        return sum((row.discount for row in self.rows), ZERO)

    @property
    def count(self) -> int:
        """How many bills would be paid."""
        return sum(len(row.offers) for row in self.rows)


def preview(pay_on: date, until: date, picked: Collection[UUID] | None = None) -> Preview:
    """Return what a run would pay: the picked bills, or at first those that should be paid."""
    found = offers(pay_on, until)
    if picked is None:
        picked = [offer.bill.pk for offer in found if offer.why != "later"]
    chosen = [offer for offer in found if offer.bill.pk in set(picked)]
    return Preview(found, {offer.bill.pk for offer in chosen}, by_vendor(chosen), pay_on)
