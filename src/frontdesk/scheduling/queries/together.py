"""Times for several visits that belong together: a family, several providers, one after another.

Where each can begin comes from the year's index; how they lie to each other is arithmetic on
whole numbers (`solver.series`). Each proposal is then given its rooms and devices with what the
others of it take counted as taken, so that two of them never get the same.
"""

from collections import ChainMap
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, cast
from uuid import UUID

from frontdesk.core.clock import local
from frontdesk.people.models import Patient
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models import VisitType
from frontdesk.scheduling.queries.asking import Clear
from frontdesk.scheduling.queries.openings import Opening, Source, sources
from frontdesk.scheduling.queries.search import Search
from frontdesk.solver import series
from frontdesk.solver.index import set_cells
from frontdesk.solver.openings import CELL_MINUTES, assign
from frontdesk.solver.shapes import Layout
from frontdesk.staff.models import Provider

AFTER, AT_ONCE, APART = "after", "at_once", "apart"
SHOWN, TRIED, GAP = 8, 400, 15  # proposals; starts that are tried; minutes between two visits


@dataclass(frozen=True, slots=True)
class Part:
    """One of several visits: who comes, for what, with whom; how many days after the one before."""

    patient: Patient
    visit_type: VisitType
    provider: Provider | None = None
    least_days: int = 0
    most_days: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A time for each part, in order."""

    openings: list[Opening]

    @property
    def starts_at(self) -> datetime:
        """When the first begins."""
        return min(one.starts_at for one in self.openings)

    @property
    def ends_at(self) -> datetime:
        """When the last is over."""
        return max(one.ends_at for one in self.openings)

    @property
    def value(self) -> str:
        """What a form says to choose it: provider and instant of each."""
        return ";".join(f"{one.provider.pk}|{one.starts_at.isoformat()}" for one in self.openings)


@dataclass(slots=True)
class _Given:
    """What the parts that are placed take, on the index of their year."""

    taken: dict[Hashable, int] = field(default_factory=dict)  # cells by index key
    providers: dict[UUID, int] = field(default_factory=dict)

    def add(self, provider: UUID, cell: int, way: Layout, keys: Sequence[Hashable]) -> None:
        for need, key in zip(way.needs, keys, strict=True):
            mask = ((1 << need.cells) - 1) << max(cell + need.after, 0)
            self.taken[key] = self.taken.get(key, 0) | mask
        length = max((need.after + need.cells for need in way.needs), default=0)
        self.providers[provider] = self.providers.get(provider, 0) | ((1 << length) - 1) << cell

    def holds(self, provider: UUID, cell: int, cells: int) -> bool:
        return bool(self.providers.get(provider, 0) >> cell & ((1 << cells) - 1))


def proposals(
    parts: Sequence[Part],
    how: str,
    site: Site,
    *,
    from_on: date,
    days: int,
    part_of_day: str = "",
    limit: int = SHOWN,
    at: datetime,
) -> list[Proposal]:
    """Return the soonest times at which all parts can be had, one proposal per time of a day.

    `how` is one after the other (`AFTER`), at the same moment (`AT_ONCE`), or so many days apart
    (`APART`, with the days of each part after the first).
    """
    looked = _sources(parts, site, from_on, days, part_of_day, at)
    if not looked or not all(isinstance(one.held, Search) for one in looked):
        return []
    free = [_any(source, part) for source, part in zip(looked, parts, strict=True)]
    held = cast("Search", looked[0].held)
    found: list[Proposal] = []
    per_day: dict[date, int] = {}
    for cells in islice(_cells(parts, how, free, held), TRIED):
        day = local(site, held.grid.at(cells[0])).date()
        if per_day.get(day, 0) >= 2:
            continue
        if proposal := _given_all(parts, looked, free, cells, how):
            if found and _is_close(found[-1], proposal):
                continue
            per_day[day] = per_day.get(day, 0) + 1
            found.append(proposal)
            if len(found) == limit:
                break
    return found


def _sources(
    parts: Sequence[Part], site: Site, from_on: date, days: int, part_of_day: str, at: datetime
) -> list[Source]:
    reach, found = days, []
    for part in parts:
        reach += part.most_days
        found += sources(
            part.visit_type, site, part.provider, from_on=from_on, days=reach, part=part_of_day,
            patient=part.patient, at=at,
        )  # fmt: skip
    return found


def _any(source: Source, part: Part) -> int:
    bits = 0
    for key in source.held.providers:
        bits |= source.held.starts(key)
    return bits & source.within


def _cells(
    parts: Sequence[Part], how: str, free: Sequence[int], held: Search
) -> Iterator[tuple[int, ...]]:
    """Yield the cells at which the parts could begin, the soonest first."""
    lengths = [-(-part.visit_type.minutes // CELL_MINUTES) for part in parts]
    if how == AT_ONCE:
        for cell in set_cells(series.together(*free)):
            yield (cell,) * len(parts)
        return
    gap = GAP // CELL_MINUTES
    if how == AFTER:
        for first in set_cells(series.back_to_back(list(zip(free, lengths, strict=True)), gap=gap)):
            yield tuple(_after(first, free, lengths, gap))
        return
    for first in set_cells(free[0]):
        rest = _apart(parts[1:], free[1:], held.grid.date_of(first), held)
        if rest is not None:
            yield (first, *rest)


def _apart(
    parts: Sequence[Part], free: Sequence[int], before: date, held: Search
) -> tuple[int, ...] | None:
    """Return the soonest starts of the parts that follow a day; None where there are none.

    A day is tried only by its first start: which hour it is makes no difference to the next.
    """
    if not parts:
        return ()
    for number in range(parts[0].least_days, parts[0].most_days + 1):
        day = before + timedelta(days=number)
        bits = free[0] & held.grid.days_between(day, day)
        if not bits:
            continue
        rest = _apart(parts[1:], free[1:], day, held)
        if rest is not None:
            return ((bits & -bits).bit_length() - 1, *rest)
    return None


def _after(first: int, free: Sequence[int], lengths: Sequence[int], gap: int) -> Iterator[int]:
    """Yield the soonest start of each part that begins when the one before is over, or soon."""
    rest = list(zip(free, lengths, strict=True))
    yield first
    cell = first
    for number in range(1, len(free)):
        reachable = series.back_to_back(rest[number:], gap=gap)
        begin = cell + lengths[number - 1]
        window = reachable >> begin & ((1 << gap + 1) - 1)
        cell = begin + (window & -window).bit_length() - 1
        yield cell


def _given_all(
    parts: Sequence[Part],
    looked: Sequence[Source],
    free: Sequence[int],
    cells: Sequence[int],
    how: str,
) -> Proposal | None:
    """Give each part its provider and things, none of them twice; None where it can't be."""
    given = _Given()
    openings = []
    for part, source, cell in zip(parts, looked, cells, strict=True):
        one = _given(part, source, cell, given)
        if one is None:
            return None
        openings.append(one)
    return Proposal(openings)


