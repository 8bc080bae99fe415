"""Figures of the money as files: CSV for the eye, Parquet for programs."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from frontdesk.core.spreadsheet import harmless, table
from frontdesk.reports.exchange.parquet import DAY, MONEY, NUMBER, TEXT, WHOLE, parquet
from frontdesk.reports.queries.kpi_rows import Named
from frontdesk.reports.queries.kpis import BY, Counted
from frontdesk.reports.rules.kpis import MEASURES, Measure, Terms

Columns = Sequence[tuple[str, str]]  # names with their kinds
Names = dict[str, dict[UUID | None, str]]

OF_FIGURES: Columns = (
    ("first", DAY), ("last", DAY), ("figure", TEXT), ("unit", TEXT), ("site", TEXT),
    ("provider", TEXT), ("payer", TEXT), ("counted", MONEY), ("of", MONEY), ("value", NUMBER),
    ("goal", NUMBER),
)  # fmt: skip
OF_ROWS: Columns = (
    ("day", DAY), ("figure", TEXT), ("patient", TEXT), ("chart", TEXT), ("claim", TEXT),
    ("site", TEXT), ("provider", TEXT), ("payer", TEXT), ("what", TEXT), ("counted", MONEY),
    ("of", MONEY), ("days", WHOLE),
)  # fmt: skip


def figure_rows(
    found: Counted, months: Sequence[tuple[date, date]], aim: Terms, names: Names
) -> Iterator[list[Any]]:
    """Yield a row for each month, figure and cell in which something counts."""
    for first, last in months:
        for measure in MEASURES.values():
            goal = aim.goals.get(measure.key)
            for cell, tally in found.cells(measure, first, last):
                value = tally.value(measure)
                yield [
                    first, last, measure.key, measure.unit,
                    *(names[by].get(part, "") for by, part in zip(BY, cell, strict=True)),
                    tally.counted, tally.of, None if value is None else round(float(value), 6),
                    None if goal is None else float(goal),
                ]  # fmt: skip


def behind_rows(measure: Measure, rows: Iterable[Named], names: Names) -> Iterator[list[Any]]:
    """Yield what stands behind a figure, row by row."""
    for one in rows:
        row = one.row
        yield [
            row.on, measure.key, one.patient.name if one.patient else "",
            one.patient.chart_number if one.patient else "", one.claim,
            *(names[by].get(part, "") for by, part in zip(BY, row.cell, strict=True)),
            row.words, row.counted, row.of, row.lag,
        ]  # fmt: skip


def as_csv(columns: Columns, rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a table as CSV."""
    return "".join(table([name for name, _kind in columns], rows)).encode()


def as_parquet(columns: Columns, rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a table as Parquet; text is made as harmless as in the CSV file."""
    return parquet(columns, [[harmless(value) for value in row] for row in rows])
