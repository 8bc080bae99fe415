"""Which times can be had, and in words why none can."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import cast
from uuid import UUID

from frontdesk.core.clock import at_wall, now
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models import Phase, VisitType
from frontdesk.scheduling.queries.calendars import Stretch, stretch
from frontdesk.solver import openings as solver
from frontdesk.solver.openings import CELL_MINUTES, Need
from frontdesk.staff.models import Provider

ANY, MORNING, AFTERNOON = "", "morning", "afternoon"
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Opening:
    """A time at which everything that a visit needs is free."""

    visit_type: VisitType
    provider: Provider
    site: Site
    room: Room | None
    starts_at: datetime
    ends_at: datetime
    also: tuple[str, ...] = ()  # names of devices and assistants


@dataclass(frozen=True, slots=True)
class Found:
    """Openings, the soonest first; when there are none, why."""

    openings: list[Opening]
    why_none: str = ""


def openings(
    visit_type: VisitType,
    site: Site | None = None,
    provider: Provider | None = None,
    *,
    from_on: date,
    days: int = 14,
    limit: int = 20,
    part: str = ANY,
    at: datetime | None = None,
) -> list[Opening]:
    """Return the next times for a type of visit, the soonest first.

    `from_on` is a day of the site and `days` how many are looked at; without a site all are.
    Each gap offers its first minute and then one time per visit length. `part` is morning or
    afternoon by the site's wall. Times before `at` (the present) are left out.
    """
    asked = _stretches(visit_type, site, provider, from_on, days, at or now())
    return _soonest(asked, provider, limit, part)


def find_a_time(
    visit_type: VisitType,
    site: Site | None = None,
    provider: Provider | None = None,
    *,
    from_on: date,
    days: int = 14,
    limit: int = 20,
    part: str = ANY,
    at: datetime | None = None,
) -> Found:
    """Return the openings and, when there are none, what stands in the way."""
    asked = _stretches(visit_type, site, provider, from_on, days, at or now())
    found = _soonest(asked, provider, limit, part)
    return Found(found, "" if found else why_none(asked, provider, part))


def why_none(asked: list[Stretch], provider: Provider | None, part: str = ANY) -> str:
    """Say what takes away the last time, the first thing that does: hours, leave, visits, rooms."""
    if not asked:
        return "No site is open for visits yet. Set one up first."
    longest = max(asked, key=lambda one: len(one.providers))
    stages = list(_stages(longest, provider, part))
    words = dict(_words(longest, provider))
    return words[solver.first_empty(stages) or stages[-1][0]]


def _stretches(
    visit_type: VisitType,
    site: Site | None,
    provider: Provider | None,
    from_on: date,
    days: int,
    at: datetime,
) -> list[Stretch]:
    sites = [site] if site else list(Site.objects.filter(is_active=True).order_by("name"))
    return [
        stretch(visit_type, one, from_on=from_on, days=days, at=at, provider=provider)
        for one in sites
    ]


def _soonest(
    asked: list[Stretch], provider: Provider | None, limit: int, part: str
) -> list[Opening]:
    found = []
    for held in asked:
        for key in held.providers:
            every = -(-held.visit_type.minutes // CELL_MINUTES)
            bits = held.starts(key) & _wanted(held, part)
            found += [
                (held.grid.at(cell), held.providers[key].last_name, str(key), held, cell)
                for cell in islice(solver.spread(bits, every), limit)
            ]
    found.sort(key=lambda one: one[:3])
    return [_opening(held, UUID(key), cell) for _, _, key, held, cell in found[:limit]]


def _opening(held: Stretch, key: UUID, cell: int) -> Opening:
    given = cast("tuple[UUID, ...]", solver.assign(held.free(key), held.needs(key), cell))
    rooms = {room.pk: room for room in held.things.rooms}
    names = held.things.names
    starts_at = held.grid.at(cell)
    return Opening(
        visit_type=held.visit_type,
        provider=held.providers[key],
        site=held.site,
        room=next((rooms[one] for one in given if one in rooms), None),
        starts_at=starts_at,
        ends_at=held.visit_type.ends_at(starts_at),
        also=tuple(names[one] for one in given if one in names and one not in rooms),
    )


def _wanted(held: Stretch, part: str) -> int:
    """Return the cells that are not over yet and in the part of the day that is asked for."""
    grid = held.grid
    wanted = grid.whole & ~grid.touched(grid.starts_at, held.at)
    if part not in (MORNING, AFTERNOON):
        return wanted
    mornings = 0
    for day in held.days:
        noon = at_wall(held.site, day, NOON)
        mornings |= grid.within(at_wall(held.site, day, time.min), noon)
    return wanted & (mornings if part == MORNING else ~mornings)


def _stages(held: Stretch, provider: Provider | None, part: str) -> Iterable[tuple[str, int]]:
    """Yield, one restriction after another, the starts that are left for any provider."""
    keys = list(held.providers)
    wanted = _wanted(held, part)

    def left(mask_of: dict[UUID, int]) -> int:
        found = 0
        for key in keys:
            own = [need for need in held.needs(key) if need.choices == (key,)]
            whole = own or [Need((key,), 0, -(-held.visit_type.minutes // CELL_MINUTES))]
            found |= solver.starts({key: mask_of[key]}, whole)
        return found & wanted

    yield "sessions", left({key: held.worked(key, of_type=False) for key in keys})
    yield "type", left({key: held.worked(key) for key in keys})
    open_then = {key: held.worked(key) & held.opened for key in keys}
    yield "open", left(open_then)
    there = {key: mask & ~held.away.get(key, 0) for key, mask in open_then.items()}
    yield "away", left(there)
    yield "taken", left({key: mask & ~held.busy.get(key, 0) for key, mask in there.items()})
    for phase in held.phases:
        if phase.role != Phase.Role.PROVIDER:
            yield _stage_of(phase), _with(held, keys, phase) & wanted
    yield "together", 0


def _with(held: Stretch, keys: list[UUID], phase: Phase) -> int:
    found = 0
    for key in keys:
        pairs = zip(held.phases, held.needs(key), strict=True)
        fewer = [n for p, n in pairs if p.role == Phase.Role.PROVIDER or p == phase]
        found |= solver.starts(held.free(key), fewer)
    return found


def _words(held: Stretch, provider: Provider | None) -> Iterable[tuple[str, str]]:
    who = str(provider) if provider else "Nobody"
    all_who_could = who if provider else "Everybody who could do it"
    sees = "sees no patients" if provider else "sees patients"
    place, kind = held.site.name, held.visit_type.name
    yield "sessions", f"{who} {sees} at {place} in these days."
    yield "type", f"{who} has{' no' if provider else ''} hours at {place} for: {kind}."
    yield "open", f"{place} is closed whenever there would be a time."
    yield "away", f"{all_who_could} is away in these days."
    yield "taken", f"{all_who_could} is fully booked in these days."
    for phase in held.phases:
        if phase.role != Phase.Role.PROVIDER:
            yield _stage_of(phase), _lacking(held, phase)
    yield "together", "Everything is free at some time, but never all of it together."


def _stage_of(phase: Phase) -> str:
    return f"{phase.role} {phase.kind}"


def _lacking(held: Stretch, phase: Phase) -> str:
    what = phase.needs_words
    if not held.things.for_phase(phase):
        return f"{held.site.name} has no {what}. {held.visit_type.name} needs one."
    return f"No {what} is free when the provider is."
