"""What a template would have made of the last weeks' demand: access, fill, waits, overtime."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from statistics import mean, median
from typing import Any
from uuid import UUID

from frontdesk.core.clock import at_wall, day_bounds, local
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, Pace
from frontdesk.scheduling.queries.lab import AHEAD_WEEKS, World, requests_of, template_of
from frontdesk.scheduling.rules.lab import Stint
from frontdesk.solver import flow_sim
from frontdesk.solver import lab as solver
from frontdesk.solver.flow_sim import Promise
from frontdesk.solver.lab import Given, Played, Request
from frontdesk.solver.openings import CELL_MINUTES

LOOKED_AT = time(8)
KINDS_SHOWN = 3
TIMES = 3  # each day is played so often, for waits and overtime
Status = Appointment.Status
CELLS_OF_A_DAY = 24 * 60 // CELL_MINUTES


def play(
    world: World,
    stints: Sequence[Stint],
    mix: Mapping[str, int],
    tell: Callable[[float], None] = lambda _share: None,
) -> dict[str, Any]:
    """Play the demand against a template; return its figures week by week, as plain values."""
    index, template = template_of(world, stints)
    offered = {key: cells for key, cells in index.free.items() if isinstance(key, UUID)}
    asked = solver.demand(requests_of(world, stints), mix)
    kinds = _busiest(asked)
    people = [UUID(one) for one in dict.fromkeys(stint.provider for stint in stints)]
    looks = [
        world.cell(at_wall(world.site, day, LOOKED_AT))
        for day in world.days
        if world.first <= day < world.until and world.opened & world.span(day, "00:00", "23:55")
    ]
    pairs = [(kind, who) for kind in kinds for who in people]
    played = solver.play(index, template, asked, looks, pairs, tell)
    return _outcome(world, stints, played, offered, kinds)


def _outcome(
    world: World,
    stints: Sequence[Stint],
    played: Played,
    offered: Mapping[UUID, int],
    kinds: Sequence[str],
) -> dict[str, Any]:
    people = {UUID(stint.provider) for stint in stints}
    by_week: defaultdict[date, list[Given]] = defaultdict(list)
    for one in played.stood:
        by_week[_monday(world, one.cell)].append(one)
    weeks = []
    flow = _flow(world, stints, played)
    for week in world.weeks:
        mine = by_week.get(week, [])
        cells = _between(world, week)
        open_cells = sum((offered.get(who, 0) & cells).bit_count() for who in people)
        seen = [one for one in mine if one.request.asked >= 0]
        weeks.append({
            "week": week.isoformat(),
            "third_next": {kind: _third(world, played, week, kind) for kind in kinds},
            "fill": sum(one.cells for one in mine) / open_cells if open_cells else None,
            "visits": len(mine),
            "days_waited": median([_days_waited(one) for one in seen]) if seen else None,
            "overtime": flow[week][0], "wait": flow[week][1],
        })  # fmt: skip
    turned = [one for one in played.turned_away if one.asked >= 0 and one.cancelled is None]
    return {
        "weeks": weeks,
        "kinds": {kind: world.kinds[kind].name for kind in kinds},
        "asked": sum(one.request.asked >= 0 for one in played.given),
        "turned_away": len(turned),
        "offered_hours": round(_hours(world, offered, people), 1),
    }


def _third(world: World, played: Played, week: date, kind: str) -> float | None:
    """Return the mean days until the third next time, over days and providers of a week.

    Where there is none in sight, it is as far away as is looked.
    """
    farthest = AHEAD_WEEKS * 7.0
    days = [
        farthest if one.away is None else min(one.away / CELLS_OF_A_DAY, farthest)
        for one in played.thirds
        if one.pair[0] == kind and _monday(world, one.at) == week
    ]
    return round(mean(days), 2) if days else None


def _flow(
    world: World, stints: Sequence[Stint], played: Played
) -> dict[date, tuple[float | None, float | None]]:
    """Return overtime a day and wait of a patient, in minutes, week by week."""
    missed = {str(row.pk) for row in world.rows if row.status == Status.NO_SHOW}
    people = {who: number for number, who in enumerate({UUID(s.provider) for s in stints})}
    days: defaultdict[date, list[Promise]] = defaultdict(list)
    for one in played.stood:
        at = local(world.site, world.grid.at(one.cell))
        kind = world.kinds[str(one.request.kind)]
        shows = 0.0 if one.request.key in missed else 1.0
        minute = at.hour * 60 + at.minute
        days[at.date()].append(
            Promise(minute, people.get(UUID(str(one.provider)), 0), kind.minutes, shows)
        )
    office = _office(world.site, len(people))
    found: dict[date, tuple[float | None, float | None]] = {}
    for week in world.weeks:
        played_days = [
            (promises, *_hours_of(stints, people, day))
            for day, promises in sorted(days.items())
            if week <= day < week + timedelta(weeks=1)
        ]
        if played_days:
            overtime, wait = flow_sim.overtime_and_wait(played_days, office, times=TIMES)
            found[week] = (round(overtime, 1), round(wait, 1))
        else:
            found[week] = (None, None)
    return found


def _hours_of(
    stints: Iterable[Stint], people: Mapping[UUID, int], day: date
) -> tuple[dict[int, float], dict[int, float]]:
    begins: dict[int, float] = {}
    until: dict[int, float] = {}
    for stint in stints:
        if stint.holds_on(day):
            who = people[UUID(stint.provider)]
            starts = stint.opens.hour * 60 + stint.opens.minute
            begins[who] = min(begins.get(who, starts), starts)
            ends = stint.closes.hour * 60 + stint.closes.minute
            until[who] = max(until.get(who, ends), ends)
    return begins, until


def _office(site: Site, providers: int) -> flow_sim.Office:
    """Return who serves at a site, and how long things take there: as learned, else as usual."""
    pace = Pace.objects.filter(site=site).first()
    stages = {**flow_sim.USUAL, **(pace.stages if pace else {})}
    return flow_sim.Office(desk=2, assistants=max(providers, 1), labs=1, stages=stages)


def _busiest(asked: Sequence[Request]) -> list[str]:
    counts: defaultdict[str, int] = defaultdict(int)
    for one in asked:
        counts[str(one.kind)] += 1
    return sorted(counts, key=lambda key: -counts[key])[:KINDS_SHOWN]


def _monday(world: World, cell: int) -> date:
    """Return the first day of the week of the replay that a cell is in."""
    day = local(world.site, world.grid.at(cell)).date()
    return day - timedelta(days=(day - world.first).days % 7)


def _between(world: World, week: date) -> int:
    opens, _ = day_bounds(world.site, week)
    closes, _ = day_bounds(world.site, week + timedelta(weeks=1))
    return world.grid.within(opens, closes)


def _hours(world: World, offered: Mapping[UUID, int], people: Iterable[UUID]) -> float:
    opens, _ = day_bounds(world.site, world.first)
    closes, _ = day_bounds(world.site, world.until)
    cells = world.grid.within(opens, closes)
    total = sum((offered.get(who, 0) & cells).bit_count() for who in people)
    return total * CELL_MINUTES / 60 / max(len(world.weeks), 1)


def _days_waited(one: Given) -> float:
    return round((one.cell - one.request.asked) / CELLS_OF_A_DAY, 2)
