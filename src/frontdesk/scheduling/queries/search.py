"""Where in the year a visit can begin: what it asks for, put to the index."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from math import ceil
from typing import cast
from uuid import UUID

from frontdesk.core.clock import at_wall
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, Phase, Session, VisitType
from frontdesk.scheduling.queries import calendars, remembered
from frontdesk.scheduling.queries import year as years
from frontdesk.scheduling.queries.asking import (
    Clear,
    only_provider,
    phases_of,
    spoken_by,
    steps_of,
    things_at,
    ways_of,
    with_interpreter,
)
from frontdesk.scheduling.queries.remembered import Memory
from frontdesk.scheduling.queries.things import Things
from frontdesk.scheduling.queries.year import Worked
from frontdesk.scheduling.queries.year_kept import Year
from frontdesk.solver.index import DayGrid, needs_a_look, shifted
from frontdesk.solver.openings import CELL_MINUTES, Need
from frontdesk.solver.shapes import Layout, layouts
from frontdesk.staff.models import Provider

Role = Phase.Role
ANYBODY = UUID(int=1)  # stands for the provider, until it is known which
MORNING, AFTERNOON = "morning", "afternoon"
NOON = time(12)
SLOTS = 16  # of calendars without a visit that is being moved
_CELL_SECONDS = 60 * CELL_MINUTES


@dataclass(slots=True)
class Search:
    """One type of visit at one site, put to the year's index."""

    year: Year
    memory: Memory
    visit_type: VisitType
    site: Site
    at: datetime
    phases: list[Phase]
    things: Things
    sessions: list[Session]
    ways: list[Layout]  # with ANYBODY as the provider
    opened: int
    away: dict[UUID, int]
    everybody: dict[UUID, Provider]  # who sees patients here
    providers: dict[UUID, Provider]  # with whom the visit can be booked
    skipped: frozenset[str] = frozenset()  # rules that are not asked, to see what they cost
    by_provider: dict[UUID, list[Session]] = field(default_factory=dict)
    moving: UUID | None = None  # the visit whose own time may be used again
    freed: dict[UUID, int] = field(default_factory=dict)  # what it alone takes, by resource
    _shared: list[int | None] = field(default_factory=list)
    _known: dict[int, Need] = field(default_factory=dict)  # by identity, as the index knows them
    _ready: set[UUID] = field(default_factory=set)  # providers who are in the index as they are

    def starts(self, provider_id: UUID) -> int:
        """Return the cells at which a visit with a provider can begin."""
        self._put_provider(provider_id)
        found = 0
        for number, way in enumerate(self.ways):
            found |= self._starts_of(number, way, provider_id)
        return found

    def ways_with(self, provider_id: UUID) -> list[Layout]:
        """Return the layouts with a provider, as the index knows them."""
        self._put_provider(provider_id)
        return [
            replace(way, needs=tuple(self._keyed(need, provider_id) for need in way.needs))
            for way in self.ways
        ]

    def given(self, provider_id: UUID, cell: int) -> tuple[Layout, tuple[UUID | None, ...]] | None:
        """Return the layout with the least waiting at a cell, and whom each need is given."""
        found = self.year.index.assign(self.ways_with(provider_id), cell)
        if found is None:
            return None
        way, keys = found
        known = [self.year.keys[cast("int", key)] for key in keys]
        return way, tuple(
            None if isinstance(key, Clear) else cast("tuple[UUID, UUID]", key)[1] for key in known
        )

    @property
    def grid(self) -> DayGrid:
        """The year's cells."""
        return self.year.grid

    def free_of(self, provider_id: UUID) -> int:
        """Return what is free of a provider alone."""
        self._put_provider(provider_id)
        return self.year.index.free[self.year.number_of(self._provider_key(provider_id))]

    def worked_at_all(self, provider_id: UUID) -> int:
        """Return when a provider sees patients here, whatever for."""
        mine = self.by_provider.get(provider_id, [])
        name = ("year worked at all", self.site.pk, provider_id, self.year.first)
        return remembered.recall(self.memory, name, lambda: self._work(name, mine, None)).cells

    def _work(self, name: Hashable, mine: list[Session], visit_type: VisitType | None) -> Worked:
        """Work out when these sessions take a type, unless they are as they were."""
        return remembered.alike(
            self.memory,
            name,
            (
                self.year.window,
                self.site.time_zone,
                [
                    (remembered.values_of([one]), remembered.values_of(one.active_blocks))
                    for one in mine
                ],
            ),
            lambda: years.worked(self.year, mine, visit_type, self.site, self.at),
            holds=lambda kept: kept.holds_at(self.at),
        )

    def cell_of(self, starts_at: datetime) -> int:
        """Return the cell that begins at an instant; raise where none does."""
        return calendars.cell_of(self.year.grid, starts_at)

    def within(
        self,
        from_on: date,
        days: int,
        part: str = "",
        weekdays: Sequence[int] = (),
        notice: timedelta = timedelta(0),
    ) -> int:
        """Return the cells of these days that are late enough, in the part of the day wanted."""
        grid = self.year.grid
        last = date.fromordinal(from_on.toordinal() + days - 1)
        wanted = grid.days_between(from_on, last)
        cell = self._first_cell(notice)
        wanted = wanted >> cell << cell
        if part in (MORNING, AFTERNOON):
            mornings = self._mornings()
            wanted &= mornings if part == MORNING else ~mornings
        if weekdays:
            wanted &= self._on(frozenset(weekdays))
        return wanted

    def _first_cell(self, notice: timedelta) -> int:
        """Return the first cell that begins so long after the present, or later."""
        grid = self.year.grid
        second = ceil((self.at + notice).timestamp())
        day = grid.day_of(second)
        if day < 0:
            return 0
        rest = -(-(second - grid.opens[day]) // _CELL_SECONDS)
        return day * grid.stride + min(rest, grid.stride)

    def _mornings(self) -> int:
        def load() -> int:
            grid = self.year.grid
            found = []
            for number, opens in enumerate(grid.opens):
                noon = at_wall(self.site, self._day(number), NOON)
                cells = (int(noon.timestamp()) - opens) // _CELL_SECONDS
                found.append((1 << min(max(cells, 0), grid.stride)) - 1)
            return grid.join(found)

        key = ("year mornings", self.year.zone, self.year.first, self.year.grid.stride)
        return remembered.alike(self.memory, key, self.year.window, load)

    def _on(self, weekdays: frozenset[int]) -> int:
        grid = self.year.grid
        whole = (1 << grid.stride) - 1
        return grid.join(
            [
                whole if self._day(number).weekday() in weekdays else 0
                for number in range(len(grid.opens))
            ]
        )

    def _day(self, number: int) -> date:
        return date.fromordinal(self.year.first.toordinal() + number)

    def _starts_of(self, number: int, way: Layout, provider_id: UUID) -> int:
        """Return the starts of one layout: what all providers share is looked up once."""
        own = [need for need in way.needs if _is_own(need)]
        if any(one.clashes(other) for i, one in enumerate(own) for other in own[i + 1 :]):
            return 0
        if self._is_named(provider_id):
            keyed = tuple(self._keyed(need, provider_id) for need in way.needs)
            return self.year.index.starts(keyed)
        found = self._shared_starts(number, way)
        for need in own:
            if not found:
                return 0
            key = self._keyed(need, provider_id)
            found &= shifted(self.year.index.any_of(key.choices, key.cells), key.after)
        return found

    def _shared_starts(self, number: int, way: Layout) -> int:
        while len(self._shared) <= number:
            self._shared.append(None)
        known = self._shared[number]
        if known is None:
            needs = [self._keyed(need, ANYBODY) for need in way.needs if not _is_own(need)]
            known = self._shared[number] = self.year.index.starts(needs) if needs else -1
        return known

    @property
    def is_exact(self) -> bool:
        """Say whether the starts are none too many: no three needs ask for the same at once."""
        return not any(needs_a_look(way.needs) for way in self.ways)

    def _is_named(self, provider_id: UUID) -> bool:
        return any(p.role == Role.PROVIDER and p.named_id for p in self.phases)

    def _keyed(self, need: Need, provider_id: UUID) -> Need:
        """Return a need with the keys under which the index knows its choices."""
        if id(need) in self._known:
            return self._known[id(need)]
        keys = tuple(self._key(choice, provider_id) for choice in need.choices)
        found = Need(keys, need.after, need.cells)
        if not _is_own(need):
            self._known[id(need)] = found
        return found

    def _key(self, choice: Hashable, provider_id: UUID) -> int:
        number_of = self.year.number_of
        if isinstance(choice, Clear):
            return number_of(Clear(provider_id, self._slot(provider_id)))
        if choice == ANYBODY:
            return number_of(self._provider_key(provider_id))
        if choice in self.everybody:
            self._put_provider(cast("UUID", choice))
            return number_of(self._provider_key(cast("UUID", choice)))
        return number_of((self.site.pk, choice, self._slot(cast("UUID", choice))))

    def _provider_key(self, provider_id: UUID) -> tuple[Hashable, ...]:
        slot = self._slot(provider_id)
        return (self.site.pk, provider_id, self.visit_type.pk, self.skipped, slot)

    def _slot(self, key: UUID) -> int:
        """Return under which of a few numbers a calendar without the moving visit is kept."""
        return 1 + self.moving.int % SLOTS if self.moving and key in self.freed else 0

    def _taken(self, key: UUID) -> int:
        return self.year.taken(key) & ~self.freed.get(key, 0)

    def _mark(self, key: UUID) -> tuple[Hashable, ...]:
        """Return from what a calendar is made: when it is the same, so is the calendar."""
        own = (self.moving, self.freed[key]) if key in self.freed else ()
        return (self.year.versions[key], self.memory.shape, *own)

    def _put_provider(self, provider_id: UUID) -> None:
        if provider_id in self._ready:
            return
        self._ready.add(provider_id)
        year, mark = self.year, self._mark(provider_id)
        key = self._provider_key(provider_id)
        worked = self._worked(provider_id)

        def free() -> int:
            found = worked.cells & self.opened & ~self.away.get(provider_id, 0)
            return found if "taken" in self.skipped else found & ~self._taken(provider_id)

        year.put(key, (*mark, worked.from_at), free)
        clear = Clear(provider_id, self._slot(provider_id))
        year.put(clear, mark, lambda: year.whole & ~self._taken(provider_id))

    def put_things(self) -> None:
        """Put what the site has into the index."""
        year = self.year
        for key in self.things.names:
            free = partial(self._free_of, key)
            year.put((self.site.pk, key, self._slot(key)), self._mark(key), free)

    def _free_of(self, key: UUID) -> int:
        return self.opened & ~self.away.get(key, 0) & ~self._taken(key)

    def _worked(self, provider_id: UUID) -> Worked:
        """Return when the provider takes this type, remembered until a block opens to others."""
        ignores = "kept" in self.skipped
        name = (
            "year worked", self.site.pk, provider_id, self.visit_type.pk, self.year.first, ignores
        )  # fmt: skip
        mine = self.by_provider.get(provider_id, [])

        def load() -> Worked:
            return self._work(name, mine, None if ignores else self.visit_type)

        known = remembered.recall(self.memory, name, load)
        if not known.holds_at(self.at):
            self.memory.answers.pop(name, None)
            known = remembered.recall(self.memory, name, load)
        return known


def search(
    memory: Memory,
    visit_type: VisitType,
    site: Site,
    *,
    at: datetime,
    provider: Provider | None = None,
    patient: Patient | None = None,
    without: Callable[[Phase], bool] | None = None,
    skipped: frozenset[str] = frozenset(),
    moving: Appointment | None = None,
) -> Search:
    """Put a type of visit at a site to the year's index.

    `without` leaves phases out and `skipped` rules ("taken", "kept", "buffer"), to see what they
    cost. The own time of the visit that is `moving` counts as free.
    """
    year = years.year_of(site, memory, at)
    phases = phases_of(visit_type, memory)
    language = spoken_by(patient)
    things = things_at(site, phases, memory, interpreted=bool(language))
    phases = with_interpreter(phases, things, language)
    phases = [phase for phase in phases if without is None or not without(phase)]
    steps = steps_of(visit_type, phases, things, ANYBODY, None, language)
    ways = layouts(steps) if "buffer" in skipped else ways_of(visit_type, phases, steps, ANYBODY)
    sessions = years.sessions_at(year, site, memory)
    by_provider = remembered.recall(
        memory, ("year sessions of", site.pk, year.first), lambda: _by_provider(sessions)
    )
    everybody = {key: held[0].provider for key, held in by_provider.items()}
    wanted = only_provider(phases) or (provider.pk if provider else None)
    found = Search(
        year=year,
        memory=memory,
        visit_type=visit_type,
        site=site,
        at=at,
        phases=phases,
        things=things,
        sessions=sessions,
        ways=ways,
        opened=years.opened(year, site, memory),
        away=years.away(year, memory),
        everybody=everybody,
        providers={k: one for k, one in everybody.items() if wanted in (None, k)},
        skipped=skipped,
        by_provider=by_provider,
        moving=moving.pk if moving else None,
        freed=years.freed_by(year, moving) if moving else {},
    )
    found.put_things()
    return found


def _by_provider(sessions: list[Session]) -> dict[UUID, list[Session]]:
    found: dict[UUID, list[Session]] = {}
    for session in sessions:
        found.setdefault(session.provider_id, []).append(session)
    return found


def _is_own(need: Need) -> bool:
    return any(choice == ANYBODY or isinstance(choice, Clear) for choice in need.choices)
