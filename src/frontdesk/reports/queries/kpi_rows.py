"""The rows behind a figure of the money: what counted, of what, and what fell short."""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from frontdesk.billing.models import Claim
from frontdesk.core.kept import newest, number_of, touched
from frontdesk.core.money import ZERO
from frontdesk.core.scoping import current_practice_id
from frontdesk.people.models import Patient
from frontdesk.reports.queries.kpi_cells import Cell, chunks, the_place
from frontdesk.reports.queries.kpi_facts import Fact, facts
from frontdesk.reports.queries.kpi_stock import Key, Left, open_visits
from frontdesk.reports.rules.kpis import CHARGES, OLD, Measure, Tally, Terms

COUNTED, REST, ALL = "counted", "rest", "all"
MOST_KEPT = 20_000  # rows, some ten megabytes
_ROOMS = ("billing", "ledger", "practice", "reports", "visits")  # whose records rows are made of


@dataclass(frozen=True, slots=True)
class Row:
    """One thing behind a figure. What it adds is in claims, days or dollars, as the figure is."""

    on: date
    cell: Cell
    counted: Decimal
    of: Decimal
    lag: int | None
    words: str
    patient_id: UUID | None
    claim_id: UUID | None


@dataclass(frozen=True, slots=True)
class Named:
    """A row with the names that a person reads."""

    row: Row
    patient: Patient | None
    claim: str


def rows_behind(
    measure: Measure, first: date, last: date, aim: Terms, wanted: Cell
) -> list[Row]:  # fmt: skip
    """Return everything that a figure counts over a time, or at the end of its last day.

    In as many questions for a thousand as for one. The last answer is kept while nothing changes
    that it hangs on: whoever turns its pages or takes it as a file has the books read once.
    """
    return _kept(
        (measure.key, first, last, aim, wanted), lambda: _behind(measure, first, last, aim, wanted)
    )


def _behind(measure: Measure, first: date, last: date, aim: Terms, wanted: Cell) -> list[Row]:
    place = the_place()
    if place is None:
        return []
    if measure.is_stock:
        rows = [_open(key, left, last, measure) for key, left in open_visits(place, last)]
    else:
        found = facts(place, first, last, aim, measure.key)
        rows = [_row(fact) for fact in found if fact.measure == measure.key]
        rows.sort(key=lambda row: row.on, reverse=True)
    return [row for row in rows if row.cell.fits(wanted) and (row.counted or row.of)]


def charges_behind(last: date, days: int, aim: Terms, wanted: Cell) -> list[Row]:
    """Return the charges that days in A/R are measured by, the newest first; kept likewise."""
    return _kept((CHARGES, days, last, aim, wanted), lambda: _charges(last, days, aim, wanted))


def _charges(last: date, days: int, aim: Terms, wanted: Cell) -> list[Row]:
    place = the_place()
    if place is None:
        return []
    first = last - timedelta(days=days - 1)
    found = facts(place, first, last, aim, CHARGES)
    rows = [_row(one) for one in found if one.measure == CHARGES and one.cell.fits(wanted)]
    return sorted(rows, key=lambda row: row.on, reverse=True)


def _kept(asked: Hashable, make: Callable[[], list[Row]]) -> list[Row]:
    """Return the rows of this question as kept; of one question of a practice, and not too many."""
    practice_id = current_practice_id()
    state = touched(practice_id, number_of(practice_id), _ROOMS), repr(asked)
    made: list[Row] = []

    def few() -> list[Row] | None:
        made.extend(make())
        return made if len(made) <= MOST_KEPT else None

    found = newest(("rows behind a figure", practice_id), state, few)
    return made or make() if found is None else found


def part_of(rows: Iterable[Row], part: str) -> list[Row]:
    """Return those that are counted above, those that only stand below, or all."""
    if part == COUNTED:
        return [row for row in rows if row.counted]
    if part == REST:
        return [row for row in rows if row.of and row.counted != row.of]
    return list(rows)


def added_up(rows: Iterable[Row]) -> Tally:
    """Return the two parts of a figure from its rows."""
    found = Tally()
    for row in rows:
        found.counted += row.counted
        found.of += row.of
        if row.lag is not None:
            found.lags[row.lag] += 1
    return found


def named(rows: Sequence[Row]) -> list[Named]:
    """Return rows with the names of their patients and claims."""
    people = _people({row.patient_id for row in rows if row.patient_id})
    numbers = _numbers({row.claim_id for row in rows if row.claim_id})
    return [
        Named(
            row,
            people.get(row.patient_id) if row.patient_id else None,
            numbers.get(row.claim_id, "") if row.claim_id else "",
        )
        for row in rows
    ]


def _people(keys: Collection[UUID]) -> dict[UUID, Patient]:
    found: dict[UUID, Patient] = {}
    for some in chunks(sorted(keys)):
        found |= {one.pk: one for one in Patient.objects.filter(pk__in=some)}
    return found


def _numbers(keys: Collection[UUID]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for some in chunks(sorted(keys)):
        rows: Any = Claim.objects.filter(pk__in=some).order_by()
        found |= dict(rows.values_list("pk", "number"))
    return found


def _row(fact: Fact) -> Row:
    return Row(
        fact.on, fact.cell, fact.counted, fact.of, fact.lag, fact.words, fact.patient_id,
        fact.claim_id,
    )  # fmt: skip


def _open(key: Key, left: Left, on: date, measure: Measure) -> Row:
    age = (on - left.since).days
    if measure.key == "over_90":
        counted, of = (left.owed if age > OLD else ZERO), left.owed
    else:
        counted, of = left.owed - left.credit, ZERO
    return Row(left.since, left.cell, counted, of, None, str(age), left.patient_id, None)
