"""What a contract allows for a service: by its list, by our charge, or by Medicare's schedule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
# Two-character modifiers that tell parts of a service: a price without them is not for a part.
PARTS = frozenset({"26", "TC"})


@dataclass(frozen=True, slots=True)
class Term:
    """A percentage of our charge or of Medicare: for all codes, for one, or for a range of them."""

    basis: str  # charge, medicare
    percent: Decimal  # 110 is 110 %
    first_code: str = ""
    last_code: str = ""
    year: int | None = None  # Medicare's; None: the year of the service

    def fits(self, code: str) -> bool:
        """Whether the term prices the code."""
        if not self.first_code:
            return True
        return self.first_code <= code <= (self.last_code or self.first_code) and (
            not self.last_code or len(code) == len(self.first_code)
        )

    @property
    def reach(self) -> tuple[int, str]:
        """How far it reaches: one code before a range, a range before everything."""
        if not self.first_code:
            return 2, ""
        return (1, self.last_code) if self.last_code else (0, "")


@dataclass(frozen=True, slots=True)
class Agreement:
    """A contract as a plain value."""

    key: UUID
    name: str
    payer_id: UUID
    starts_on: date
    last_on: date | None = None
    plan_id: UUID | None = None
    provider_id: UUID | None = None
    site_id: UUID | None = None
    pays_lesser: bool = True
    locality: str = ""
    modifier_percents: Mapping[str, Decimal] = field(default_factory=dict)
    prices: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)  # code, modifier
    terms: Sequence[Term] = ()

    def holds_on(self, day: date) -> bool:
        """Whether the day is one of its days."""
        return self.starts_on <= day and (self.last_on is None or day <= self.last_on)

    def is_for(self, plan: UUID | None, provider: UUID | None, site: UUID | None) -> bool:
        """Whether it is for this plan, provider and site, or for all."""
        pairs = ((self.plan_id, plan), (self.provider_id, provider), (self.site_id, site))
        return all(own is None or own == asked for own, asked in pairs)

    @property
    def weight(self) -> tuple[bool, bool, bool, date]:
        """Which goes before which: its plan's, its provider's, its site's, the latest begun."""
        return (
            self.plan_id is not None,
            self.provider_id is not None,
            self.site_id is not None,
            self.starts_on,
        )


@dataclass(frozen=True, slots=True)
class Allowed:
    """Dollars a payer agreed to for one unit, and where that stands."""

    amount: Decimal
    because: str  # "Bluefern 2026: its price list", "Bluefern 2026: 110 % of Medicare 2026"
    contract_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Units:
    """Relative value units of a code, and the indices of a place."""

    work: Decimal
    expense: Decimal
    malpractice: Decimal


def medicare_price(values: Units, indices: Units, factor: Decimal) -> Decimal:
    """Return Medicare's price: each unit times its local index, summed, times the factor.

    Source: 42 CFR 414.20-414.26; rounded to the cent at the end.
    """
    total = (
        values.work * indices.work
        + values.expense * indices.expense
        + values.malpractice * indices.malpractice
    )
    return (total * factor).quantize(CENT, ROUND_HALF_UP)


def price_of(
    prices: Mapping[tuple[str, str], Decimal], code: str, modifiers: Sequence[str]
) -> tuple[Decimal | None, str]:
    """Return the price on a list and the modifier it is for; a part has no price of the whole."""
    for modifier in modifiers:
        if (code, modifier) in prices:
            return prices[code, modifier], modifier
    if PARTS & set(modifiers):
        return None, ""
    return prices.get((code, "")), ""


def adjusted(amount: Decimal, percents: Mapping[str, Decimal], modifiers: Sequence[str]) -> Decimal:
    """Return the price with what the contract pays for modifiers: 50 at 150 %, 80 at 16 %."""
    for modifier in modifiers:
        if modifier in percents:
            amount = amount * Decimal(percents[modifier]) / HUNDRED
    return amount.quantize(CENT, ROUND_HALF_UP)


def share(amount: Decimal, percent: Decimal) -> Decimal:
    """Return a percentage of an amount, to the cent."""
    return (amount * percent / HUNDRED).quantize(CENT, ROUND_HALF_UP)


def gaps(held: Iterable[tuple[date, date | None]], until: date) -> list[tuple[date, date]]:
    """Return the days, from the first held to `until`, on which nothing is held: first and last."""
    found: list[tuple[date, date]] = []
    reached: date | None = None
    for first, last in sorted(held, key=lambda one: one[0]):
        if reached is not None and first > reached + timedelta(days=1):
            found.append((reached + timedelta(days=1), first - timedelta(days=1)))
        if last is None:
            return found
        reached = last if reached is None else max(reached, last)
    if reached is not None and reached < until:
        found.append((reached + timedelta(days=1), until))
    return found


def overlap(first: tuple[date, date | None], second: tuple[date, date | None]) -> bool:
    """Whether two spans of days share one; None ends never."""
    return (first[1] is None or second[0] <= first[1]) and (
        second[1] is None or first[0] <= second[1]
    )
