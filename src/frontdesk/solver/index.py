"""A year of many calendars, kept so that "when can all of this begin?" takes a millisecond.

Every resource is one whole number of five-minute cells. Local days follow each other at one fixed
distance with an empty gap behind each, so that nothing runs from one day into the next, a week is
always the same number of cells, and a day on which the clocks change simply has more or fewer of
them. How long runs of free cells are, and whether any of a class is free, is worked out once and
kept until one of the resources changes.

The index is no truth: what it offers is checked again, and held by the database, when it is taken.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

from frontdesk.solver.openings import CELL, CELL_MINUTES, Need, assign, runs
from frontdesk.solver.shapes import Layout

KEPT = 4096  # masks of classes and runs that are kept at most
_CELL_SECONDS = CELL_MINUTES * 60
_DAY_SECONDS = 24 * 3600
_CHUNK = 512  # cells looked at together
_CHUNK_MASK = (1 << _CHUNK) - 1


@dataclass(frozen=True)
class DayGrid:
    """Local days cut into cells, each with its first cell at its own instant.

    It answers what `openings.Grid` answers. `opens` holds the epoch second at which each day's
    cells begin, `cells_of_day` how many of them there are; `stride` is the distance of two days.
    """

    first: date
    opens: tuple[int, ...]
    cells_of_day: tuple[int, ...]
    stride: int = field(init=False)

    def __post_init__(self) -> None:
        widest = max(self.cells_of_day) + 1  # one is the gap
        object.__setattr__(self, "stride", -(-widest // 8) * 8)  # whole bytes: days are joined

    @property
    def cells(self) -> int:
        """How many cells there are from the first day to the end of the last, gaps included."""
        return self.stride * len(self.opens)

    @property
    def starts_at(self) -> datetime:
        """When the first cell begins."""
        return datetime.fromtimestamp(self.opens[0], UTC)

    @property
    def whole(self) -> int:
        """Every cell of every day, without the gaps."""
        return self.join([(1 << cells) - 1 for cells in self.cells_of_day])

    @property
    def week(self) -> int:
        """How many cells lie between a time and the same time a week later."""
        return 7 * self.stride

    def join(self, days: Sequence[int]) -> int:
        """Return the whole number of which these are the days."""
        width = self.stride // 8
        return int.from_bytes(b"".join(day.to_bytes(width, "little") for day in days), "little")

    def day_of(self, second: int) -> int:
        """Return which day's cells are the last to begin by the epoch second; -1 before all."""
        opens = self.opens
        guess = (second - opens[0]) // _DAY_SECONDS
        if guess < 0:
            return -1 if second < opens[0] else 0
        guess = min(guess, len(opens) - 1)
        if opens[guess] <= second and (guess + 1 == len(opens) or second < opens[guess + 1]):
            return guess
        return bisect_right(opens, second) - 1

    def day_masks(self, starts: int, ends: int) -> Iterator[tuple[int, int]]:
        """Yield each day that a span of epoch seconds touches, with the cells touched on it."""
        for day in range(max(self.day_of(starts), 0), self.day_of(ends - 1) + 1):
            opens, most = self.opens[day], self.cells_of_day[day]
            first = max((starts - opens) // _CELL_SECONDS, 0)
            last = min(-((opens - ends) // _CELL_SECONDS), most)
            if last > first:
                yield day, ((1 << (last - first)) - 1) << first

    def touched(self, starts_at: datetime, ends_at: datetime) -> int:
        """Return the cells that a span touches at all: what somebody busy cannot give."""
        found = 0
        for day, mask in self.day_masks(int(starts_at.timestamp()), int(ends_at.timestamp())):
            found |= mask << day * self.stride
        return found

    def within(self, starts_at: datetime, ends_at: datetime) -> int:
        """Return the cells that lie wholly in a span: what somebody at work can give."""
        starts, ends = int(starts_at.timestamp()), int(ends_at.timestamp())
        found = 0
        for day in range(max(self.day_of(starts), 0), self.day_of(ends - 1) + 1):
            opens, most = self.opens[day], self.cells_of_day[day]
            first = max(-((opens - starts) // _CELL_SECONDS), 0)
            last = min((ends - opens) // _CELL_SECONDS, most)
            if last > first:
                found |= (((1 << (last - first)) - 1) << first) << day * self.stride
        return found

    def at(self, cell: int) -> datetime:
        """Return the instant at which a cell begins."""
        day, rest = divmod(cell, self.stride)
        return datetime.fromtimestamp(self.opens[day], UTC) + rest * CELL

    def cell_of(self, instant: datetime) -> int | None:
        """Return the cell that begins at the instant; None between two cells or outside."""
        second = int(instant.timestamp())
        day = self.day_of(second)
        if day < 0:
            return None
        cell, rest = divmod(second - self.opens[day], _CELL_SECONDS)
        return day * self.stride + cell if not rest and cell < self.cells_of_day[day] else None

    def days_between(self, first: date, last: date) -> int:
        """Return the cells of the days from `first` to `last`, both included."""
        start = max((first - self.first).days, 0)
        end = min((last - self.first).days + 1, len(self.opens))
        if end <= start:
            return 0
        return ((1 << (end - start) * self.stride) - 1) << start * self.stride

    def date_of(self, cell: int) -> date:
        """Return the local day of a cell."""
        return self.first + timedelta(days=cell // self.stride)


class Index:
    """What is free of each resource, with what follows from it kept while it holds."""

    def __init__(self) -> None:
        self._free: dict[Hashable, int] = {}
        self._stamps: dict[Hashable, int] = {}
        self._stamp = 0
        self._kept: OrderedDict[Hashable, tuple[int, int]] = OrderedDict()

    def put(self, key: Hashable, free: int) -> None:
        """Set what is free of a resource."""
        if self._free.get(key) != free:
            self._stamp += 1
            self._free[key], self._stamps[key] = free, self._stamp

    def drop(self, key: Hashable) -> None:
        """Forget a resource: nothing of it is free."""
        if self._free.pop(key, None) is not None:
            self._stamp += 1
            self._stamps[key] = self._stamp

    def __contains__(self, key: Hashable) -> bool:
        return key in self._free

    @property
    def free(self) -> Mapping[Hashable, int]:
        """What is free of each resource."""
        return self._free

    def forget_masks(self) -> None:
        """Forget what was worked out; what is free stays."""
        self._kept.clear()

    def runs(self, key: Hashable, cells: int) -> int:
        """Return the cells from which so many of a resource are free."""
        stamp = self._stamps.get(key, 0)
        known = self._kept.get((key, cells))
        if known is not None and known[0] == stamp:
            return known[1]
        for fewer in range(cells - 1, cells - 4, -1):  # a little longer than what is known
            shorter = self._kept.get((key, fewer))
            if shorter is not None and shorter[0] == stamp and fewer * 2 >= cells:
                longer = shorter[1] & shorter[1] >> cells - fewer
                return self._keep((key, cells), stamp, longer)
        return self._keep((key, cells), stamp, runs(self._free.get(key, 0), cells))

    def any_of(self, choices: tuple[Hashable, ...], cells: int) -> int:
        """Return the cells from which so many are free of at least one of the resources."""
        if len(choices) == 1:
            return self.runs(choices[0], cells)
        name = ("any", choices, cells)
        stamp = self._stamp_of(choices)
        known = self._kept.get(name)
        if known is not None and known[0] == stamp:
            return known[1]
        found = 0
        for choice in choices:
            found |= self.runs(choice, cells)
        return self._keep(name, stamp, found)

    def starts(self, needs: Sequence[Need]) -> int:
        """Return the cells at which everything needed can begin, two of one class told apart.

        Where three or more needs ask for the same at the same time the answer may hold a few
        cells too many; `assign` tells, and `each` leaves them out.
        """
        found = -1 if needs else 0
        for need in needs:
            found &= shifted(self.any_of(need.choices, need.cells), need.after)
            if not found:
                return 0
        for one, other in combinations(needs, 2):
            if one.clashes(other):
                found &= self._apart(one, other)
        return found

    def any_layout(self, ways: Sequence[Layout]) -> int:
        """Return the cells at which a visit can begin, in any of its layouts."""
        found = 0
        for way in ways:
            found |= self.starts(way.needs)
        return found

    def assign(
        self, ways: Sequence[Layout], start: int
    ) -> tuple[Layout, tuple[Hashable, ...]] | None:
        """Return the layout with the least waiting that can begin at the cell, and who is given."""
        for way in ways:
            given = assign(self._free, way.needs, start)
            if given is not None:
                return way, given
        return None

    def each(self, ways: Sequence[Layout], within: int = -1) -> Iterator[int]:
        """Yield the cells at which a visit can begin, the earliest first, none too many."""
        is_sure = all(not needs_a_look(way.needs) for way in ways)
        for cell in set_cells(self.any_layout(ways) & within):
            if is_sure or self.assign(ways, cell) is not None:
                yield cell

    def _apart(self, one: Need, other: Need) -> int:
        """Return the cells where two needs can be given different resources.

        They can't where each has exactly one choice, and it is the same.
        """
        a1, a2 = self._one_and_two(one)
        b1, b2 = self._one_and_two(other)
        same = 0
        for choice in set(one.choices) & set(other.choices):
            same |= shifted(self.runs(choice, one.cells), one.after) & shifted(
                self.runs(choice, other.cells), other.after
            )
        return a1 & b1 & (a2 | b2 | ~same)

    def _one_and_two(self, need: Need) -> tuple[int, int]:
        one = two = 0
        for choice in need.choices:
            has = self.runs(choice, need.cells)
            two |= one & has
            one |= has
        return shifted(one, need.after), shifted(two, need.after)

    def _stamp_of(self, choices: Sequence[Hashable]) -> int:
        stamps = self._stamps
        return max((stamps.get(choice, 0) for choice in choices), default=0)

    def _keep(self, name: Hashable, stamp: int, mask: int) -> int:
        self._kept[name] = (stamp, mask)
        self._kept.move_to_end(name)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return mask


def needs_a_look(needs: Sequence[Need]) -> bool:
    """Say whether more than one pair asks for the same at the same time: a mask can't tell."""
    return sum(one.clashes(other) for one, other in combinations(needs, 2)) > 1


def shifted(bits: int, after: int) -> int:
    """Return the starts from the cells at which something that long after them is free."""
    return bits >> after if after >= 0 else bits << -after


def set_cells(bits: int) -> Iterator[int]:
    """Yield the cells that are set, the earliest first; long numbers are cut into short ones."""
    base = 0
    while bits:
        gap = (bits & -bits).bit_length() - 1
        bits >>= gap
        base += gap
        chunk = bits & _CHUNK_MASK
        while chunk:
            lowest = chunk & -chunk
            yield base + lowest.bit_length() - 1
            chunk ^= lowest
        bits >>= _CHUNK
        base += _CHUNK


def spread_cells(bits: Iterator[int], every: int) -> Iterator[int]:
    """Yield the first cell of each run, and then one in so many: times worth saying aloud."""
    said = previous = -2
    for cell in bits:
        if cell != previous + 1 or cell - said >= every:
            said = cell
            yield cell
        previous = cell
