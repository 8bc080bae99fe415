"""When everything of a site is free: computed from what is known, never stored."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from frontdesk.core.clock import at_wall, day_bounds
from frontdesk.people.models import Patient
from frontdesk.practice.models import Hours, Site
from frontdesk.scheduling.models import Occupancy, Phase, Session, VisitType
from frontdesk.scheduling.queries import remembered, working
from frontdesk.scheduling.queries.asking import (
    Clear,
    Place,
    only_provider,
    phases_of,
    places_of,
    reach_of,
    spoken_by,
    steps_of,
    things_at,
    ways_of,
    with_interpreter,
)
from frontdesk.scheduling.queries.remembered import Memory
from frontdesk.scheduling.queries.things import Things
from frontdesk.scheduling.rules.time import LONGEST
from frontdesk.solver import openings as solver
from frontdesk.solver.index import DayGrid
from frontdesk.solver.openings import CELL_MINUTES, Grid, Need
from frontdesk.solver.shapes import Layout, Step
from frontdesk.staff.models import Provider

Role = Phase.Role


class Busy(NamedTuple):
    """A stretch for which a resource is taken."""

    resource_id: UUID
    starts_at: datetime
    ends_at: datetime
    lane: int
    pk: UUID
    appointment_id: UUID | None
    hold_id: UUID | None
    hold_expires_at: datetime | None

    def is_over(self, at: datetime) -> bool:
        """Say whether it is a hold that ran out: it gives its time back without anybody's doing."""
        return self.hold_expires_at is not None and self.hold_expires_at <= at


class Chosen(NamedTuple):
    """What a visit takes, and how much longer it is because of phases that wait."""

    places: list[Place]
    longer: timedelta


