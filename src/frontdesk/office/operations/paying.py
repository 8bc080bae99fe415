"""Pay bills: a run, a payment noted by hand, voiding and writing a check anew."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import operations as ledger
from frontdesk.ledger.rules import Line
from frontdesk.ledger.rules.chart import BANK
from frontdesk.ledger.rules.costs import PAYABLE, VENDOR_DISCOUNTS
from frontdesk.office.models import (
    Bill,
    PaymentItem,
    PaymentRun,
    Vendor,
    VendorBank,
    VendorPayment,
)
from frontdesk.office.operations.approving import due_once
from frontdesk.office.queries import paying as queries
from frontdesk.office.queries.vendors import pay_settings
from frontdesk.practice.queries import office_day
from frontdesk.staff.operations import settle_work

AHEAD, BACK = timedelta(days=31), timedelta(days=31)
NOTED_BACK = timedelta(days=731)  # as far back as a bill may lie


@dataclass(frozen=True, slots=True)
class Settled:
    """What a payment settles of one bill: dollars that go, and dollars taken off."""

    bill: Bill
    amount: Decimal  # below zero for a credit that is used
    discount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class How:
    """The way of a payment."""

    method: str
    pay_on: date
    run: PaymentRun | None = None
    bank: VendorBank | None = None
    reference: str = ""
    replaces: VendorPayment | None = None


@operation("office.pay", always_ask=True)
def pay_bills(
    picked: Collection[UUID],
    *,
    pay_on: date,
    expected: Decimal,
    key: str,
    at: datetime,
    by: Actor,
) -> PaymentRun:
    """Pay the picked bills, vendor by vendor, with their credits and discounts; post each payment.

    `expected` is what the preview said goes out: where a bill was paid, voided or credited since,
    the whole run is refused and nothing is paid. The same key pays once.
    """
    if earlier := PaymentRun.objects.filter(key=key).first():
        return earlier
    _check_day(pay_on, at)
    bills = _held(picked)
    if earlier := PaymentRun.objects.filter(key=key).first():
        return earlier  # the same press, which waited behind the first one
    rows = queries.by_vendor(
        queries.offer_of(bill, pay_on, pay_on, Decimal(0)) for bill in bills if not bill.is_credit
    )
    total = sum((row.amount for row in rows), ZERO)
    if total != expected:
        raise Refused(
            f"Something changed since you looked: this run now comes to ${total:,.2f}, "
            f"not ${expected:,.2f}. Look again."
        )
    run = PaymentRun(
        number=Counter.take("payment_run"), pay_on=pay_on, made_at=at, made_by=by.name, key=key
    )
    run.save()
    banks = queries.banks_in_use([row.vendor.pk for row in rows])
    for row in rows:
        bank = banks.get(row.vendor.pk) if row.method == VendorPayment.Method.ACH else None
        _pay(row.vendor, _settled(row), How(row.method, pay_on, run, bank), at, by)
    return run


@operation("office.pay", always_ask=True)
def note_paid(
    bill: Bill, *, method: str, pay_on: date, reference: str, at: datetime, by: Actor
) -> VendorPayment:
    """Note that a bill was paid otherwise: by company card, or taken from the bank by the vendor.

    What stands open is settled; a discount is taken where the day allows it.
    """
    if method not in (VendorPayment.Method.CARD, VendorPayment.Method.DEBIT):
        raise Refused("Checks and bank transfers are paid by a run.")
    today = office_day(at)
    if pay_on > today:
        raise Refused("That day has not come yet.")
    if pay_on < today - NOTED_BACK:
        raise Refused("Look at the day: it is far from today.")
    [bill] = _held([bill.pk])
    if bill.is_credit:
        raise Refused("A credit is used when bills of the vendor are paid.")
    offer = queries.offer_of(bill, pay_on, pay_on, Decimal(0))
    settled = [Settled(bill, offer.amount, offer.discount)]
    return _pay(bill.vendor, settled, How(method, pay_on, reference=reference.strip()), at, by)


@operation("office.pay", always_ask=True)
def void_payment(payment: VendorPayment, *, because: str, at: datetime, by: Actor) -> VendorPayment:
    """Void a payment: its bills are open again, the books are reversed, its number stays used."""
    payment = VendorPayment.objects.lock(payment.pk)
    Vendor.objects.lock(payment.vendor_id)  # whoever uses this vendor's credits queues here
    if not because.strip():
        raise Refused("Say why the payment is voided.")
    payment.status = payment.lifecycle.move(payment.status, VendorPayment.Status.VOIDED)
    payment.because, payment.voided_by = because.strip()[:200], by.name
    payment.voided_on = office_day(at)
    payment.save()
    items = queries.items_of(payment)
    held = {bill.pk: bill for bill in Bill.objects.lock_many([item.bill_id for item in items])}
    for item in items:
        _open_again(held[item.bill_id], abs(item.amount + item.discount))
    if payment.posting is not None:
        ledger.reverse(payment.posting, because=payment.because, at=at, on=payment.voided_on, by=by)
    return payment


@operation("office.pay", always_ask=True)
def reissue(payment: VendorPayment, *, because: str, at: datetime, by: Actor) -> VendorPayment:
    """Void a check and write a new one for the same bills, with a new number and today's date."""
    if payment.method != VendorPayment.Method.CHECK:
        raise Refused("Only a check is written anew: void the payment, and pay the bills again.")
    voided = void_payment(payment, because=because, at=at, by=by)
    settled = [
        Settled(Bill.objects.lock(item.bill_id), item.amount, item.discount)
        for item in queries.items_of(voided)
    ]
    how = How(voided.method, office_day(at), voided.run, replaces=voided)
    return _pay(voided.vendor, settled, how, at, by)


