"""Enter a bill, change it, approve it into the books, void it, keep its paper."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.office.models import (
    Bill,
    BillFile,
    BillLine,
    OrderLine,
    PurchaseOrder,
    RecurringBill,
    Vendor,
)
from frontdesk.office.queries import bills as queries
from frontdesk.office.rules import terms
from frontdesk.office.rules.duplicates import number_key
from frontdesk.practice.models import Site, save_checked
from frontdesk.practice.queries import office_day
from frontdesk.records import exchange as paper
from frontdesk.records import gateways as store
from frontdesk.records.rules import kind_of
from frontdesk.staff.operations import open_work, settle_work

AHEAD, BACK = timedelta(days=92), timedelta(days=731)  # how far off a bill's day may lie


@dataclass(frozen=True, slots=True)
class ToBill:
    """One line of a bill; `site` is none for what all sites share."""

    account: str
    amount: Decimal
    site: Site | None = None
    what: str = ""
    quantity: Decimal | None = None
    order_line: OrderLine | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the top of a bill. Without a due day the vendor's terms say it."""

    total: Decimal
    billed_on: date
    vendor_number: str = ""
    due_on: date | None = None
    kind: str = Bill.Kind.BILL
    note: str = ""


@operation("office.bill")
def enter_bill(
    vendor: Vendor,
    head: Head,
    lines: Sequence[ToBill],
    *,
    at: datetime,
    by: Actor,
    order: PurchaseOrder | None = None,
    recurring: RecurringBill | None = None,
    is_another: bool = False,
) -> Bill:
    """Enter a bill or a credit; it waits for somebody else's approval and is not in the books yet.

    Refuses a number of this vendor that is there already, and an order of another vendor; the
    same amount within a week wants `is_another`, the word of whoever enters it.
    """
    vendor = Vendor.objects.lock(vendor.pk)  # two who enter the same bill queue here
    _check_order(vendor, order, lines)
    _check(vendor, head, lines, at, is_another=is_another, but=None)
    bill = Bill(
        number=Counter.take("bill"),
        vendor=vendor,
        order=order,
        recurring=recurring,
        entered_at=at,
        entered_by=by.name,
        entered_by_id=by.user_id,
    )
    _word(bill, vendor, head)
    bill.save()
    _put_lines(bill, lines)
    _ask_approval(bill, at, by)
    return bill


@operation("office.bill")
def change_bill(
    bill: Bill,
    head: Head,
    lines: Sequence[ToBill],
    *,
    version: str,
    at: datetime,
    by: Actor,
    vendor: Vendor | None = None,
    is_another: bool = False,
) -> Bill:
    """Put a bill right that nobody has approved whole; a first approval has to be given again.

    `vendor` is whose bill it is after all, where it was entered under another one.
    """
    of = vendor.pk if vendor else bill.vendor_id
    vendor = next(one for one in Vendor.objects.lock_many({bill.vendor_id, of}) if one.pk == of)
    bill = Bill.objects.lock(bill.pk)
    bill.expect(version)
    if bill.status != Bill.Status.ENTERED:
        raise Refused("An approved bill is not changed: void it and enter it anew.")
    _check_order(vendor, bill.order, lines)
    _check(vendor, head, lines, at, is_another=is_another, but=bill)
    bill.vendor = vendor
    _word(bill, vendor, head)
    bill.entered_by, bill.entered_by_id = by.name, by.user_id
    bill.save()
    for old in BillLine.objects.filter(bill=bill, is_struck=False):
        old.is_struck = True
        old.save()
    for given in queries.approvals_of(bill):
        given.is_struck = True
        given.save()
    _put_lines(bill, lines)
    _ask_approval(bill, at, by)
    return bill


@operation("office.bill")
def attach_file(bill: Bill, *, name: str, content: bytes, at: datetime, by: Actor) -> BillFile:
    """Keep the bill as it came: a picture or PDF, cleaned and named by its content.

    Refuses what is not JPEG, PNG or PDF, is damaged, or is larger than 10 MB.
    """
    content_type = kind_of(content)
    content = paper.clean(content, content_type)
    sha256 = hashlib.sha256(content).hexdigest()
    if same := BillFile.objects.filter(bill=bill, sha256=sha256).first():
        return same
    store.put(by.practice_id, sha256, content)
    kept = BillFile(
        bill=bill, name=name[:120], content_type=content_type, size=len(content), sha256=sha256,
        added_at=at, added_by=by.name,
    )  # fmt: skip
    kept.save()
    return kept


@operation("office.bill")
def save_recurring(
    recurring: RecurringBill | None, values: dict[str, object], *, by: Actor
) -> RecurringBill:
    """Set a bill that comes again; it is entered by itself on its day and approved like any."""
    recurring = RecurringBill.objects.lock(recurring.pk) if recurring else RecurringBill()
    said = dict(values)
    next_on = said.get("next_on")
    if isinstance(next_on, date) and next_on != recurring.next_on:
        said["day"] = next_on.day  # a bill of the 31st comes on the 31st again after February
    save_checked(recurring, said)
    return recurring


@operation("office.bill")
def enter_recurring(on: date, *, at: datetime, by: Actor) -> int:
    """Enter every recurring bill whose day has come; asked twice it enters each once."""
    entered = 0
    due = RecurringBill.objects.filter(is_active=True, next_on__lte=on)
    for key in due.order_by("pk").values_list("pk", flat=True):
        one = RecurringBill.objects.lock(key)
        try:
            while one.is_active and one.next_on <= on:
                entered += _enter_next(one, at, by)
        except Refused as refusal:  # the others are entered all the same
            _tell_recurring(one, str(refusal), at, by)
        else:
            settle_work(once=f"office.recurring:{one.pk}", at=at, by=by)
    return entered


