"""Order, mark what came, close or cancel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.operation import operation
from frontdesk.office.models import OrderLine, OrderReceipt, PurchaseOrder, Vendor
from frontdesk.office.queries.bills import billable
from frontdesk.office.queries.orders import rows_of
from frontdesk.practice.models import Site
from frontdesk.practice.queries import office_day

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class ToOrder:
    """One thing to order, at its agreed price in dollars a piece."""

    what: str
    account: str
    quantity: Decimal
    price: Decimal


@operation("office.bill")
def place_order(
    vendor: Vendor,
    *,
    site: Site,
    lines: Sequence[ToOrder],
    ordered_on: date,
    by: Actor,
    note: str = "",
) -> PurchaseOrder:
    """Write down what was ordered, where it goes and what was agreed."""
    known = dict(billable())
    if not lines:
        raise Refused("Say what is ordered.")
    if not vendor.is_active:
        raise Refused(f"{vendor.name} is not in use any more.")
    if wrong := [line.account for line in lines if line.account not in known]:
        raise Refused(f"There is no account “{wrong[0]}” for costs.")
    if any(line.quantity <= NOTHING or line.price < NOTHING for line in lines):
        raise Refused("Each line has a quantity above zero and a price.")
    order = PurchaseOrder(
        number=Counter.take("purchase_order"),
        vendor=vendor,
        site=site,
        ordered_on=ordered_on,
        ordered_by=by.name,
        note=note.strip(),
    )
    order.save()
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, place=place, what=line.what.strip()[:140], account=line.account,
            quantity=line.quantity, price=line.price,
        )
        for place, line in enumerate(lines, start=1)
    )  # fmt: skip
    return order


@operation("office.bill")
def receive(
    order: PurchaseOrder,
    quantities: Mapping[UUID, Decimal],
    *,
    received_on: date,
    at: datetime,
    by: Actor,
    slip: str = "",
) -> list[OrderReceipt]:
    """Mark what came of an order, line by line; below zero is what went back.

    More than was ordered may come, and is then seen when it is billed.
    """
    order = PurchaseOrder.objects.lock(order.pk)  # two people who unpack queue here
    if order.status != PurchaseOrder.Status.OPEN:
        raise Refused(f"Order {order.number} is {order.get_status_display().lower()}.")
    if received_on > office_day(at):
        raise Refused("That day has not come yet.")
    rows = {row.line.pk: row for row in rows_of(order)}
    marks = []
    for key, quantity in quantities.items():
        if not quantity or key not in rows:
            continue
        if rows[key].state.received + quantity < NOTHING:
            raise Refused(f"{rows[key].line.what}: more goes back than came.")
        marks.append(
            OrderReceipt(
                line_id=key, quantity=quantity, received_on=received_on, received_by=by.name,
                slip=slip.strip()[:60],
            )
        )  # fmt: skip
    if not marks:
        raise Refused("Say how much came.")
    OrderReceipt.objects.bulk_create(marks)
    return marks


@operation("office.bill")
def close_order(order: PurchaseOrder, *, by: Actor) -> PurchaseOrder:
    """Mark an order as complete: no more bills come for it."""
    return _move(order, PurchaseOrder.Status.CLOSED, "")


@operation("office.bill")
def cancel_order(order: PurchaseOrder, *, because: str, by: Actor) -> PurchaseOrder:
    """Cancel an order of which nothing came."""
    if not because.strip():
        raise Refused("Say why the order is cancelled.")
    if any(row.state.received > NOTHING for row in rows_of(order)):
        raise Refused("Something came of this order: close it instead.")
    return _move(order, PurchaseOrder.Status.CANCELLED, because.strip())


def _move(order: PurchaseOrder, status: PurchaseOrder.Status, because: str) -> PurchaseOrder:
    order = PurchaseOrder.objects.lock(order.pk)
    order.status = order.lifecycle.move(order.status, status)
    order.because = because[:200]
    order.save()
    return order
