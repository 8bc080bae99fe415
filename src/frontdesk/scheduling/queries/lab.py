"""The last weeks' demand, and what a template would have made of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from frontdesk.core.clock import at_wall, day_bounds
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import (
    Appointment,
    Replay,
    Session,
    TemplateDraft,
    VisitType,
)
from frontdesk.scheduling.queries.asking import Clear, phases_of, steps_of, things_at, ways_of
from frontdesk.scheduling.queries.calendars import away_cells, opened_cells, taken_between
from frontdesk.scheduling.queries.things import Things
from frontdesk.scheduling.rules.lab import Part, Stint, in_order
from frontdesk.solver import lab as solver
from frontdesk.solver.index import Index
from frontdesk.solver.lab import Kept, Limit, Request
from frontdesk.solver.openings import CELL_MINUTES, Grid
from frontdesk.staff.models import Provider

AHEAD_WEEKS = 8  # beyond the replay, so that its last requests have somewhere to go
SOON = timedelta(days=14)  # booked no longer ahead: as soon as possible was wanted
AROUND = timedelta(days=7)  # planned ahead: so much earlier than the day it had would do too
Status = Appointment.Status


def drafts() -> QuerySet[TemplateDraft]:
    """Return the drafts that were not thrown away, the newest first."""
    held = TemplateDraft.objects.exclude(status=TemplateDraft.Status.DROPPED)
    return held.select_related("site", "provider").order_by("-made_at", "-pk")


def last_replay(draft: TemplateDraft) -> Replay | None:
    """Return the newest replay of a draft."""
    return draft.replays.order_by("-asked_at", "-pk").first()


def present_week(site: Site, on: date, provider: Provider | None = None) -> list[Stint]:
    """Return the usual week of a site as plain values: not what holds for a few days only."""
    held = sessions_from(site, on + timedelta(weeks=1), provider).filter(from_on__lte=on)
    return in_order([stint_of(one) for one in held.prefetch_related("blocks")])


def sessions_from(site: Site, on: date, provider: Provider | None) -> QuerySet[Session]:
    """Return the sessions at a site that hold on or after a day."""
    held = Session.objects.filter(Q(until_on=None) | Q(until_on__gt=on), site=site)
    return held.filter(provider=provider) if provider else held.filter(provider__is_active=True)


def stint_of(session: Session) -> Stint:
    """Return a session as plain values."""
    return Stint(
        provider=str(session.provider_id), weekday=session.weekday,
        starts=f"{session.starts:%H:%M}", ends=f"{session.ends:%H:%M}",
        visit_type_ids=list(session.visit_type_ids), most_visits=session.most_visits,
        most_of_type=dict(session.most_of_type),
        blocks=[
            Part(one.name, f"{one.starts:%H:%M}", f"{one.ends:%H:%M}", list(one.visit_type_ids),
                 one.release_hours, list(one.opens_to_ids))
            for one in session.active_blocks
        ],
    )  # fmt: skip


@dataclass(slots=True)
class World:
    """A site's time, things and demand over the weeks of a replay; the same for every template."""

    site: Site
    first: date
    until: date
    days: list[date]
    grid: Grid
    opened: int
    away: dict[UUID, int]
    busy: dict[UUID, int]  # rooms and things that others take
    kinds: dict[str, VisitType]
    things: dict[str, Things]
    rows: list[Appointment]

    @property
    def weeks(self) -> list[date]:
        """The first day of each week that is played."""
        count = (self.until - self.first).days // 7
        return [self.first + timedelta(weeks=number) for number in range(count)]

    def cell(self, instant: datetime) -> int:
        """Return the cell that an instant is in; below 0 before the first."""
        return int((instant - self.grid.starts_at).total_seconds() // 60 // CELL_MINUTES)

    def span(self, day: date, starts: str, ends: str) -> int:
        """Return the cells between two times of the wall on a day."""
        walls = (time.fromisoformat(starts), time.fromisoformat(ends))
        return self.grid.within(*(at_wall(self.site, day, wall) for wall in walls))


def world_of(replay: Replay) -> World:
    """Load the weeks before a replay's last day: what was open, who was away, who asked."""
    site, provider = replay.draft.site, replay.draft.provider
    first = replay.until_on - timedelta(weeks=replay.weeks)
    count = (replay.weeks + AHEAD_WEEKS) * 7
    days = [first + timedelta(days=number) for number in range(count)]
    opens, _ = day_bounds(site, first)
    _, closes = day_bounds(site, days[-1])
    grid = Grid.between(opens, closes)
    kinds = {str(one.pk): one for one in VisitType.objects.prefetch_related("phases")}
    things = {key: things_at(site, phases_of(kind, None), None) for key, kind in kinds.items()}
    rows = _demand_rows(site, provider, first, replay.until_on, closes)
    keys = {key for one in things.values() for key in one.names}
    people = set(Provider.objects.values_list("pk", flat=True))
    found = World(
        site, first, replay.until_on, days, grid, opened_cells(site, grid, days),
        away_cells(keys | people, opens, closes, grid), {}, kinds, things, rows,
    )  # fmt: skip
    if provider is not None:
        mine = {one.pk for one in rows}
        for row in taken_between(keys, opens, closes):
            if row.appointment_id not in mine:
                cells = grid.touched(row.starts_at, row.ends_at)
                found.busy[row.resource_id] = found.busy.get(row.resource_id, 0) | cells
    return found


def _demand_rows(
    site: Site, provider: Provider | None, first: date, until: date, closes: datetime
) -> list[Appointment]:
    opens, _ = day_bounds(site, first)
    ends, _ = day_bounds(site, until)
    rows = Appointment.objects.filter(
        site=site, starts_at__gte=opens, starts_at__lt=closes, booked_at__lt=ends
    )
    if provider is not None:
        rows = rows.filter(provider=provider)
    return list(
        rows.order_by("booked_at", "pk").only(
            "provider_id", "visit_type_id", "starts_at", "ends_at", "booked_at", "status",
            "cancelled_at", "practice_id",
        )
    )  # fmt: skip


def requests_of(world: World, stints: Sequence[Stint]) -> list[Request]:
    """Return what was asked for, in the order in which it was asked.

    Whoever booked at most two weeks ahead wanted the next time; whoever booked further ahead
    wanted about that day, and a week before it would have done. The own provider is preferred;
    another at the site does where the template has several.
    """
    here = [UUID(who) for who in dict.fromkeys(one.provider for one in stints)]
    found = []
    for row in world.rows:
        kind, mine = world.kinds[str(row.visit_type_id)], row.provider_id
        asked = world.cell(row.booked_at)
        earliest = asked + kind.notice_hours * 60 // CELL_MINUTES
        if row.starts_at - row.booked_at > SOON:
            earliest = max(earliest, world.cell(row.starts_at - AROUND))
        back = row.cancelled_at if row.status == Status.CANCELLED else None
        found.append(
            Request(
                asked, earliest, str(kind.pk),
                (mine, *(one for one in here if one != mine)),
                None if back is None else max(world.cell(back), asked), str(row.pk),
            )
        )  # fmt: skip
    return found


def template_of(world: World, stints: Sequence[Stint]) -> tuple[Index, solver.Template]:
    """Return what is free under a template, and what it lets be booked."""
    index = Index()
    worked: defaultdict[str, int] = defaultdict(int)
    for stint in stints:
        for day in filter(stint.holds_on, world.days):
            worked[stint.provider] |= world.span(day, stint.starts, stint.ends)
    for who, cells in worked.items():
        index.put(UUID(who), cells & world.opened & ~world.away.get(UUID(who), 0))
        index.put(Clear(UUID(who)), world.grid.whole)
    for thing in {key for things in world.things.values() for key in things.names}:
        gone = world.away.get(thing, 0) | world.busy.get(thing, 0)
        index.put(thing, world.opened & ~gone)
    template = solver.Template({}, {}, clear=lambda who: Clear(UUID(str(who))))
    for key, kind in world.kinds.items():
        for who in worked:
            _add_pair(world, template, stints, kind, key, who)
    template.limits = _limits(world, stints)
    return index, template


def _add_pair(
    world: World,
    template: solver.Template,
    stints: Sequence[Stint],
    kind: VisitType,
    key: str,
    who: str,
) -> None:
    takes, kept = 0, []
    for stint in (one for one in stints if one.provider == who):
        is_for = not stint.visit_type_ids or key in stint.visit_type_ids
        for day in filter(stint.holds_on, world.days):
            takes |= world.span(day, stint.starts, stint.ends) if is_for else 0
            for part in stint.blocks:
                cells = world.span(day, part.starts, part.ends)
                takes |= cells if key in part.visit_type_ids or _opens_to(part, key, is_for) else 0
                if key not in part.visit_type_ids:
                    kept.append(Kept(cells, _opens(world, part, key, day)))
    if not takes:
        return
    pair = (key, UUID(who))
    phases = phases_of(kind, None)
    steps = steps_of(kind, phases, world.things[key], UUID(who), None, "")
    template.open[pair] = takes
    template.ways[pair] = ways_of(kind, phases, steps, UUID(who))
    template.kept[pair] = kept


def _opens_to(part: Part, key: str, is_for: bool) -> bool:
    if part.release_hours is None:
        return False
    return key in part.opens_to_ids if part.opens_to_ids else is_for


def _opens(world: World, part: Part, key: str, day: date) -> int | None:
    """Return from which cell on the part may be booked for this type; None: never."""
    if part.release_hours is None or (part.opens_to_ids and key not in part.opens_to_ids):
        return None
    begins = at_wall(world.site, day, time.fromisoformat(part.starts))
    return world.cell(begins.astimezone(UTC) - timedelta(hours=part.release_hours))


def _limits(world: World, stints: Sequence[Stint]) -> list[Limit]:
    found = []
    for stint in stints:
        mosts: list[tuple[str | None, int]] = list(stint.most_of_type.items())
        if stint.most_visits is not None:
            mosts.append((None, stint.most_visits))
        for kind, most in mosts:
            found += [
                Limit(UUID(stint.provider), world.span(day, stint.starts, stint.ends), most, kind)
                for day in filter(stint.holds_on, world.days)
            ]
    return found