@dataclass(slots=True)
class Stretch:
    """A span of one site's time with who works, what is open, who is away and what is taken."""

    site: Site
    grid: Grid
    at: datetime
    visit_type: VisitType
    phases: list[Phase]
    things: Things
    sessions: list[Session]
    days: list[date]
    opened: int
    besides: Collection[UUID] = ()
    full: dict[UUID, set[date]] = field(default_factory=dict)  # sessions that take no more
    away: dict[UUID, int] = field(default_factory=dict)
    taken: list[Busy] = field(default_factory=list)
    busy: dict[UUID, int] = field(default_factory=dict)
    memory: Memory | None = None  # of the practice, as of when this was read
    language: str = ""  # that has to be interpreted for the patient
    provider_id: UUID | None = None  # the one who is asked for; else whoever works here
    later: Mapping[UUID, int] = field(default_factory=dict)  # who stays after their hours

    @property
    def everybody(self) -> dict[UUID, Provider]:
        """Whoever sees patients here in these days, by key."""
        return {session.provider_id: session.provider for session in self.sessions}

    @property
    def providers(self) -> dict[UUID, Provider]:
        """Whom the visit can be booked with, by key."""
        wanted = self.provider_id or only_provider(self.phases)
        everybody = self.everybody
        if wanted is None:
            return everybody
        return {wanted: everybody[wanted]} if wanted in everybody else {}

    def worked(self, provider_id: UUID, *, of_type: bool = True) -> int:
        """Return the cells of a provider's sessions, of those for this visit type alone.

        Blocks and limits of a session count as parts that are for other visits.
        """
        found = self.later.get(provider_id, 0)
        for session in (s for s in self.sessions if s.provider_id == provider_id):
            full = self.full.get(session.pk, ())
            for day in self.days:
                if session.holds_on(day) and not (of_type and day in full):
                    found |= self._cells_of(session, day, of_type=of_type)
        return found

    def _cells_of(self, session: Session, day: date, *, of_type: bool) -> int:
        if not of_type:
            return working.cells_of(session, self.site, self.grid, day)
        return working.cells_for(session, self.visit_type, self.site, self.grid, day, self.at)

    def free(self, provider_id: UUID) -> dict[Hashable, int]:
        """Return what is free of the provider and of everything else the visit may take."""
        named = {p.named_id for p in self.phases if p.role == Role.PROVIDER and p.named_id}
        found: dict[Hashable, int] = {}
        found.update(self.others.items())
        for key in named | {provider_id}:
            found[key] = self.free_of(key)
        found[Clear(provider_id)] = self.grid.whole & ~self.busy.get(provider_id, 0)
        return found

    @property
    def others(self) -> dict[UUID, int]:
        """Return what is free of rooms, devices and assistants: the site's hours, less the rest."""
        return {key: self.opened & ~self._gone(key) for key in self.things.names}

    def needs(self, provider_id: UUID, *, room_id: UUID | None = None) -> list[Need]:
        """Return what the visit type needs, phase by phase; with a room, only that one."""
        return [
            Need(step.choices, step.after, step.cells) for step in self.steps(provider_id, room_id)
        ]

    def steps(self, provider_id: UUID, room_id: UUID | None = None) -> list[Step]:
        """Return what the visit type asks for, phase by phase."""
        return steps_of(
            self.visit_type, self.phases, self.things, provider_id, room_id, self.language
        )

    def ways(self, provider_id: UUID, room_id: UUID | None = None) -> list[Layout]:
        """Return the layouts of a visit, the one with the least waiting first."""
        steps = self.steps(provider_id, room_id)
        return ways_of(self.visit_type, self.phases, steps, provider_id)

    def starts(self, provider_id: UUID) -> int:
        """Return the cells at which a visit with the provider can begin."""
        free, found = self.free(provider_id), 0
        for way in self.ways(provider_id):
            found |= solver.starts(free, way.needs)
        return found

    def assign(
        self, provider_id: UUID, cell: int, room_id: UUID | None = None
    ) -> tuple[Layout, tuple[Hashable, ...]] | None:
        """Return the layout with the least waiting that can begin at the cell, and who is given."""
        free = self.free(provider_id)
        for way in self.ways(provider_id, room_id):
            given = solver.assign(free, way.needs, cell)
            if given is not None:
                return way, given
        return None

    def given(self, provider_id: UUID, cell: int) -> tuple[Layout, tuple[UUID | None, ...]] | None:
        """Return `assign` with plain keys; None stands for a buffer."""
        found = self.assign(provider_id, cell)
        if found is None:
            return None
        return found[0], tuple(one if isinstance(one, UUID) else None for one in found[1])

    def free_of(self, provider_id: UUID) -> int:
        """Return what is free of a provider alone."""
        return self.worked(provider_id) & self.opened & ~self._gone(provider_id)

    def cell_of(self, starts_at: datetime) -> int:
        """Return the cell that begins at an instant; raise where none does."""
        return cell_of(self.grid, starts_at)

    def chosen(
        self, provider_id: UUID, starts_at: datetime, way: Layout, given: Sequence[Hashable]
    ) -> Chosen:
        """Return the spans that a visit takes when its layout is given these resources."""
        return Chosen(
            places_of(self.visit_type, self.phases, starts_at, way, given, provider_id=provider_id),
            timedelta(minutes=way.delay * CELL_MINUTES),
        )

    def place(self, phase: Phase, resource_id: UUID, starts_at: datetime) -> Place:
        """Return the span that one phase takes of a resource."""
        begins = starts_at.astimezone(UTC) + timedelta(minutes=phase.starts_after)
        return Place(phase.role, resource_id, begins, begins + timedelta(minutes=phase.minutes))

    def name_of(self, resource_id: UUID) -> str:
        """What a resource is called in the office."""
        if resource_id in self.everybody:
            return self.everybody[resource_id].short_name
        return self.things.names.get(resource_id, "What it needs")

    def counts(self, row: Busy) -> bool:
        """Say whether a row stands in the way: not a hold that ran out, nor one's own time."""
        is_own = row.appointment_id in self.besides or row.hold_id in self.besides
        return not is_own and not row.is_over(self.at)

    def in_the_way(self, place: Place) -> list[Busy]:
        """Return what has the place's resource for some of its span."""
        return [
            row
            for row in self.taken
            if row.resource_id == place.resource_id
            and row.starts_at < place.ends_at
            and place.starts_at < row.ends_at
            and self.counts(row)
        ]

    def _gone(self, key: UUID) -> int:
        return self.away.get(key, 0) | self.busy.get(key, 0)


