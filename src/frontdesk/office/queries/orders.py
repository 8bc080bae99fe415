"""Questions about orders: what is on its way, what came, what was billed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from frontdesk.core.money import ZERO
from frontdesk.office.models import OrderLine, OrderReceipt, PurchaseOrder, Vendor
from frontdesk.office.queries.bills import ordered_lines
from frontdesk.office.rules.matching import Ordered


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One line of an order with what came and what was billed."""

    line: OrderLine
    state: Ordered

    @property
    def to_bill(self) -> Decimal:
        """How much came and was not billed yet."""
        return max(self.state.received - self.state.billed_before, Decimal(0))

    @property
    def to_credit(self) -> Decimal:
        """How much was billed and is not here."""
        return max(self.state.billed_before - self.state.received, Decimal(0))


def orders(status: str = "") -> QuerySet[PurchaseOrder]:
    """Return orders, the newest first."""
    found = PurchaseOrder.objects.select_related("vendor", "site").prefetch_related("lines")
    if status:
        found = found.filter(status=status)
    return found.order_by("-ordered_on", "-number")


def open_orders(vendor: Vendor) -> QuerySet[PurchaseOrder]:
    """Return the vendor's orders that may still be billed."""
    return PurchaseOrder.objects.filter(
        vendor=vendor, status=PurchaseOrder.Status.OPEN
    ).order_by("number")  # fmt: skip


def rows_of(order: PurchaseOrder) -> list[OrderRow]:
    """Return the lines of an order with how they stand."""
    lines = list(OrderLine.objects.filter(order=order).order_by("place"))
    states = ordered_lines({line.pk for line in lines})
    return [OrderRow(line, states[line.pk]) for line in lines]


def asks_credit(order: PurchaseOrder, rows: Sequence[OrderRow]) -> bool:
    """Say whether the vendor owes a credit next: something went back, and nothing is to bill."""
    if any(row.to_bill for row in rows) or not any(row.to_credit for row in rows):
        return False
    return receipts_of(order).filter(quantity__lt=0).exists()


def receipts_of(order: PurchaseOrder) -> QuerySet[OrderReceipt]:
    """Return what came of an order, the last first."""
    found = OrderReceipt.objects.filter(line__in=OrderLine.objects.filter(order=order))
    return found.select_related("line").order_by("-received_on", "-pk")


def total_of(order: PurchaseOrder) -> Decimal:
    """Return what an order costs, in dollars."""
    return sum((line.amount for line in order.lines.all()), ZERO)
