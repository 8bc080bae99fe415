"""Count the figures of the money for the days that are over, count them again, set their terms."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Practice, Site
from frontdesk.reports.models import KpiDay, KpiTerms
from frontdesk.reports.queries import kpis as queries
from frontdesk.reports.queries.kpi_cells import Cell, day_of, the_place
from frontdesk.reports.queries.kpi_facts import facts
from frontdesk.reports.queries.kpi_stock import levels
from frontdesk.reports.rules.kpis import CHARGES, MEASURES, MINUTES, Tally, Terms

AT_ONCE = 92  # days in one transaction
Flows = dict[date, dict[str, dict[Cell, Tally]]]


@operation("billing.reports")
def count_days(*, at: datetime, by: Actor) -> int:
    """Count the days that are not counted yet, the oldest first; return how many.

    At most a quarter of a year at a time: call it until it returns nothing. The present day is
    counted as it stands and again later; a day that is over is counted once and then stays.
    """
    place = the_place()
    if place is None:
        return 0
    _hold(by)
    today = day_of(place, at)
    wanted = queries.days_to_count(today)
    if wanted is None:
        return 0
    first, last = wanted[0], min(wanted[1], wanted[0] + timedelta(days=AT_ONCE - 1))
    standing = {one.on: one for one in KpiDay.objects.filter(on__gte=first, is_current=True)}
    made = _counted(place, first, last, at, by)
    for one in made:
        one.is_over = one.on < today
        _take_over(standing.get(one.on), one)
    return len([one for one in made if one.is_over])


@operation("billing.reports", always_ask=True)
def recount_days(first: date, *, because: str, said_by: str, at: datetime, by: Actor) -> int:
    """Count the days from one on again; return how many came out different.

    What was told before is kept beside it, and the new count says why and by whom.
    """
    if not because.strip():
        raise Refused("Say why the figures are counted again.")
    place = the_place()
    if place is None:
        return 0
    _hold(by)
    days = KpiDay.objects.filter(is_current=True, is_over=True, on__gte=first).order_by("on")
    standing = {one.on: one for one in days}
    if not standing:
        return 0
    changed = 0
    for one in _counted(place, min(standing), max(standing), at, by):
        former = standing[one.on]
        if (former.flows, former.stock) == (one.flows, one.stock):
            continue
        former.is_current = False
        former.save()
        one.is_over, one.revision = True, former.revision + 1
        one.because, one.by_name = because.strip(), said_by
        one.save()
        changed += 1
    return changed


@operation("billing.reports", always_ask=True)
def set_terms(
    *, hour_rate: Decimal, minutes: Mapping[str, int], goals: Mapping[str, Decimal | None],
    at: datetime, by: Actor,
) -> KpiTerms:  # fmt: skip
    """Set what an hour of rework costs and what the office aims at, from today's count on."""
    if hour_rate <= 0:
        raise Refused("An hour costs more than nothing.")
    said = KpiTerms(
        hour_rate=hour_rate,
        minutes={kind: int(minutes.get(kind, usual)) for kind, usual in MINUTES.items()},
        goals={key: _plain(goals.get(key)) for key in MEASURES},
        said_at=at,
        said_by=by.name,
    )
    said.save()
    return said


@operation("billing.reports", always_ask=True)
def export_kpis(*, by: Actor) -> None:
    """Remember that figures of the money, or the rows behind them, left the house as a file."""


def _plain(goal: Decimal | None) -> str:
    return "" if goal is None else str(goal)


def _hold(by: Actor) -> None:
    """Let nobody else count this practice's days meanwhile."""
    Practice.objects.select_for_update().get(pk=by.practice_id)


def _counted(place: Site, first: date, last: date, at: datetime, by: Actor) -> list[KpiDay]:
    flows = _flows(place, first, last, queries.terms())
    charges = queries.charges_before(first)
    for on, told in flows.items():
        charges[on] = {cell: one.counted for cell, one in told.get(CHARGES, {}).items()}
    return [
        KpiDay(
            on=on,
            taken_at=at,
            by_name=by.name,
            flows=_plain_flows(flows.get(on, {})),
            stock={cell.key: level.as_json() for cell, level in sorted_cells(cells)},
            days_known=known,
        )
        for on, cells, known in levels(place, first, last, charges)
    ]


def _flows(place: Site, first: date, last: date, aim: Terms) -> Flows:
    found: Flows = defaultdict(lambda: defaultdict(lambda: defaultdict(Tally)))
    for fact in facts(place, first, last, aim):
        tally = found[fact.on][fact.measure][fact.cell]
        tally.counted += fact.counted
        tally.of += fact.of
        if fact.lag is not None:
            tally.lags[fact.lag] += 1
    return found


def _plain_flows(told: Mapping[str, Mapping[Cell, Tally]]) -> dict[str, dict[str, list[Any]]]:
    return {
        measure: {cell.key: tally.as_json() for cell, tally in sorted_cells(cells)}
        for measure, cells in sorted(told.items())
    }


def sorted_cells(cells: Mapping[Cell, Any]) -> list[tuple[Cell, Any]]:
    """Return cells in a fixed order, so that the same count is kept in the same words."""
    return sorted(cells.items(), key=lambda pair: pair[0].key)


def _take_over(standing: KpiDay | None, new: KpiDay) -> None:
    """Save what was counted in the place of what stood for the day while it went on."""
    if standing is None:
        new.save()
        return
    standing.flows, standing.stock, standing.days_known = new.flows, new.stock, new.days_known
    standing.is_over, standing.taken_at = new.is_over, new.taken_at
    standing.save()
