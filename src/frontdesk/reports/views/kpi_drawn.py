"""Figures of the money as lines of a table and as charts, each with the way to its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from frontdesk.reports.forms.kpis import Shown
from frontdesk.reports.queries import kpi_rows, kpis
from frontdesk.reports.queries.kpi_cells import Cell
from frontdesk.reports.queries.kpis import Counted, Figure
from frontdesk.reports.rules.kpis import DAYS, MEASURES, SHARE, Measure, Tally, Terms
from frontdesk.ui import charts

MAIN = ("net_collection", "days_in_ar", "initial_denial", "clean_claim", "copay", "charge_lag")
SHOWN = 12  # names in a drawing
Time = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure as a line of the table: its value, goal, parts, months, and where they lead."""

    figure: Figure
    value: str
    goal: str
    counted: str
    of: str
    months: list[Tally]
    rows_url: str
    url: str
    spark: Any

    @property
    def measure(self) -> Measure:
        """What it is."""
        return self.figure.measure

    @property
    def tone(self) -> str:
        """Green where the goal is reached, amber where not."""
        met = self.figure.is_met
        return "" if met is None else "green" if met else "amber"


def query_of(form: Shown, first: date, last: date) -> str:
    """Return what is asked for, as part of an address."""
    said = {by: form.said(by, "") for by in kpis.BY}
    asked = {"first": first.isoformat(), "last": last.isoformat(), **said}
    return urlencode({name: value for name, value in asked.items() if value})


def all_lines(
    found: Counted, time: Time, months: Sequence[Time], aim: Terms, wanted: Cell
) -> list[Line]:
    """Return every figure as a line."""
    return [line_of(one, found, time, months, aim, wanted) for one in MEASURES.values()]


def line_of(
    measure: Measure, found: Counted, time: Time, months: Sequence[Time], aim: Terms, wanted: Cell
) -> Line:
    """Return one figure as a line."""
    first, last = time
    goal = aim.goals.get(measure.key)
    one = Figure(measure, found.tally(measure, first, last, wanted), goal)
    went = kpis.of_months(found, measure, months, wanted)
    values = [_number(tally.value(measure)) for tally in went]
    asked = _asked(measure, first, last, wanted)
    return Line(
        figure=one, value=measure.write(one.value), goal=_goal(measure, goal),
        counted=measure.part(one.tally.counted, upper=True),
        of=measure.part(one.tally.of, upper=False), months=went,
        rows_url=f"{reverse('reports:kpi_rows')}?{asked}",
        url=f"{reverse('reports:kpi')}?{asked}",
        spark=charts.sparkline(values, _("%(name)s over twelve months") % {"name": measure.name}),
    )  # fmt: skip


def main_charts(lines: Sequence[Line], months: Sequence[Time]) -> list[Any]:
    """Return the charts of the figures that are looked at most."""
    by_key = {line.measure.key: line for line in lines}
    return [month_chart(by_key[key], months) for key in MAIN]


def charts_of(line: Line, parts: Sequence[dict[str, Any]], months: Sequence[Time], by: str) -> Any:
    """Return a figure's charts: its months, and its parts."""
    shown = parts[:SHOWN]
    words = {"site": _("By site"), "provider": _("By provider"), "payer": _("By payer")}
    series = charts.Series(
        line.measure.name, [_number(one["value"]) for one in shown], [one["url"] for one in shown]
    )
    ranked = charts.ranked(
        words[by], [one["name"] for one in shown], [series], unit=_unit(line.measure)
    )
    return [month_chart(line, months), ranked]


def month_chart(line: Line, months: Sequence[Time]) -> Any:
    """Return a figure by month with its goal; each month opens its rows."""
    measure = line.measure
    values = [_number(tally.value(measure)) for tally in line.months]
    rows = reverse("reports:kpi_rows")
    wanted = line.rows_url.partition("?")[2]
    urls = [f"{rows}?{_over(wanted, first, last)}" for first, last in months]
    return charts.lines(
        measure.name, [f"{first:%b %y}" for first, _last in months],
        [charts.Series(measure.name, values, urls)], unit=_unit(measure), head=_("Month"),
        goal=_number(line.figure.goal), key=f"kpi-{measure.key}",
    )  # fmt: skip


def parts(
    measure: Measure, found: Counted, time: Time, by: str, wanted: Cell
) -> list[dict[str, Any]]:
    """Return a figure of each site, provider or payer, the one with most below the line first."""
    names = kpis.names_of(by)
    first, last = time
    told = found.parts(measure, first, last, by, wanted)
    rows = [
        {
            "name": names.get(key, "—"), "value": tally.value(measure), "size": tally.of,
            "shown": measure.write(tally.value(measure)),
            "counted": measure.part(tally.counted, upper=True),
            "of": measure.part(tally.of, upper=False),
            "url": _part_url(measure, first, last, wanted, by, key) if key else "",
        }
        for key, tally in told.items()
        if tally.counted or tally.of
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row["size"], row["name"]))


def sums(measure: Measure, tally: Tally) -> dict[str, str]:
    """Return what rows add up to, in words."""
    return {
        "counted": measure.part(tally.counted, upper=True),
        "of": measure.part(tally.of, upper=False),
        "value": measure.write(tally.value(measure)),
    }


def apart(
    measure: Measure, rows: Sequence[kpi_rows.Row], first: date, last: date, wanted: Cell
) -> str:
    """Return what was counted then, where the rows say something else today."""
    if measure.key == "days_in_ar":
        return ""
    found = kpis.counted(first, last, [last], measure)
    then, today = found.tally(measure, first, last, wanted), kpi_rows.added_up(rows)
    if (then.counted, then.of) == (today.counted, today.of):
        return ""
    return measure.write(then.value(measure))


def _part_url(
    measure: Measure, first: date, last: date, wanted: Cell, by: str, key: Any
) -> str:  # fmt: skip
    asked = _asked(measure, first, last, wanted._replace(**{by: key}))
    return f"{reverse('reports:kpi_rows')}?{asked}"


def _asked(measure: Measure, first: date, last: date, wanted: Cell) -> str:
    said = {"measure": measure.key, "first": first.isoformat(), "last": last.isoformat()}
    parts_said = {by: str(part) for by, part in zip(kpis.BY, wanted, strict=True) if part}
    return urlencode({**said, **parts_said})


def _over(asked: str, first: date, last: date) -> str:
    kept = [
        part for part in asked.split("&") if not part.startswith(("first=", "last="))
    ]  # fmt: skip
    return "&".join([*kept, f"first={first.isoformat()}", f"last={last.isoformat()}"])


def _goal(measure: Measure, goal: Decimal | None) -> str:
    if goal is None:
        return ""
    return f"{'≥' if measure.is_high_good else '≤'} {measure.write(goal)}"


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _unit(measure: Measure) -> Any:
    if measure.unit == SHARE:
        return charts.percents
    return charts.days if measure.unit == DAYS else _dollars


def _dollars(value: float) -> str:
    return f"${value:,.2f}"
