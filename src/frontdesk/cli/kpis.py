"""The figures of the money as a table, or for a program."""

import json
from datetime import date, timedelta
from typing import Any, TextIO
from uuid import UUID

from rich.console import Console
from rich.table import Table

from frontdesk.core.scoping import practice_scope
from frontdesk.reports.jobs.kpis import count_figures
from frontdesk.reports.queries import kpis
from frontdesk.reports.queries.kpi_cells import NOWHERE

DAYS = 90


def told(practice_id: UUID, *, last: date | None = None, days: int = DAYS) -> list[dict[str, Any]]:
    """Count what is not counted yet, and return every figure over the days up to one.

    Nothing where nothing was ever posted. Values are shares from 0 to 1, days, or dollars.
    """
    count_figures.func(str(practice_id))
    with practice_scope(practice_id):
        newest = kpis.last_counted(last)
        if newest is None:
            return []
        first = newest.on - timedelta(days=days - 1)
        found = kpis.counted(first, newest.on, [newest.on])
        return [
            _plain(one, first, newest.on)
            for one in kpis.figures(found, first, newest.on, kpis.terms(), NOWHERE)
        ]


def show(
    practice_id: UUID, *, last: date | None, days: int, as_json: bool, out: TextIO
) -> int:  # fmt: skip
    """Print the figures; return 0, or 1 where there are none."""
    lines = told(practice_id, last=last, days=days)
    if as_json:
        out.write(json.dumps(lines) + "\n")
    elif lines:
        Console(file=out).print(table(lines))
    else:
        out.write("Nothing was posted yet: there are no figures.\n")
    return 0 if lines else 1


def table(lines: list[dict[str, Any]]) -> Table:
    """Return figures as a table for the terminal."""
    shown = Table(title=f"Figures of the money, {lines[0]['first']} to {lines[0]['last']}")
    for head, side in (("Figure", "left"), ("Value", "right"), ("Goal", "right"), ("", "left")):
        shown.add_column(head, justify=side)  # type: ignore[arg-type]
    for line in lines:
        met = {True: "reached", False: "missed"}.get(line["met"], "")
        shown.add_row(line["name"], line["words"], line["goal_words"], met)
    return shown


def _plain(one: kpis.Figure, first: date, last: date) -> dict[str, Any]:
    measure, value, goal = one.measure, one.value, one.goal
    sign = "≥" if measure.is_high_good else "≤"
    return {
        "figure": measure.key,
        "name": measure.name,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "unit": measure.unit,
        "value": None if value is None else round(float(value), 6),
        "counted": str(one.tally.counted),
        "of": str(one.tally.of),
        "goal": None if goal is None else float(goal),
        "met": one.is_met,
        "words": measure.write(value),
        "goal_words": "" if goal is None else f"{sign} {measure.write(goal)}",
    }