def stretch(
    visit_type: VisitType,
    site: Site,
    *,
    from_on: date,
    days: int,
    at: datetime,
    provider: Provider | None = None,
    besides: Collection[UUID] = (),
    patient: Patient | None = None,
    wanted: datetime | None = None,
) -> Stretch:
    """Load what decides when a visit of this type can be had at a site, from a day on.

    With `wanted` what is taken is read only as far as a visit that begins then can reach.

    `at` is the present: holds that ran out by then don't count. `besides` are appointments and
    holds whose own time counts as free: that of the visit being moved, of the hold being booked.
    For a patient who needs an interpreter one is asked for too, where any knows the language.
    """
    held = remembered.memory()
    opens, _ = day_bounds(site, from_on)
    closes, _ = day_bounds(site, from_on + timedelta(days=days))
    grid = Grid.between(opens, closes)
    every_day = [from_on + timedelta(days=n) for n in range(days)]
    phases = phases_of(visit_type, held)
    language = spoken_by(patient)
    things = things_at(site, phases, held, interpreted=bool(language))
    # A phase may name somebody else than the provider who is asked for.
    who = (
        None
        if any(phase.role == Role.PROVIDER and phase.named_id for phase in phases)
        else (provider)
    )
    sessions = _sessions(site, from_on, days, who, held)
    found = Stretch(
        site=site,
        grid=grid,
        at=at,
        visit_type=visit_type,
        phases=with_interpreter(phases, things, language),
        things=things,
        sessions=sessions,
        days=every_day,
        opened=remembered.recall(
            held,
            ("opened", site.pk, from_on, days),
            lambda: opened_cells(site, grid, every_day),
        ),
        besides=besides,
        full=working.full_days(sessions, site, every_day, visit_type, at=at, besides=besides),
        memory=held,
        language=language,
        provider_id=provider.pk if provider else None,
    )
    keys = frozenset({*found.everybody, *things.names} | ({provider.pk} if provider else set()))
    found.away = remembered.recall(
        held, ("away", opens, closes, keys), lambda: away_cells(keys, opens, closes, grid)
    )
    found.taken = taken_between(
        keys, *(reach_of(visit_type, phases, wanted) if wanted else (opens, closes))
    )
    for row in filter(found.counts, found.taken):
        cells = grid.touched(row.starts_at, row.ends_at)
        found.busy[row.resource_id] = found.busy.get(row.resource_id, 0) | cells
    return found


def away_cells(
    keys: Collection[UUID], opens: datetime, closes: datetime, grid: Grid
) -> dict[UUID, int]:
    """Return the cells in which each of these is away."""
    found: dict[UUID, int] = {}
    for key, starts_at, ends_at in working.off_between(keys, opens, closes):
        found[key] = found.get(key, 0) | grid.touched(starts_at, ends_at)
    return found


def taken_between(keys: Collection[UUID], opens: datetime, closes: datetime) -> list[Busy]:
    """Return what is taken of these resources between two instants, holds that ran out too."""
    rows = Occupancy.objects.filter(
        resource_id__in=keys,
        is_active=True,
        starts_at__gte=opens - LONGEST,  # so that the index is read from a day before on
        starts_at__lt=closes,
        ends_at__gt=opens,
    )
    columns = ("resource_id", "starts_at", "ends_at", "lane", "pk", "appointment_id", "hold_id")
    return [Busy(*row) for row in rows.values_list(*columns, "hold__expires_at")]


def sessions_of(
    site: Site, from_on: date, days: int, provider: Provider | None = None
) -> list[Session]:
    """Return the sessions that may hold at a site on some of the days, by provider."""
    held = Session.objects.filter(
        Q(until_on=None) | Q(until_on__gt=from_on),
        site=site,
        provider__is_active=True,
        from_on__lt=from_on + timedelta(days=days),
    )
    if provider is not None:
        held = held.filter(provider=provider)
    if days == 1:
        held = held.filter(weekday=from_on.weekday())
    held = held.select_related("provider", "site").prefetch_related("blocks")
    return list(held.order_by("provider__last_name", "pk"))


def _sessions(
    site: Site, from_on: date, days: int, provider: Provider | None, held: Memory | None
) -> list[Session]:
    """Return what `sessions_of` does, from all that a site ever had."""
    every = remembered.recall(
        held,
        ("all sessions", site.pk),
        lambda: sessions_of(site, date(1900, 1, 1), (date.max - date(1900, 1, 1)).days),
    )
    last = from_on + timedelta(days=days)
    return [
        one
        for one in every
        if (one.until_on is None or one.until_on > from_on)
        and one.from_on < last
        and (provider is None or one.provider_id == provider.pk)
        and (days > 1 or one.weekday == from_on.weekday())
    ]


def opened_cells(site: Site, grid: Grid, days: Sequence[date]) -> int:
    """Return the cells in which the site is open: its hours, less what is closed of the days."""
    closed = working.closures_of(site, days)
    hours = list(Hours.objects.filter(site=site, weekday__in={day.weekday() for day in days}))
    found = 0
    for day in days:
        shut = working.cells_closed(closed.get(day, ()), site, grid, day)
        found |= cells_open(site, grid, day, hours) & ~shut
    return found


def cells_open(site: Site, grid: Grid, day: date, hours: Iterable[Hours]) -> int:
    """Return the cells of one day's hours."""
    found = 0
    for one in hours:
        if one.weekday == day.weekday():
            found |= grid.within(at_wall(site, day, one.opens), at_wall(site, day, one.closes))
    return found


def cell_of(grid: Grid | DayGrid, starts_at: datetime) -> int:
    """Return the cell that begins at an instant; raise where none does."""
    cell = grid.cell_of(starts_at)
    if cell is None:
        raise ValueError("No cell begins at this time.")
    return cell
