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
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontdesk.core.clock import local
from frontdesk.people.models import Patient
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models import VisitType
from frontdesk.scheduling.queries.asking import Clear
from frontdesk.scheduling.queries.openings import Opening, Source, find_a_time, sources
from frontdesk.scheduling.queries.search import Search
from frontdesk.scheduling.queries.working import Visit
from frontdesk.solver import series
from frontdesk.solver.index import set_cells
from frontdesk.solver.openings import CELL_MINUTES, assign
from frontdesk.solver.shapes import Layout
from frontdesk.staff.models import Provider

AFTER, AT_ONCE, APART = "after", "at_once", "apart"
SHOWN, TRIED, GAP = 8, 400, 15  # proposals; starts that are tried; minutes between two visits
PROVIDER, THING, RULE = "provider", "thing", "rule"  # what there may be too few of, or refuses
_WHY_LACKING = {
    PROVIDER: gettext_lazy(
        "Each visit has free times, but whoever is free then can't see all of them. Tried: "
        "%(n)s times. Choose another provider, or one after the other."
    ),
    THING: gettext_lazy(
        "The providers are free, but there are not enough rooms or devices for all of them. "
        "Tried: %(n)s times. Choose one after the other, or more days."
    ),
    RULE: gettext_lazy(
        "Each visit has free times, but together they go against what a provider prefers, or "
        "beyond the limit of a session. Tried: %(n)s times. Choose another provider, or days apart."
    ),
}
_WHY_NEVER = {
    AFTER: gettext_lazy(
        "Each visit has free times, but never one within 15 minutes of the other. Try more days, "
        "another provider, or days apart."
    ),
    AT_ONCE: gettext_lazy(
        "Each visit has free times, but they never begin together. Try more days, another "
        "provider, or one after the other."
    ),
    APART: gettext_lazy(
        "Each visit has free times, but not so many days apart. Allow more days between them."
    ),
}


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


@dataclass(frozen=True, slots=True)
class Proposed:
    """Times that suit all, the soonest first; when there are none, why."""

    proposals: list[Proposal] = field(default_factory=list)
    why_none: str = ""


@dataclass(slots=True)
class _Given:
    """What the parts that are placed take, on the index of their year."""

    taken: dict[Hashable, int] = field(default_factory=dict)  # cells by index key
    rooms: dict[tuple[UUID, Hashable], int] = field(default_factory=dict)  # a patient's own
    providers: dict[UUID, int] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    lacks: str = THING  # of the visit that could not be given its time

    def add(self, provider: UUID, cell: int, way: Layout, keys: Sequence[Hashable]) -> None:
        for need, key in zip(way.needs, keys, strict=True):
            mask = ((1 << need.cells) - 1) << max(cell + need.after, 0)
            self.taken[key] = self.taken.get(key, 0) | mask
        length = max((need.after + need.cells for need in way.needs), default=0)
        self.providers[provider] = self.providers.get(provider, 0) | ((1 << length) - 1) << cell

    def own_room(self, patient: UUID, key: Hashable, cell: int, way: Layout) -> None:
        """Remember a room as the patient's: several who see one patient at once share it."""
        mask = 0
        for need in way.needs:
            mask |= ((1 << need.cells) - 1) << max(cell + need.after, 0)
        self.rooms[patient, key] = self.rooms.get((patient, key), 0) | mask

    def masks(self, patient: UUID) -> dict[Hashable, int]:
        """Return what is taken for this patient's next visit."""
        return {key: mask & ~self.rooms.get((patient, key), 0) for key, mask in self.taken.items()}

    def holds(self, provider: UUID, cell: int, cells: int) -> bool:
        return bool(self.providers.get(provider, 0) >> cell & ((1 << cells) - 1))


def propose(
    parts: Sequence[Part],
    how: str,
    site: Site,
    *,
    from_on: date,
    days: int,
    part_of_day: str = "",
    limit: int = SHOWN,
    at: datetime,
) -> Proposed:
    """Return the soonest times at which all parts can be had, one proposal per time of a day.

    `how` is one after the other (`AFTER`), at the same moment (`AT_ONCE`), or so many days apart
    (`APART`, with the days of each part after the first). Where there is none it is said which
    visit has no time of its own, or what there is not enough of.
    """
    looked = _sources(parts, site, from_on, days, part_of_day, at)
    if not looked or not all(isinstance(one.held, Search) for one in looked):
        return Proposed([], _("Nobody works here in these days."))
    free = [_any(source, part) for source, part in zip(looked, parts, strict=True)]
    if alone := [part for part, bits in zip(parts, free, strict=True) if not bits]:
        return Proposed([], _why_alone(alone[0], site, from_on, days, part_of_day, at))
    found, lacking = _chosen(parts, how, looked, free, limit)
    return Proposed(found, "" if found else _why_not(how, lacking))


def _chosen(
    parts: Sequence[Part], how: str, looked: Sequence[Source], free: Sequence[int], limit: int
) -> tuple[list[Proposal], list[str]]:
    """Return the proposals, and what was lacking at the times that failed, one after another."""
    held = cast("Search", looked[0].held)
    found: list[Proposal] = []
    lacking: list[str] = []
    per_day: dict[date, int] = {}
    for tries in islice(_cells(parts, how, free, held), TRIED):
        ways = iter(tries)
        cells = next(ways)
        day = local(held.site, held.grid.at(cells[0])).date()
        if per_day.get(day, 0) >= 2:
            continue
        proposal = _given_all(parts, looked, cells, lacking)
        while proposal is None and lacking[-1] == RULE and (cells := next(ways, ())):
            lacking.pop()
            proposal = _given_all(parts, looked, cells, lacking)
        if proposal is None or (found and _is_close(found[-1], proposal)):
            continue
        per_day[day] = per_day.get(day, 0) + 1
        found.append(proposal)
        if len(found) == limit:
            break
    return found, lacking


