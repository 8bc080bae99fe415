"""When everything of a site is free: computed from what is known, never stored."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, Self
from uuid import UUID

from django.db.models import Q

from frontdesk.core.clock import at_wall, day_bounds
from frontdesk.practice.models import Device, Hours, Room, Site
from frontdesk.scheduling.models import Occupancy, Phase, Session, VisitType
from frontdesk.scheduling.queries import working
from frontdesk.scheduling.rules.time import LONGEST
from frontdesk.solver import openings as solver
from frontdesk.solver.openings import CELL_MINUTES, Grid, Need
from frontdesk.staff.models import Member, Provider

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


class Place(NamedTuple):
    """One resource that a visit takes, and for how long."""

    role: str
    resource_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Things:
    """What a site has besides providers, the preferred first."""

    rooms: Sequence[Room] = ()
    devices: Sequence[Device] = ()
    assistants: Sequence[Member] = ()

    @classmethod
    def at(cls, site: Site, phases: Iterable[Phase]) -> Self:
        """Load what these phases may ask for."""
        roles = {phase.role for phase in phases}
        return cls(
            rooms=rooms_of(site) if Role.ROOM in roles else (),
            devices=list(Device.objects.filter(site=site, is_active=True).order_by("name"))
            if Role.DEVICE in roles
            else (),
            assistants=assistants_of(site) if Role.ASSISTANT in roles else (),
        )

    def for_phase(self, phase: Phase) -> tuple[UUID, ...]:
        """Return the keys of what would do for a phase."""
        if phase.role == Role.ROOM:
            return tuple(r.pk for r in self.rooms if phase.kind in ("", r.kind))
        if phase.role == Role.DEVICE:
            return tuple(d.pk for d in self.devices if phase.kind in ("", d.kind))
        return tuple(member.pk for member in self.assistants)

    @property
    def names(self) -> dict[UUID, str]:
        """What each is called."""
        several: list[Sequence[Room | Device | Member]] = [
            self.rooms,
            self.devices,
            self.assistants,
        ]
        return {thing.pk: thing.name for things in several for thing in things}


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

    @property
    def providers(self) -> dict[UUID, Provider]:
        """Whoever sees patients here in these days, by key."""
        return {session.provider_id: session.provider for session in self.sessions}

    def worked(self, provider_id: UUID, *, of_type: bool = True) -> int:
        """Return the cells of a provider's sessions, of those for this visit type alone.

        Blocks and limits of a session count as parts that are for other visits.
        """
        found = 0
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

    def free(self, provider_id: UUID) -> dict[UUID, int]:
        """Return what is free of the provider and of everything the site has."""
        mine = self.worked(provider_id) & self.opened & ~self._gone(provider_id)
        return {**self.others, provider_id: mine}

    @property
    def others(self) -> dict[UUID, int]:
        """Return what is free of rooms, devices and assistants: the site's hours, less the rest."""
        return {key: self.opened & ~self._gone(key) for key in self.things.names}

    def needs(self, provider_id: UUID, *, room_id: UUID | None = None) -> list[Need]:
        """Return what the visit type needs, phase by phase; with a room, only that one."""
        return [
            Need(
                self._choices(phase, provider_id, room_id),
                _cells(phase.starts_after),
                _cells(phase.minutes),
            )
            for phase in self.phases
        ]

    def starts(self, provider_id: UUID) -> int:
        """Return the cells at which a visit with the provider can begin."""
        return solver.starts(self.free(provider_id), self.needs(provider_id))

    def places(self, starts_at: datetime, given: Sequence[UUID]) -> list[Place]:
        """Return the spans that a visit takes when its phases are given these resources."""
        pairs = zip(self.phases, given, strict=True)
        return [self.place(phase, resource_id, starts_at) for phase, resource_id in pairs]

    def place(self, phase: Phase, resource_id: UUID, starts_at: datetime) -> Place:
        """Return the span that one phase takes of a resource."""
        begins = starts_at.astimezone(UTC) + timedelta(minutes=phase.starts_after)
        return Place(phase.role, resource_id, begins, begins + timedelta(minutes=phase.minutes))

    def name_of(self, resource_id: UUID) -> str:
        """What a resource is called in the office."""
        if resource_id in self.providers:
            return self.providers[resource_id].short_name
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

    def _choices(self, phase: Phase, provider_id: UUID, room_id: UUID | None) -> tuple[UUID, ...]:
        if phase.role == Role.PROVIDER:
            return (provider_id,)
        if phase.role == Role.ROOM and room_id is not None:
            return (room_id,)
        return self.things.for_phase(phase)


def stretch(
    visit_type: VisitType,
    site: Site,
    *,
    from_on: date,
    days: int,
    at: datetime,
    provider: Provider | None = None,
    besides: Collection[UUID] = (),
) -> Stretch:
    """Load what decides when a visit of this type can be had at a site, from a day on.

    `at` is the present: holds that ran out by then don't count. `besides` are appointments and
    holds whose own time counts as free: that of the visit being moved, of the hold being booked.
    """
    opens, _ = day_bounds(site, from_on)
    closes, _ = day_bounds(site, from_on + timedelta(days=days))
    grid = Grid.between(opens, closes)
    every_day = [from_on + timedelta(days=n) for n in range(days)]
    phases = visit_type.active_phases
    things = Things.at(site, phases)
    sessions = sessions_of(site, from_on, days, provider)
    found = Stretch(
        site=site,
        grid=grid,
        at=at,
        visit_type=visit_type,
        phases=phases,
        things=things,
        sessions=sessions,
        days=every_day,
        opened=opened_cells(site, grid, every_day),
        besides=besides,
        full=working.full_days(sessions, site, every_day, visit_type, at=at, besides=besides),
    )
    keys = {*found.providers, *things.names} | ({provider.pk} if provider else set())
    for resource_id, starts_at, ends_at in working.off_between(keys, opens, closes):
        found.away[resource_id] = found.away.get(resource_id, 0) | grid.touched(starts_at, ends_at)
    found.taken = taken_between(keys, opens, closes)
    for row in filter(found.counts, found.taken):
        cells = grid.touched(row.starts_at, row.ends_at)
        found.busy[row.resource_id] = found.busy.get(row.resource_id, 0) | cells
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


def rooms_of(site: Site) -> list[Room]:
    """Return the rooms of a site, exam rooms first, so that special ones stay free for longest."""
    rooms = Room.objects.filter(site=site, is_active=True).order_by("name")
    return sorted(rooms, key=lambda room: room.kind != Room.Kind.EXAM)


def assistants_of(site: Site) -> list[Member]:
    """Return the medical assistants who work at a site."""
    members = Member.objects.filter(is_active=True).order_by("name")
    here = (m for m in members if not m.site_ids or str(site.pk) in m.site_ids)
    return [member for member in here if "assistant" in member.roles]


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


def _cells(minutes: int) -> int:
    return -(-minutes // CELL_MINUTES)