def _tell_recurring(one: RecurringBill, why: str, at: datetime, by: Actor) -> None:
    open_work(
        kind="office.recurring",
        title=f"A recurring bill was not entered: {one}",
        detail=f"For {one.next_on:%b %-d, %Y}. {why}",
        how_to_fix="Put it right under Office, Vendors, Recurring bills; it is tried again.",
        pool="biller",
        amount=one.amount,
        once=f"office.recurring:{one.pk}",
        at=at,
        by=by,
    )


def _enter_next(one: RecurringBill, at: datetime, by: Actor) -> int:
    if one.ends_on is not None and one.next_on > one.ends_on:
        one.is_active = False
        one.save()
        return 0
    there = Bill.objects.filter(recurring=one, billed_on=one.next_on).exists()
    if not there and one.vendor.is_active:
        head = Head(one.amount, one.next_on, note=f"Comes every {one.get_every_display().lower()}")
        line = ToBill(one.account, one.amount, one.site, one.what)
        enter_bill(one.vendor, head, [line], recurring=one, is_another=True, at=at, by=by)
    one.next_on = terms.next_date(one.next_on, one.every, one.day)
    one.save()
    return 0 if there else 1


def _word(bill: Bill, vendor: Vendor, head: Head) -> None:
    bill.kind = head.kind
    bill.vendor_number = head.vendor_number.strip()
    bill.number_key = number_key(head.vendor_number)
    bill.billed_on, bill.total, bill.note = head.billed_on, head.total, head.note.strip()
    bill.due_on = head.due_on or terms.due_on(head.billed_on, vendor.net_days)
    bill.discount, bill.discount_on = ZERO, None
    if vendor.discount_percent and head.kind == Bill.Kind.BILL:
        bill.discount = terms.discount_of(head.total, vendor.discount_percent)
        bill.discount_on = terms.due_on(head.billed_on, vendor.discount_days)


def _put_lines(bill: Bill, lines: Sequence[ToBill]) -> None:
    BillLine.objects.bulk_create(
        BillLine(
            bill=bill, place=place, what=line.what.strip()[:140], account=line.account,
            site=line.site, amount=line.amount, quantity=line.quantity,
            order_line=line.order_line,
        )
        for place, line in enumerate(lines, start=1)
    )  # fmt: skip


def _check(
    vendor: Vendor,
    head: Head,
    lines: Sequence[ToBill],
    at: datetime,
    *,
    is_another: bool,
    but: Bill | None,
) -> None:
    if not vendor.is_active:
        raise Refused(f"{vendor.name} is not in use any more.")
    _check_days(head, office_day(at))
    _check_lines(head, lines)
    if same := queries.same_number(vendor, head.kind, head.vendor_number, but=but):
        raise Refused(
            f"This number of {vendor.name} is here already: our {same.get_kind_display().lower()} "
            f"{same.number} of {same.billed_on:%b %-d, %Y}, ${same.total:,.2f}."
        )
    near = queries.near_alikes(vendor, head.kind, head.total, head.billed_on, but=but)
    if near and not is_another:
        raise LikelySame(near)


class LikelySame(Refused):
    """A bill that is likely entered already; it may still be another one."""

    def __init__(self, near: Sequence[Bill]) -> None:
        told = ", ".join(
            f"{one.number} of {one.billed_on:%b %-d, %Y}"
            + (f" (number {one.vendor_number})" if one.vendor_number else "")
            for one in near[:3]
        )
        super().__init__(
            f"{near[0].vendor.name} billed ${near[0].total:,.2f} within a week of this already: "
            f"our bill {told}. Say that it is another one, if it is."
        )


def _check_order(vendor: Vendor, order: PurchaseOrder | None, lines: Sequence[ToBill]) -> None:
    """Refuse to bill what another vendor was asked for."""
    keys = {line.order_line.order_id for line in lines if line.order_line is not None}
    keys |= {order.pk} if order is not None else set()
    others = PurchaseOrder.objects.filter(pk__in=keys).exclude(vendor=vendor)
    if keys and (other := others.select_related("vendor").first()):
        raise Refused(f"{other} went to {other.vendor.name}, not to {vendor.name}.")


def _check_days(head: Head, today: date) -> None:
    if not today - BACK <= head.billed_on <= today + AHEAD:
        raise Refused("Look at the date of the bill: it is far from today.")
    if head.due_on is not None and head.due_on < head.billed_on:
        raise Refused("A bill cannot be due before its date.")


def _check_lines(head: Head, lines: Sequence[ToBill]) -> None:
    if head.total <= ZERO:
        raise Refused("Enter an amount above zero.")
    known = dict(queries.billable())
    for line in lines:
        if line.account not in known:
            raise Refused(f"There is no account “{line.account}” for costs.")
    told = sum((line.amount for line in lines), ZERO)
    if not lines or told != head.total:
        apart = head.total - told
        side = "missing" if apart > ZERO else "too much"
        raise Refused(
            f"The lines come to ${told:,.2f}, the bill says ${head.total:,.2f}: "
            f"${abs(apart):,.2f} {side}."
        )


def _ask_approval(bill: Bill, at: datetime, by: Actor) -> None:
    settle_work(once=approval_once(bill), at=at, by=by)
    open_work(
        kind="office.approve",
        title=f"Approve {bill.get_kind_display().lower()} {bill.number} of {bill.vendor.name}",
        detail=bill.note,
        how_to_fix="Compare it with what was ordered and what came, then approve or void it.",
        pool="manager",
        subject=bill,
        amount=bill.total,
        once=approval_once(bill),
        at=at or now(),
        by=by,
    )


def approval_once(bill: Bill) -> str:
    """Return under which name the approval of a bill stands on the work list."""
    return f"office.approve:{bill.pk}"
