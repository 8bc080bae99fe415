"""Which times can be had, the soonest first, and which of them are the best."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

from frontdesk.core.clock import at_wall, day_bounds, now
from frontdesk.people.models import Patient
from frontdesk.practice.models import Room, Site
from frontdesk.practice.queries import miles_between
from frontdesk.scheduling.models import Appointment, GroupVisit, VisitType
from frontdesk.scheduling.queries import ahead, remembered, scoring
from frontdesk.scheduling.queries.calendars import Stretch, stretch
from frontdesk.scheduling.queries.judging import Judging, busy_of, judging
from frontdesk.scheduling.queries.search import AFTERNOON, MORNING, NOON, Search, search
from frontdesk.scheduling.queries.whynone import why_none
from frontdesk.solver.index import set_cells, spread_cells
from frontdesk.solver.openings import CELL_MINUTES
from frontdesk.solver.shapes import Layout
from frontdesk.staff.models import Provider

ANY = ""
STEP = timedelta(minutes=CELL_MINUTES)


@dataclass(frozen=True, slots=True)
class Opening:
    """A time at which everything that a visit needs is free."""

    visit_type: VisitType
    provider: Provider
    site: Site
    room: Room | None
    starts_at: datetime
    ends_at: datetime
    also: tuple[str, ...] = ()  # names of devices, assistants and interpreters
    waits: int = 0  # minutes that the patient waits within the visit
    seats: int = 0  # that are left, in a group that is booked already
    because: tuple[str, ...] = ()  # why it is a good one, in a few words each
    points: float = 0  # the fewer the better
    miles: float | None = None  # from where the patient lives, where several sites are asked


@dataclass(frozen=True, slots=True)
class Found:
    """Openings, the soonest first; when there are none, why."""

    openings: list[Opening]
    why_none: str = ""
    best: list[Opening] = field(default_factory=list)  # the best few of them, the best first


@dataclass(slots=True)
class Source:
    """Where the starts of one site come from: the year's index, or the calendars themselves."""

    held: Search | Stretch
    within: int
    judging: Judging
    seats: dict[tuple[UUID, datetime], int]  # left in groups, by provider and start
    is_exact: bool = True  # the starts are none too many
    miles: float | None = None  # from where the patient lives

    @property
    def site(self) -> Site:
        """The site whose times they are."""
        return self.held.site

    def times(self, provider_id: UUID) -> Iterator[datetime]:
        """Yield the starts with a provider that are worth saying, the earliest first."""
        held = self.held
        every = -(-held.visit_type.minutes // CELL_MINUTES)
        cells: Iterator[int] = set_cells(held.starts(provider_id) & self.within)
        if not self.is_exact:
            cells = (cell for cell in cells if self.given(provider_id, cell) is not None)
        if provider_id in self.judging.judged:
            at = held.grid.at
            cells = (cell for cell in cells if self.judging.takes(provider_id, at(cell)))
        own = (held.grid.at(cell) for cell in spread_cells(cells, every))
        groups = sorted(when for who, when in self.seats if who == provider_id)
        return merge(own, groups) if groups else own

    def opening(self, provider_id: UUID, starts_at: datetime) -> Opening:
        """Return a start as what can be booked, with the room and all else that it gets."""
        held = self.held
        seats = self.seats.get((provider_id, starts_at), 0)
        found = None if seats else self.given(provider_id, held.cell_of(starts_at))
        way, given = found or (None, ())
        rooms = {room.pk: room for room in held.things.rooms}
        names = held.things.names
        delay = timedelta(minutes=CELL_MINUTES * way.delay) if way else timedelta(0)
        return Opening(
            visit_type=held.visit_type,
            provider=held.everybody[provider_id],
            site=held.site,
            room=next((rooms[one] for one in given if one in rooms), None),
            starts_at=starts_at,
            ends_at=held.visit_type.ends_at(starts_at) + delay,
            also=tuple(
                dict.fromkeys(names[one] for one in given if one in names and one not in rooms)
            ),
            waits=CELL_MINUTES * way.delay if way else 0,
            seats=seats,
            miles=self.miles,
        )

    def given(self, provider_id: UUID, cell: int) -> tuple[Layout, tuple[UUID | None, ...]] | None:
        """Return the layout with the least waiting at a cell, and whom each need is given."""
        return self.held.given(provider_id, cell)


def openings(
    visit_type: VisitType,
    site: Site | None = None,
    provider: Provider | None = None,
    *,
    from_on: date,
    days: int = 14,
    limit: int = 20,
    part: str = ANY,
    weekdays: Sequence[int] = (),
    patient: Patient | None = None,
    moving: Appointment | None = None,
    at: datetime | None = None,
) -> list[Opening]:
    """Return the next times for a type of visit, the soonest first.

    `from_on` is a day of the site and `days` how many are looked at; without a site all are.
    Each gap offers its first minute and then one time per visit length. `part` is morning or
    afternoon by the site's wall, `weekdays` are those wanted (Monday is 0). Times before `at` (the
    present), within the notice that the visit type asks for, and at which `patient` has another
    visit are left out; for a patient who needs an interpreter one is free. The own time of the
    visit that is `moving` counts as free.
    """
    asked = sources(
        visit_type, site, provider, from_on=from_on, days=days, part=part, weekdays=weekdays,
        patient=patient, moving=moving, at=at or now(),
    )  # fmt: skip
    return list(soonest(asked, limit))


def sources(
    visit_type: VisitType,
    site: Site | None,
    provider: Provider | None,
    *,
    from_on: date,
    days: int,
    part: str = ANY,
    weekdays: Sequence[int] = (),
    patient: Patient | None = None,
    moving: Appointment | None = None,
    at: datetime,
) -> list[Source]:
    """Return where the starts of each site that is asked for come from."""
    memory = remembered.memory()
    besides = {moving.pk} if moving else set()
    sites = [site] if site else _sites(memory)
    found = []
    for one in sites:
        held = _held(visit_type, one, provider, from_on, days, patient, at, memory, moving)
        within = _wanted(held, from_on, days, part, weekdays)
        within &= ~not_for(held, patient, from_on, days, besides)
        judged = judging(visit_type, one, at, held.sessions, memory, besides)
        seats = _seats(held, within) if visit_type.capacity > 1 else {}
        is_exact = isinstance(held, Stretch) or held.is_exact
        miles = _way(patient, one) if len(sites) > 1 else None
        found.append(Source(held, within, judged, seats, is_exact, miles))
    return found


def _way(patient: Patient | None, site: Site) -> float | None:
    """Return the miles from a patient's ZIP code to a site's, where both are known."""
    if patient is None or not patient.zip_code:
        return None
    return miles_between(patient.zip_code, site.zip_code)


def first_of_each(visit_type: VisitType, site: Site, *, on: date, at: datetime) -> list[Opening]:
    """Return the next time of each provider on a day of a site, the soonest first."""
    found = []
    for source in sources(visit_type, site, None, from_on=on, days=1, at=at):
        for key in source.held.providers:
            when = next(source.times(key), None)
            if when is not None:
                found.append(source.opening(key, when))
    return sorted(found, key=lambda one: (one.starts_at, one.provider.last_name))


def soonest(asked: Iterable[Source], limit: int) -> Iterator[Opening]:
    """Yield the next openings of all these sites, the soonest first, each found when asked for."""
    for source, key, when in starts(asked, limit):
        yield source.opening(key, when)


def starts(asked: Iterable[Source], limit: int) -> Iterator[tuple[Source, UUID, datetime]]:
    """Yield the next starts of all these sites: where, with whom and when."""
    streams = [
        _stream(source, key, provider)
        for source in asked
        for key, provider in source.held.providers.items()
    ]
    rows = islice(merge(*streams, key=lambda row: row[:3]), limit)
    for when, _name, key, source in rows:
        yield source, UUID(key), when


def _stream(
    source: Source, key: UUID, provider: Provider
) -> Iterator[tuple[datetime, str, str, Source]]:
    name, text = provider.last_name, str(key)
    for when in source.times(key):
        yield when, name, text, source


def _held(
    visit_type: VisitType,
    site: Site,
    provider: Provider | None,
    from_on: date,
    days: int,
    patient: Patient | None,
    at: datetime,
    memory: remembered.Memory | None,
    moving: Appointment | None,
) -> Search | Stretch:
    """Return the index where it reaches so far and nothing that shapes time is under way."""
    is_known = memory is not None and not remembered.shapes_under_way()
    if memory is not None and is_known and not ahead.is_awaited(site, memory, days, at):
        found = search(
            memory, visit_type, site, at=at, provider=provider, patient=patient, moving=moving
        )
        if found.year.holds_days(from_on, days):
            return found
    return stretch(
        visit_type, site, from_on=from_on, days=days, at=at, provider=provider, patient=patient,
        besides={moving.pk} if moving else (),
    )  # fmt: skip


def _wanted(
    held: Search | Stretch, from_on: date, days: int, part: str, weekdays: Sequence[int]
) -> int:
    """Return the cells that are not over, late enough, and when they are asked for."""
    notice = timedelta(hours=held.visit_type.notice_hours)
    if isinstance(held, Search):
        return held.within(from_on, days, part, weekdays, notice)
    grid = held.grid
    wanted = grid.whole & ~grid.touched(grid.starts_at, held.at + notice)
    mornings = every = 0
    for day in held.days:
        opens, closes = day_bounds(held.site, day)
        noon = at_wall(held.site, day, NOON)
        mornings |= grid.within(opens, noon)
        if not weekdays or day.weekday() in weekdays:
            every |= grid.within(opens, closes)
    if part in (MORNING, AFTERNOON):
        wanted &= mornings if part == MORNING else ~mornings
    return wanted & every


def not_for(
    held: Search | Stretch,
    patient: Patient | None,
    from_on: date,
    days: int,
    besides: Collection[UUID],
) -> int:
    """Return the starts at which the patient would be in two places at once."""
    opens, _closes = day_bounds(held.site, from_on)
    closes, _closes = day_bounds(held.site, from_on + timedelta(days=days))
    length = timedelta(minutes=held.visit_type.minutes) - STEP
    found = 0
    for starts_at, ends_at in busy_of(patient, opens, closes, besides):
        found |= held.grid.touched(starts_at - length, ends_at)
    return found


def _seats(held: Search | Stretch, within: int) -> dict[tuple[UUID, datetime], int]:
    """Return the seats that are left in groups of this type, by provider and start."""
    groups = GroupVisit.objects.filter(
        visit_type=held.visit_type, site=held.site, is_active=True, starts_at__gte=held.at
    ).prefetch_related("seats__hold")
    found = {}
    for group in groups:
        taken = sum(_is_taken(seat, held.at) for seat in group.seats.all())
        cell = held.grid.cell_of(group.starts_at)
        is_wanted = cell is not None and within >> cell & 1
        if is_wanted and taken < group.capacity and group.provider_id in held.providers:
            found[group.provider_id, group.starts_at] = group.capacity - taken
    return found


def _is_taken(seat: Any, at: datetime) -> bool:
    return seat.is_active and (seat.hold is None or seat.hold.is_standing(at))


def _sites(memory: remembered.Memory | None) -> list[Site]:
    return remembered.recall(
        memory, ("sites",), lambda: list(Site.objects.filter(is_active=True).order_by("name"))
    )


def find_a_time(
    visit_type: VisitType,
    site: Site | None = None,
    provider: Provider | None = None,
    *,
    from_on: date,
    days: int = 14,
    limit: int = 20,
    part: str = ANY,
    weekdays: Sequence[int] = (),
    patient: Patient | None = None,
    moving: Appointment | None = None,
    at: datetime | None = None,
) -> Found:
    """Return the openings with the best of them, and, when there are none, what is in the way.

    The own time of the visit that is `moving` counts as free.
    """
    asked = sources(
        visit_type, site, provider, from_on=from_on, days=days, part=part, weekdays=weekdays,
        patient=patient, moving=moving, at=at or now(),
    )  # fmt: skip
    rows = list(starts(asked, max(limit, scoring.LOOKED_AT)))
    found = [source.opening(key, when) for source, key, when in rows[:limit]]
    if not found:
        is_plain = patient is None and moving is None  # else others' times decide as well
        read = [one.held for one in asked if isinstance(one.held, Stretch) and is_plain]
        why = why_none(
            visit_type, site, provider, from_on=from_on, days=days, at=at or now(),
            wanted=partial(_wanted, from_on=from_on, days=days, part=part, weekdays=weekdays),
            known=read if len(read) == len(asked) else (),
        )  # fmt: skip
        return Found([], why)
    return Found(found, "", scoring.best(rows, patient, from_on))
