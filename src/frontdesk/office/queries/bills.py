"""Questions about bills: which wait, whether one is there already, how one matches its order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Aggregate, Count, Q, QuerySet, Sum

from frontdesk.core.actor import Actor
from frontdesk.core.money import ZERO
from frontdesk.ledger.rules import CHART
from frontdesk.ledger.rules.costs import COSTS, EQUIPMENT
from frontdesk.office.models import (
    OPEN,
    Approval,
    Bill,
    BillLine,
    OrderLine,
    OrderReceipt,
    RecurringBill,
    Vendor,
)
from frontdesk.office.queries.vendors import pay_settings
from frontdesk.office.rules.duplicates import NEAR_DAYS, is_near, number_key
from frontdesk.office.rules.matching import Billed, Ordered, differences

SHOWS = ("approve", "pay", "late", "credits", "paid", "voided", "all")


def billable() -> list[tuple[str, str]]:
    """Return the accounts that a bill's lines may stand on: code and name, as choices."""
    codes = [*COSTS, EQUIPMENT]
    return sorted(((code, CHART[code].name) for code in codes), key=lambda one: one[1])


def bills(show: str, on: date) -> QuerySet[Bill]:
    """Return the bills of one part of the list, what is due first on top."""
    found = Bill.objects.select_related("vendor")
    approved = Q(status=Bill.Status.APPROVED)
    wanted = {
        "approve": Q(status=Bill.Status.ENTERED),
        "pay": approved & Q(kind=Bill.Kind.BILL),
        "late": approved & Q(kind=Bill.Kind.BILL, due_on__lt=on),
        "credits": approved & Q(kind=Bill.Kind.CREDIT),
        "paid": Q(status=Bill.Status.PAID),
        "voided": Q(status=Bill.Status.VOIDED),
    }
    if show in ("paid", "voided", "all"):
        return found.filter(wanted.get(show, Q())).order_by("-billed_on", "-number")
    return found.filter(wanted[show]).order_by("due_on", "-total", "number")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many bills stand in one part of the list, and how much they are."""

    count: int = 0
    total: Decimal = ZERO


def counts(on: date) -> dict[str, Counted]:
    """Return how much waits in each part of the list that asks for something."""
    approved = Q(status=Bill.Status.APPROVED)
    parts = {
        "approve": Q(status=Bill.Status.ENTERED),
        "pay": approved & Q(kind=Bill.Kind.BILL),
        "late": approved & Q(kind=Bill.Kind.BILL, due_on__lt=on),
        "credits": approved & Q(kind=Bill.Kind.CREDIT),
    }
    asked: dict[str, Aggregate] = {
        f"{name}_n": Count("pk", filter=where) for name, where in parts.items()
    }
    asked |= {f"{name}_s": Sum(OPEN, filter=where) for name, where in parts.items()}
    row = Bill.objects.order_by().aggregate(**asked)
    return {name: Counted(row[f"{name}_n"], row[f"{name}_s"] or ZERO) for name in parts}


def waiting_for(by: Actor) -> int:
    """Return how many bills somebody may approve: not their own, not those they approved."""
    if not by.may("office.approve"):
        return 0
    mine = Approval.objects.filter(user_id=by.user_id, is_struck=False).values("bill")
    found = Bill.objects.filter(status=Bill.Status.ENTERED).exclude(pk__in=mine)
    return found.exclude(entered_by_id=by.user_id, entered_by_id__isnull=False).count()


def lines_of(bill: Bill) -> list[BillLine]:
    """Return the lines of a bill as it is worded now."""
    found = BillLine.objects.filter(bill=bill, is_struck=False)
    return list(found.select_related("site", "order_line").order_by("place"))


def approvals_of(bill: Bill) -> list[Approval]:
    """Return who approved the bill as it is worded now."""
    return list(Approval.objects.filter(bill=bill, is_struck=False).order_by("at"))


def same_number(vendor: Vendor, kind: str, number: str, *, but: Bill | None = None) -> Bill | None:
    """Return the bill of this vendor that has this number already."""
    key = number_key(number)
    if not key:
        return None
    found = _others(vendor, kind, but).filter(number_key=key)
    return found.first()


def near_alikes(
    vendor: Vendor, kind: str, total: Decimal, billed_on: date, *, but: Bill | None = None
) -> list[Bill]:
    """Return the vendor's bills of the same amount within a week: likely the same once more."""
    span = timedelta(days=NEAR_DAYS)
    found = _others(vendor, kind, but).filter(
        total=total, billed_on__gte=billed_on - span, billed_on__lte=billed_on + span
    )
    return [one for one in found if is_near(total, billed_on, one.total, one.billed_on)]


def match_of(bill: Bill, lines: Sequence[BillLine]) -> list[str]:
    """Return in words what keeps order, receipt and bill apart; nothing when they agree."""
    if bill.is_credit:
        return []
    keys = {line.order_line_id for line in lines if line.order_line_id}
    ordered = ordered_lines(keys, but=bill)
    billed = [
        Billed(
            line.what,
            line.amount,
            line.quantity,
            ordered.get(line.order_line_id) if line.order_line_id else None,
        )
        for line in lines
    ]
    wants = bill.vendor.needs_order and bill.recurring_id is None
    return differences(billed, pay_settings().tolerance, wants_order=wants)


def ordered_lines(keys: Collection[UUID], *, but: Bill | None = None) -> dict[UUID, Ordered]:
    """Return lines of orders with what came and what other bills, less credits, ask for them."""
    came = dict(
        OrderReceipt.objects.filter(line__in=keys)
        .order_by()
        .values_list("line")
        .annotate(Sum("quantity"))
    )
    others = BillLine.objects.filter(order_line__in=keys, is_struck=False).exclude(
        bill__status=Bill.Status.VOIDED
    )
    if but is not None:
        others = others.exclude(bill=but)
    billed = _pieces(others.filter(bill__kind=Bill.Kind.BILL))
    credited = _pieces(others.filter(bill__kind=Bill.Kind.CREDIT))
    nothing = Decimal(0)
    return {
        line.pk: Ordered(
            line.what,
            line.quantity,
            line.price,
            came.get(line.pk, nothing),
            max(billed.get(line.pk, nothing) - credited.get(line.pk, nothing), nothing),
        )
        for line in OrderLine.objects.filter(pk__in=keys)
    }


def _pieces(lines: QuerySet[BillLine]) -> dict[UUID, Decimal]:
    """Return how many pieces lines name of each line of an order."""
    sums = lines.order_by().values_list("order_line").annotate(Sum("quantity"))
    return {key: quantity for key, quantity in sums if quantity is not None}


def recurring() -> QuerySet[RecurringBill]:
    """Return the bills that come again, the next one first."""
    found = RecurringBill.objects.select_related("vendor", "site")
    return found.order_by("-is_active", "next_on")


def recent_of(vendor: Vendor, count: int = 5) -> list[Bill]:
    """Return the vendor's last bills."""
    found = Bill.objects.filter(vendor=vendor).exclude(status=Bill.Status.VOIDED)
    return list(found.order_by("-billed_on", "-number")[:count])


def _others(vendor: Vendor, kind: str, but: Bill | None) -> QuerySet[Bill]:
    found = Bill.objects.filter(vendor=vendor, kind=kind).exclude(status=Bill.Status.VOIDED)
    return found.exclude(pk=but.pk) if but else found