def _given(part: Part, source: Source, cell: int, given: _Given) -> Opening | None:
    held = cast("Search", source.held)
    length = -(-part.visit_type.minutes // CELL_MINUTES)
    free: Any = ChainMap(
        {key: held.year.index.free.get(key, 0) & ~mask for key, mask in given.taken.items()},
        cast("Any", held.year.index.free),
    )
    at = held.grid.at(cell)
    for key in _in_order(held, part, given):
        if not held.starts(key) >> cell & 1 or given.holds(key, cell, length):
            continue
        if key in source.judging.judged and not source.judging.takes(key, at):
            continue
        for way in held.ways_with(key):
            keys = assign(free, way.needs, cell)
            if keys is not None:
                given.add(key, cell, way, keys)
                return _opening(held, part, key, cell, way, keys)
    return None


def _in_order(held: Search, part: Part, given: _Given) -> Iterable[UUID]:
    """Return the providers to ask: who sees one of the family already, then the patient's own."""
    return sorted(
        held.providers,
        key=lambda key: (key not in given.providers, key != part.patient.provider_id, str(key)),
    )


def _opening(
    held: Search, part: Part, key: UUID, cell: int, way: Layout, keys: Sequence[Hashable]
) -> Opening:
    known = {held.year.keys[cast("int", one)] for one in keys}
    ids = {one[1] for one in known if isinstance(one, tuple) and not isinstance(one, Clear)}
    room: Room | None = next((room for room in held.things.rooms if room.pk in ids), None)
    starts_at = held.grid.at(cell)
    delay = timedelta(minutes=CELL_MINUTES * way.delay)
    return Opening(
        part.visit_type, held.everybody[key], held.site, room, starts_at,
        part.visit_type.ends_at(starts_at) + delay,
    )  # fmt: skip


def _is_close(before: Proposal, after: Proposal) -> bool:
    return timedelta(0) <= after.starts_at - before.starts_at < timedelta(minutes=30)