def _held(picked: Collection[UUID]) -> list[Bill]:
    """Return the bills, locked together with their vendors' credits, and all fit to be paid.

    Vendors are held first: whoever pays the same vendor queues there, so that nobody reads a
    credit that another run is about to use.
    """
    if not picked:
        raise Refused("Pick the bills to pay.")
    asked = list(Bill.objects.filter(pk__in=picked).values_list("pk", "vendor"))
    Vendor.objects.lock_many({vendor for _pk, vendor in asked})
    bills = Bill.objects.lock_many([pk for pk, _vendor in asked])
    for bill in bills:
        if bill.status != Bill.Status.APPROVED or bill.open <= ZERO:
            raise Refused(
                f"Bill {bill.number} of {bill.vendor.name} is "
                f"{bill.get_status_display().lower()} meanwhile: nothing was paid. Look again."
            )
    if len(bills) != len(set(picked)):
        raise Refused("A bill that was picked is not there any more. Look again.")
    return bills


def _settled(row: queries.ToPay) -> list[Settled]:
    """Return what one vendor's payment settles: every bill, and the oldest credits first."""
    settled = [Settled(offer.bill, offer.amount, offer.discount) for offer in row.offers]
    left = row.set_off
    for credit in row.credits:
        used = min(credit.open, left)
        if used > ZERO:
            settled.append(Settled(credit, -used))
            left -= used
    return settled


def _pay(
    vendor: Vendor, settled: Sequence[Settled], how: How, at: datetime, by: Actor
) -> VendorPayment:
    amount = sum((one.amount for one in settled), ZERO)
    discount = sum((one.discount for one in settled), ZERO)
    method = how.method if amount else VendorPayment.Method.CREDIT
    is_check = method == VendorPayment.Method.CHECK
    payment = VendorPayment(
        number=Counter.take("vendor_payment"),
        run=how.run,
        vendor=vendor,
        method=method,
        amount=amount,
        discount=discount,
        pay_on=how.pay_on,
        check_number=_check_number() if is_check else None,
        reference=how.reference,
        payee=vendor.name,
        payee_lines=vendor.address_lines,
        bank=how.bank if method == VendorPayment.Method.ACH else None,
        replaces=how.replaces,
        made_at=at,
        made_by=by.name,
    )
    payment.save()
    PaymentItem.objects.bulk_create(
        PaymentItem(payment=payment, bill=one.bill, amount=one.amount, discount=one.discount)
        for one in settled
    )
    for one in settled:
        _settle(one.bill, abs(one.amount + one.discount), at, by)
    _post(payment, at, by)
    return payment


def _check_number() -> int:
    """Return the next number; where a new stock of checks begins further on, its first one."""
    first = pay_settings().first_check
    number = Counter.take("check", start=first)
    if number >= first:
        return number
    if skipped := first - number - 1:
        Counter.take("check", count=skipped)
    return Counter.take("check")


def _post(payment: VendorPayment, at: datetime, by: Actor) -> None:
    parts = ((BANK, payment.amount, "vendor"), (VENDOR_DISCOUNTS, payment.discount, "discount"))
    lines = [
        Line(source, PAYABLE, amount, kind, label=payment.payee) for source, amount, kind in parts
        if amount
    ]  # fmt: skip
    if not lines:
        return
    payment.posting = ledger.post(
        "vendor", key=f"vendor-payment:{payment.pk}", lines=lines, on=payment.pay_on,
        memo=f"{payment} to {payment.payee}", at=at, by=by,
    )  # fmt: skip
    payment.save()


def _settle(bill: Bill, amount: Decimal, at: datetime, by: Actor) -> None:
    bill.settled += amount
    if bill.open == ZERO:
        bill.status = bill.lifecycle.move(bill.status, Bill.Status.PAID)
        settle_work(once=due_once(bill), at=at, by=by)
    bill.save()


def _open_again(bill: Bill, amount: Decimal) -> None:
    bill.settled -= amount
    if bill.status == Bill.Status.PAID:
        bill.status = bill.lifecycle.move(bill.status, Bill.Status.APPROVED)
    bill.save()


def _check_day(pay_on: date, at: datetime) -> None:
    today = office_day(at)
    if not today - BACK <= pay_on <= today + AHEAD:
        raise Refused("A run pays within a month of today. Look at the date.")