def _why_alone(
    part: Part, site: Site, from_on: date, days: int, part_of_day: str, at: datetime
) -> str:
    """Say why one of the visits can't be had even by itself."""
    alone = find_a_time(
        part.visit_type, site, part.provider, from_on=from_on, days=days, part=part_of_day,
        limit=1, patient=part.patient, at=at,
    )  # fmt: skip
    named = _("%(who)s, %(what)s: no free time in these days.") % {
        "who": part.patient.name, "what": part.visit_type,
    }  # fmt: skip
    return f"{named} {alone.why_none}".strip()


def _why_not(how: str, lacking: Sequence[str]) -> str:
    """Say what keeps visits apart that could each be had alone."""
    if lacking:
        most = max(set(lacking), key=lacking.count)
        return _WHY_LACKING[most] % {"n": len(lacking)}
    return str(_WHY_NEVER[how])


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
) -> Iterator[Iterable[tuple[int, ...]]]:
    """Yield the cells at which the parts could begin, the soonest first.

    Where they follow each other, the first of a kind leaves nothing between them, and those after
    it more and more: a provider may want a break between visits.
    """
    lengths = [-(-part.visit_type.minutes // CELL_MINUTES) for part in parts]
    if how == AT_ONCE:
        for cell in set_cells(series.together(*free)):
            yield [(cell,) * len(parts)]
        return
    gap = GAP // CELL_MINUTES
    if how == AFTER:
        for first in set_cells(series.back_to_back(list(zip(free, lengths, strict=True)), gap=gap)):
            yield _after(first, free, lengths, gap)
        return
    for first in set_cells(free[0]):
        rest = _apart(parts[1:], free[1:], held.grid.date_of(first), held)
        if rest is not None:
            yield [(first, *rest)]


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


def _after(
    first: int, free: Sequence[int], lengths: Sequence[int], gap: int
) -> Iterator[tuple[int, ...]]:
    """Yield starts of parts that follow each other, with at least so many cells between them."""
    said = None
    for least in range(gap + 1):
        cells = _chain(first, free, lengths, least, gap)
        if cells and cells != said:
            yield cells
        said = cells


def _chain(
    first: int, free: Sequence[int], lengths: Sequence[int], least: int, gap: int
) -> tuple[int, ...]:
    """Return the soonest start of each part that begins so soon after the one before is over."""
    rest = [
        (bits, length + least) for bits, length in zip(free, lengths, strict=True)
    ]  # fmt: skip
    found = [first]
    for number in range(1, len(free)):
        reachable = series.back_to_back(rest[number:], gap=gap - least)
        begin = found[-1] + lengths[number - 1] + least
        window = reachable >> begin & ((1 << gap - least + 1) - 1)
        if not window:
            return ()
        found.append(begin + (window & -window).bit_length() - 1)
    return tuple(found)


def _given_all(
    parts: Sequence[Part],
    looked: Sequence[Source],
    cells: Sequence[int],
    lacking: list[str],
) -> Proposal | None:
    """Give each part its provider and things, none of them twice; None where it can't be.

    What there was not enough of is added to `lacking`.
    """
    given = _Given()
    openings = []
    for part, source, cell in zip(parts, looked, cells, strict=True):
        one = _given(part, source, cell, given)
        if one is None:
            lacking.append(given.lacks)
            return None
        openings.append(one)
    return Proposal(openings)


def _given(part: Part, source: Source, cell: int, given: _Given) -> Opening | None:
    held = cast("Search", source.held)
    length = -(-part.visit_type.minutes // CELL_MINUTES)
    free: Any = ChainMap(
        {
            key: held.year.index.free.get(key, 0) & ~mask
            for key, mask in given.masks(part.patient.pk).items()
        },
        cast("Any", held.year.index.free),
    )
    at = held.grid.at(cell)
    given.lacks = PROVIDER
    for key in _in_order(held, part, given):
        if not held.starts(key) >> cell & 1 or given.holds(key, cell, length):
            continue
        judged = key in source.judging.judged
        if judged and not source.judging.takes(key, at, given.visits):
            given.lacks = RULE
            continue
        given.lacks = THING
        for way in held.ways_with(key):
            keys = assign(free, way.needs, cell)
            if keys is not None:
                given.add(key, cell, way, keys)
                given.visits.append(_visit(held, part, key, at))
                for room in _rooms(held, keys):
                    given.own_room(part.patient.pk, room, cell, way)
                return _opening(held, part, key, cell, way, keys)
    return None


def _visit(held: Search, part: Part, provider: UUID, at: datetime) -> Visit:
    kind = part.visit_type
    return Visit(provider, at, kind.ends_at(at), kind.pk, kind.is_new_patient, uuid4())


def _rooms(held: Search, keys: Sequence[Hashable]) -> list[Hashable]:
    """Return which of the things given are rooms."""
    ids = {room.pk for room in held.things.rooms}
    known = [(key, held.year.keys[cast("int", key)]) for key in keys]
    return [
        key for key, one in known
        if isinstance(one, tuple) and not isinstance(one, Clear) and one[1] in ids
    ]  # fmt: skip


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
