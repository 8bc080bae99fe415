"""Budgets and the cash of the weeks ahead: decisions on plain values."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from frontdesk.core.money import CENT, ZERO

ONE_WEEK = timedelta(days=7)


def spread(total: Decimal, count: int = 12) -> list[Decimal]:
    """Return a sum in equal parts of whole cents; the last ones bear what does not divide."""
    cents = int(total.scaleb(2))
    share, rest = divmod(abs(cents), count)
    sign = -1 if cents < 0 else 1
    parts = [share + (1 if place >= count - rest else 0) for place in range(count)]
    return [Decimal(sign * part).scaleb(-2) for part in parts]


def version_of(amounts: Mapping[int, Decimal]) -> str:
    """Return a short mark of a year's amounts by month, to tell whether somebody changed them."""
    told = ",".join(f"{month}:{amounts[month]:.2f}" for month in sorted(amounts))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Compared:
    """Budget and actual of one account over some months, in dollars; income and costs positive."""

    code: str
    name: str
    is_income: bool
    budget: Decimal
    actual: Decimal

    @property
    def better(self) -> Decimal:
        """By how much it is better than planned: spent less, or earned more; else negative."""
        apart = self.actual - self.budget
        return apart if self.is_income else -apart

    @property
    def percent(self) -> int | None:
        """Actual as a share of the budget, in percent; nothing without a budget."""
        if not self.budget:
            return None
        return int((self.actual / self.budget * 100).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Expected:
    """Money that is expected to come (positive) or to go (negative) on a day."""

    on: date
    amount: Decimal
    kind: str  # bills, waiting, recurring
    what: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """One week ahead: what comes, what goes by its kind, and what the bank holds at its end."""

    first: date
    comes: Decimal
    goes: dict[str, Decimal]
    closing: Decimal
    rows: tuple[Expected, ...] = ()

    @property
    def out(self) -> Decimal:
        """All that goes, as a positive sum."""
        return sum(self.goes.values(), ZERO)


def weeks_ahead(
    opening: Decimal, first: date, usual: Decimal, expected: Iterable[Expected], count: int = 13
) -> list[Week]:
    """Return the weeks from `first` on; what was due before stands in the first one."""
    by_week: list[list[Expected]] = [[] for _ in range(count)]
    for one in expected:
        place = max((one.on - first).days, 0) // 7
        if place < count:
            by_week[place].append(one)
    weeks: list[Week] = []
    for place, rows in enumerate(by_week):
        goes: dict[str, Decimal] = {}
        for one in rows:
            goes[one.kind] = goes.get(one.kind, ZERO) - one.amount
        before = weeks[-1].closing if weeks else opening
        closing = before + usual - sum(goes.values(), ZERO)
        kept = tuple(sorted(rows, key=lambda row: (row.on, row.what)))
        weeks.append(Week(first + ONE_WEEK * place, usual, goes, closing, kept))
    return weeks


def usual_week(sums: Sequence[Decimal]) -> Decimal:
    """Return what usually comes in a week: the middle of past weeks, so that one windfall
    or one empty week does not tilt it."""
    if not sums:
        return ZERO
    ranked = sorted(sums)
    middle = len(ranked) // 2
    if len(ranked) % 2:
        return ranked[middle]
    return ((ranked[middle - 1] + ranked[middle]) / 2).quantize(CENT, ROUND_HALF_UP)
