"""When several calendars are free together: one bitset of five-minute cells per resource.

A cell is a bit of a whole number, the first cell the lowest. A year of one resource is 13 KB,
so a question about weeks and dozens of resources is a few hundred operations on whole numbers.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

CELL_MINUTES = 5
CELL = timedelta(minutes=CELL_MINUTES)


@dataclass(frozen=True, slots=True)
class Grid:
    """A stretch of time cut into cells. Its start is an aware instant; a cell is five real
    minutes, so that a day on which the clocks change simply has more or fewer of them."""

    starts_at: datetime
    cells: int

    @classmethod
    def between(cls, starts_at: datetime, ends_at: datetime) -> "Grid":
        """Return the grid that covers the stretch, its last cell perhaps only in part."""
        return cls(starts_at, -(-(_seconds(ends_at) - _seconds(starts_at)) // _CELL_SECONDS))

    @property
    def whole(self) -> int:
        """Every cell."""
        return (1 << self.cells) - 1

    def touched(self, starts_at: datetime, ends_at: datetime) -> int:
        """Return the cells that a span touches at all: what somebody busy cannot give."""
        first = (_seconds(starts_at) - _seconds(self.starts_at)) // _CELL_SECONDS
        last = -((_seconds(self.starts_at) - _seconds(ends_at)) // _CELL_SECONDS)
        return self._from_to(first, last)

    def within(self, starts_at: datetime, ends_at: datetime) -> int:
        """Return the cells that lie wholly in a span: what somebody at work can give."""
        first = -((_seconds(self.starts_at) - _seconds(starts_at)) // _CELL_SECONDS)
        last = (_seconds(ends_at) - _seconds(self.starts_at)) // _CELL_SECONDS
        return self._from_to(first, last)

    def at(self, cell: int) -> datetime:
        """Return the instant at which a cell begins."""
        return self.starts_at.astimezone(UTC) + cell * CELL  # real minutes, not those of a wall

    def cell_of(self, instant: datetime) -> int | None:
        """Return the cell that begins at the instant; None between two cells or outside."""
        cell, rest = divmod(_seconds(instant) - _seconds(self.starts_at), _CELL_SECONDS)
        return cell if not rest and 0 <= cell < self.cells else None

    def _from_to(self, first: int, last: int) -> int:
        first, last = max(first, 0), min(last, self.cells)
        return ((1 << (last - first)) - 1) << first if last > first else 0


@dataclass(frozen=True, slots=True)
class Need:
    """One of these resources, from so many cells after the start, for so many cells."""

    choices: tuple[Hashable, ...]  # the preferred one first
    after: int
    cells: int

    def clashes(self, other: "Need") -> bool:
        """Say whether both could ask for the same resource at the same time."""
        overlap = self.after < other.after + other.cells and other.after < self.after + self.cells
        return overlap and not set(self.choices).isdisjoint(other.choices)


def starts(free: Mapping[Any, int], needs: Sequence[Need]) -> int:
    """Return the cells at which everything needed can begin. Without needs there are none."""
    found = -1 if needs else 0
    for need in needs:
        found &= _any_of(free, need)
    if found and any(one.clashes(other) for one, other in combinations(needs, 2)):
        found = sum(1 << cell for cell in cells(found) if assign(free, needs, cell) is not None)
    return found


def assign(
    free: Mapping[Any, int], needs: Sequence[Need], start: int
) -> tuple[Hashable, ...] | None:
    """Return a resource for each need when all begins at the cell, or None where it cannot be.

    Preferred ones come first; nobody is given to two needs that overlap.
    """
    given: list[Hashable] = []

    def fill(place: int) -> bool:
        if place == len(needs):
            return True
        need = needs[place]
        first = start + need.after
        wanted = ((1 << need.cells) - 1) << first if first >= 0 else -1
        for choice in need.choices:
            taken = any(
                held == choice and need.clashes(other)
                for held, other in zip(given, needs, strict=False)
            )
            if taken or free.get(choice, 0) & wanted != wanted:
                continue
            given.append(choice)
            if fill(place + 1):
                return True
            given.pop()
        return False

    return tuple(given) if fill(0) else None


def runs(free: int, length: int) -> int:
    """Return the cells from which `length` free ones follow each other, by doubling shifts."""
    have = 1
    while have < length:
        step = min(have, length - have)
        free &= free >> step
        have += step
    return free


def cells(bits: int) -> Iterator[int]:
    """Yield the cells that are set, the earliest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def stretches(bits: int) -> Iterator[tuple[int, int]]:
    """Yield each unbroken run of set cells as its first cell and its length."""
    first = 0
    while bits:
        gap = (bits & -bits).bit_length() - 1
        first, bits = first + gap, bits >> gap
        length = (~bits & (bits + 1)).bit_length() - 1
        yield first, length
        first, bits = first + length, bits >> length


def spread(bits: int, every: int) -> Iterator[int]:
    """Yield the first cell of each run, and then one in so many: times worth saying aloud.

    Beginning where the gap begins leaves no useless rest before the visit.
    """
    said = previous = -2
    for cell in cells(bits):
        if cell != previous + 1 or cell - said >= every:
            said = cell
            yield cell
        previous = cell


def first_empty(stages: Iterable[tuple[str, int]]) -> str:
    """Return the name of the first stage that leaves no cell; empty when all leave some.

    Each stage takes away from the one before, so the first empty one is what binds.
    """
    return next((name for name, bits in stages if not bits), "")


_CELL_SECONDS = CELL_MINUTES * 60


def _any_of(free: Mapping[Any, int], need: Need) -> int:
    found = 0
    for choice in need.choices:
        found |= runs(free.get(choice, 0), need.cells)
    return found >> need.after if need.after >= 0 else found << -need.after


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())
