"""The figures of the money as they were counted, day by day: added up over any time and part."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q

from frontdesk.core.kept import newest, number_of, touched
from frontdesk.core.money import ZERO
from frontdesk.core.scoping import current_practice_id
from frontdesk.coverage.models import Payer
from frontdesk.ledger.models import Posting
from frontdesk.practice.models import Site
from frontdesk.reports.models import KpiDay, KpiTerms
from frontdesk.reports.queries.kpi_cells import NOWHERE, Cell, day_of, the_place
from frontdesk.reports.queries.kpi_stock import Level
from frontdesk.reports.rules.kpis import (
    CHARGES,
    HOUR_RATE,
    MEASURES,
    MINUTES,
    YEAR,
    Measure,
    Tally,
    Terms,
    is_met,
    together,
)
from frontdesk.staff.models import Provider

Flows = dict[str, dict[Cell, Tally]]  # by figure and cell
MOST_MONTHS = 60  # whose sums a process keeps
BY = ("site", "provider", "payer")
NOBODY = {"site": "No site", "provider": "No provider", "payer": "Patients themselves"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure over a time, or at the end of a day, beside its goal."""

    measure: Measure
    tally: Tally
    goal: Decimal | None

    @property
    def value(self) -> Decimal | None:
        """The figure: a share from 0 to 1, days, or dollars."""
        return self.tally.value(self.measure)

    @property
    def is_met(self) -> bool | None:
        """Whether it reaches its goal."""
        return is_met(self.measure, self.value, self.goal)


@dataclass
class Counted:
    """The days that were counted within some time."""

    flows: dict[date, Flows] = field(default_factory=dict)
    stock: dict[date, tuple[dict[Cell, Level], int]] = field(default_factory=dict)

    def tally(
        self,
        measure: Measure,
        first: date,
        last: date,
        wanted: Cell = NOWHERE,
        *,
        exactly: str = "",
    ) -> Tally:
        """Return a figure's parts over some days; of a stock, at the end of the last of them.

        None in `wanted` asks for any, but for the part named by `exactly`: there it asks for
        what has none.
        """
        place = BY.index(exactly) if exactly else -1

        def fits(cell: Cell) -> bool:
            return cell.fits(wanted) and (place < 0 or cell[place] == wanted[place])

        if measure.is_stock:
            cells, known = self.stock.get(last, ({}, 0))
            return _level(measure, (level for cell, level in cells.items() if fits(cell)), known)
        return together(
            tally
            for on, told in self.flows.items()
            if first <= on <= last
            for cell, tally in told.get(measure.key, {}).items()
            if fits(cell)
        )

    def cells(self, measure: Measure, first: date, last: date) -> list[tuple[Cell, Tally]]:
        """Return a figure's parts for each cell in which something counts."""
        if measure.is_stock:
            levels, known = self.stock.get(last, ({}, 0))
            found = {cell: _level(measure, [level], known) for cell, level in levels.items()}
        else:
            found = {}
            for on, told in self.flows.items():
                if first <= on <= last:
                    for cell, tally in told.get(measure.key, {}).items():
                        found.setdefault(cell, Tally()).add(tally)
        return sorted(found.items(), key=lambda pair: pair[0].key)

    def parts(
        self, measure: Measure, first: date, last: date, by: str, wanted: Cell = NOWHERE
    ) -> dict[UUID | None, Tally]:
        """Return a figure's parts for each site, provider or payer that has any."""
        place = BY.index(by)
        keys = {
            cell[place] for cell, _tally in self.cells(measure, first, last) if cell.fits(wanted)
        }
        return {
            key: self.tally(measure, first, last, wanted._replace(**{by: key}), exactly=by)
            for key in keys
        }


def terms() -> Terms:
    """Return what the office has set, or what is usual."""
    said = KpiTerms.objects.order_by("-said_at", "-pk").first()
    goals = {key: one.goal for key, one in MEASURES.items()}
    if said is None:
        return Terms(HOUR_RATE, dict(MINUTES), goals)
    aimed = {key: Decimal(goal) if goal else None for key, goal in said.goals.items()}
    return Terms(said.hour_rate, {**MINUTES, **said.minutes}, {**goals, **aimed})


def last_counted(until: date | None = None) -> KpiDay | None:
    """Return the newest day that was counted, up to a day."""
    days = KpiDay.objects.filter(is_current=True).defer("flows", "stock")
    if until is not None:
        days = days.filter(on__lte=until)
    return days.order_by("-on").first()


def counted(
    first: date, last: date, stocks: Iterable[date], measure: Measure | None = None
) -> Counted:
    """Read what was counted between two days, and what was owed at the end of some.

    Of one figure only its own part of the days is read: a tenth of them.
    """
    days = KpiDay.objects.filter(is_current=True)
    found = Counted()
    within = days.filter(on__gte=first, on__lte=last)
    if measure is None:
        for on, flows in within.values_list("on", "flows"):
            found.flows[on] = read_flows(flows)
    elif not measure.is_stock:
        for on, cells in within.values_list("on", f"flows__{measure.key}"):
            found.flows[on] = read_flows({measure.key: cells or {}})
        return found
    found.stock = _stock_at(stocks)
    return found


def _stock_at(ends: Iterable[date]) -> dict[date, tuple[dict[Cell, Level], int]]:
    days = KpiDay.objects.filter(is_current=True, on__in=sorted(set(ends)))
    return {
        on: ({Cell.from_key(key): Level.from_json(kept) for key, kept in stock.items()}, known)
        for on, stock, known in days.values_list("on", "stock", "days_known")
    }


