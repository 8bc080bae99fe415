"""A page of a list of any length: read from indexes, in the order of what is worth most.

Every status is a stream that an index delivers in its order; a page merges the first rows of each
stream after a mark, and asks for whole claims only by their keys. So a page costs the same for a
hundred claims and for a million.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

from frontdesk.billing.models import Claim
from frontdesk.core.database.tallies import Key, Kind, Order, Where, first_rows, tallies
from frontdesk.core.money import ZERO
from frontdesk.core.scoping import current_practice_id

ON_A_PAGE = 50
COUNTED = 2_000  # a list that is longer is not counted to its end


@dataclass(frozen=True, slots=True)
class Tier:
    """Streams that are merged by one field; a list shows its tiers one after another."""

    field: str  # total (most first), urgent_on (earliest first), on (newest first)
    streams: tuple[Where, ...]

    def narrowed(self, more: Where) -> "Tier":
        """Return the tier with only those of each stream for which more is true."""
        return replace(self, streams=tuple((*stream, *more) for stream in self.streams))

    @property
    def is_down(self) -> bool:
        """Whether the greatest comes first."""
        return self.field != "urgent_on"


@dataclass(frozen=True, slots=True)
class Mark:
    """The last row of a page: its tier, its value there, its key."""

    tier: int
    value: Any
    pk: UUID

    def __str__(self) -> str:
        return f"{self.tier}_{self.value}_{self.pk.hex}"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many claims and dollars; counted up to a limit."""

    count: int = 0
    amount: Decimal = ZERO
    is_more: bool = False

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.count + other.count,
            self.amount + other.amount,
            self.is_more or other.is_more,
        )

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(self.count - other.count, self.amount - other.amount, self.is_more)


def read_mark(text: str) -> Mark | None:
    """Return the mark that a page's address names; nothing where it names none."""
    tier, _, rest = text.partition("_")
    value, _, key = rest.rpartition("_")
    if not (tier.isdecimal() and value and key):
        return None
    try:
        read: Callable[[str], Any] = date.fromisoformat if value.count("-") == 2 else Decimal
        return Mark(int(tier), read(value), UUID(key))
    except (ValueError, InvalidOperation):
        return None


def page_of(tiers: Sequence[Tier], after: Mark | None) -> tuple[list[UUID], Mark | None]:
    """Return the keys of a page after a mark, and the mark of the next page if there is one."""
    found: list[tuple[int, Key]] = []
    first = after.tier if after else 0
    for number, tier in enumerate(tiers[first:], start=first):
        start = after if after is not None and number == after.tier else None
        wanted = ON_A_PAGE + 1 - len(found)
        found += [(number, row) for row in islice(_merged(tier, start, wanted), wanted)]
        if len(found) > ON_A_PAGE:
            break
    page = found[:ON_A_PAGE]
    if len(found) <= ON_A_PAGE or not page:
        return [pk for _, (_, pk) in page], None
    number, (value, pk) = page[-1]
    return [pk for _, (_, pk) in page], Mark(number, value, pk)


def in_order(keys: Sequence[UUID], claims: Iterable[Claim]) -> list[Claim]:
    """Return the claims in the order of the keys."""
    found = {claim.pk: claim for claim in claims}
    return [found[key] for key in keys if key in found]


def counted(*where: tuple[str, str, Any], most: int = COUNTED) -> Kind:
    """Name claims to count, up to `most`: attribute name, how, value."""
    return Kind(where, most)


def tally_all(kinds: Mapping[str, Kind]) -> dict[str, Tally]:
    """Count and add up each kind, in one question: the index alone is read."""
    found = tallies(Claim, "total", list(kinds.values()), current_practice_id())
    told = zip(kinds.items(), found, strict=True)
    return {
        name: Tally(min(count, kind.most), amount, is_more=count > kind.most)
        for (name, kind), (count, amount) in told
    }


def _merged(tier: Tier, after: Mark | None, wanted: int) -> Iterable[Key]:
    mark = (after.value, after.pk) if after is not None else None
    order = Order(tier.field, tier.is_down, mark)
    parts = first_rows(Claim, tier.streams, order, wanted, current_practice_id())
    sign = -1 if tier.is_down else 1
    return merge(*parts, key=lambda row: (sign * _number(row[0]), row[1]))


def _number(value: Any) -> Any:
    return value.toordinal() if isinstance(value, date) else value
