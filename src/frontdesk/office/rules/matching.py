"""The three-way match: what was ordered, what came, what is billed. Decisions on plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from frontdesk.core.money import CENT


@dataclass(frozen=True, slots=True)
class Tolerance:
    """By how much a price may differ: the larger of a share (percent) and a sum (dollars)."""

    percent: Decimal = Decimal(2)
    amount: Decimal = Decimal("5.00")

    def of(self, expected: Decimal) -> Decimal:
        """Return the dollars by which a line of this sum may differ."""
        return max(abs(expected) * self.percent / 100, self.amount)


@dataclass(frozen=True, slots=True)
class Ordered:
    """A line of an order as it stands when a bill for it comes."""

    what: str
    quantity: Decimal
    price: Decimal  # dollars a piece
    received: Decimal
    billed_before: Decimal = Decimal(0)  # on other bills


@dataclass(frozen=True, slots=True)
class Billed:
    """A line of a bill, with the line of the order it is for, if any."""

    what: str
    amount: Decimal
    quantity: Decimal | None = None
    ordered: Ordered | None = None


def differences(
    lines: Sequence[Billed], tolerance: Tolerance, *, wants_order: bool = False
) -> list[str]:
    """Return in words what keeps order, receipt and bill from agreeing; nothing when they do.

    Lines of one bill for the same line of an order are looked at together.
    """
    found = []
    if wants_order and not any(line.ordered for line in lines):
        found.append("There is no order for this bill.")
    seen: dict[int, Decimal] = {}
    for line in lines:
        if line.ordered is None:
            continue
        before = line.ordered.billed_before + seen.get(id(line.ordered), Decimal(0))
        found += _line(line, line.ordered, before, tolerance)
        seen[id(line.ordered)] = seen.get(id(line.ordered), Decimal(0)) + (line.quantity or 0)
    return found


def _line(line: Billed, ordered: Ordered, before: Decimal, tolerance: Tolerance) -> list[str]:
    if line.quantity is None:
        return [f"{ordered.what}: the bill does not say how many."]
    found, billed = [], before + line.quantity
    if billed > ordered.quantity:
        found.append(
            f"{ordered.what}: {plain(billed)} billed, {plain(ordered.quantity)} ordered."
        )  # fmt: skip
    if billed > ordered.received:
        found.append(
            f"{ordered.what}: {plain(billed)} billed, {plain(ordered.received)} received."
        )  # fmt: skip
    expected = (line.quantity * ordered.price).quantize(CENT, ROUND_HALF_UP)
    if line.amount - expected > tolerance.of(expected):
        found.append(f"{ordered.what}: ${line.amount:,.2f} billed, ${expected:,.2f} agreed.")
    return found


def plain(quantity: Decimal) -> str:
    """Return a quantity as people write it: 3, 2.5."""
    text = f"{quantity:.2f}".rstrip("0").rstrip(".")
    return text or "0"