def counted_by_month(first: date, months: Sequence[tuple[date, date]]) -> Counted:
    """Read the same from a day on, for months up to the last day, with what was owed at their ends.

    A month that lies wholly in the time or wholly before it stands there as one day, its last: it
    is added up once and kept until figures are counted again.
    """
    whole = [month for month in months if not month[0] < first <= month[1]]
    kept = _months_kept()
    missing = [month for month in whole if month not in kept]
    apart = [month for month in months if month not in whole]
    if first < months[0][0]:
        apart.append((first, months[0][0] - timedelta(days=1)))
    found = Counted()
    sums: dict[tuple[date, date], Flows] = {month: {} for month in missing}
    for on, flows in _days_of([*missing, *apart]):
        month = next((one for one in missing if one[0] <= on <= one[1]), None)
        if month is None:
            found.flows[on] = flows
        else:
            _add(sums[month], flows)
    kept |= sums
    found.flows |= {month[1]: kept[month] for month in whole}
    found.stock = _stock_at(ends for _begins, ends in months)
    return found


def _days_of(times: Sequence[tuple[date, date]]) -> Iterator[tuple[date, Flows]]:
    if times:
        within = reduce(or_, (Q(on__gte=begins, on__lte=ends) for begins, ends in times))
        days = KpiDay.objects.filter(within, is_current=True)
        for on, flows in days.values_list("on", "flows").iterator(chunk_size=100):
            yield on, read_flows(flows)


def _add(sums: Flows, flows: Flows) -> None:
    for key, cells in flows.items():
        mine = sums.setdefault(key, {})
        for cell, tally in cells.items():
            mine.setdefault(cell, Tally()).add(tally)


def _months_kept() -> dict[tuple[date, date], Flows]:
    """Return the sums of months as far as this process has made them: to be added to."""
    practice_id = current_practice_id()
    state = touched(practice_id, number_of(practice_id), ["reports"])
    kept: dict[tuple[date, date], Flows] = newest(("figures of months", practice_id), state, dict)
    if len(kept) > MOST_MONTHS:
        kept.clear()
    return kept


def read_flows(kept: dict[str, dict[str, list[Any]]]) -> Flows:
    """Return the flows of a day as they were kept."""
    return {
        key: {Cell.from_key(cell): Tally.from_json(told) for cell, told in cells.items()}
        for key, cells in kept.items()
    }


def figures(found: Counted, first: date, last: date, aim: Terms, wanted: Cell) -> list[Figure]:
    """Return every figure over a time, in the order of the house."""
    return [
        Figure(one, found.tally(one, first, last, wanted), aim.goals.get(key))
        for key, one in MEASURES.items()
    ]


def restated(first: date, last: date) -> list[KpiDay]:
    """Return the days of some time that were counted again, the newest first."""
    days = KpiDay.objects.filter(on__gte=first, on__lte=last, is_current=True, revision__gt=1)
    return list(days.defer("flows", "stock").order_by("-on"))


def days_to_count(until: date) -> tuple[date, date] | None:
    """Return the first day that is not counted for good, and the last to count; or nothing.

    It begins with the first posting of the books.
    """
    place = the_place()
    if place is None:
        return None
    done = KpiDay.objects.filter(is_current=True, is_over=True).order_by("-on").first()
    if done is not None:
        first = done.on + timedelta(days=1)
    else:
        begun = Posting.objects.order_by("posted_at").values_list("posted_at", flat=True).first()
        if begun is None:
            return None
        first = day_of(place, begun)
    return (first, until) if first <= until else None


def charges_before(first: date) -> dict[date, dict[Cell, Decimal]]:
    """Return the charges of each day of the year before a day, by cell, as they were counted."""
    begins = first - timedelta(days=YEAR)
    days = KpiDay.objects.filter(is_current=True, on__gte=begins, on__lt=first)
    told = days.values_list("on", f"flows__{CHARGES}")
    return {
        on: {Cell.from_key(key): Decimal(kept[0]) for key, kept in (charges or {}).items()}
        for on, charges in told
    }


def names_of(by: str) -> dict[UUID | None, str]:
    """Return the names of all sites, providers or payers, by their keys."""
    found: dict[UUID | None, str] = {None: NOBODY[by]}
    if by == "provider":
        return found | {one.pk: one.full_name for one in Provider.objects.all()}
    kept: Any = Site if by == "site" else Payer
    return found | dict(kept.objects.values_list("pk", "name"))


def months_until(last: date, count: int) -> list[tuple[date, date]]:
    """Return so many months with their first and last days; the newest ends with that day."""
    found: list[tuple[date, date]] = []
    end = last
    for _ in range(count):
        found.append((end.replace(day=1), end))
        end = end.replace(day=1) - timedelta(days=1)
    return found[::-1]


def _level(measure: Measure, levels: Iterable[Level], days_known: int) -> Tally:
    all_of_them = Level()
    for one in levels:
        all_of_them.add(one)
    if measure.key == "over_90":
        return Tally(all_of_them.old, all_of_them.owed)
    owed = all_of_them.owed - all_of_them.credit
    return Tally(owed, all_of_them.charges / days_known if days_known else ZERO)


def of_months(
    found: Counted, measure: Measure, months: Sequence[tuple[date, date]], wanted: Cell
) -> list[Tally]:
    """Return a figure's parts of each month."""
    return [found.tally(measure, first, last, wanted) for first, last in months]
