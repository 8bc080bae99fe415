"""What was owed at the end of each day as it was known then, by cell, and how old it was."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Min, Q, Sum, Value
from django.db.models.functions import Coalesce

from frontdesk.core.money import ZERO, MoneyField
from frontdesk.ledger.models import Entry
from frontdesk.ledger.queries import may_be_open
from frontdesk.ledger.rules.chart import CREDIT, INSURANCE, PATIENT
from frontdesk.practice.models import Site
from frontdesk.reports.queries.kpi_cells import (
    NOWHERE,
    About,
    Cell,
    about_visits,
    day_of,
    instants,
)
from frontdesk.reports.queries.kpi_facts import OWED, days_between
from frontdesk.reports.rules.kpis import OLD, YEAR

_NOTHING = Value(ZERO, output_field=MoneyField())
_TOUCHED = (*OWED, CREDIT)
Key = tuple[UUID | None, UUID | None]  # visit, and the patient where there is no visit
Move = tuple[date, Key, Decimal, Decimal]  # its day in the books, and what became owed, credit


@dataclass(slots=True)
class Left:
    """What is open of one visit: owed by insurance and patient, and the patient's credit."""

    owed: Decimal = ZERO
    credit: Decimal = ZERO
    cell: Cell = NOWHERE
    since: date = date.min
    patient_id: UUID | None = None


@dataclass(slots=True)
class Level:
    """What one cell has at the end of a day, in dollars; charges are those of the last year."""

    owed: Decimal = ZERO
    credit: Decimal = ZERO
    old: Decimal = ZERO
    charges: Decimal = ZERO

    def add(self, other: "Level") -> None:
        """Add another to this one."""
        self.owed += other.owed
        self.credit += other.credit
        self.old += other.old
        self.charges += other.charges

    def as_json(self) -> list[str]:
        """Return it as it is kept."""
        return [str(self.owed), str(self.credit), str(self.old), str(self.charges)]

    @classmethod
    def from_json(cls, kept: list[Any]) -> "Level":
        """Return what was kept."""
        return cls(*(Decimal(part) for part in kept))


class Levels:
    """What is open, carried on from day to day: only sums move, nothing is added up anew."""

    def __init__(self, first: date, left: dict[Key, Left]) -> None:
        self.open: dict[Cell, Level] = {}
        self.young: dict[date, dict[Cell, Decimal]] = {}  # owed by day of service, not old yet
        self.since: dict[Key, date] = {}  # of what belongs to no visit
        self.year: deque[tuple[date, dict[Cell, Decimal]]] = deque()  # charges of each day
        self.turned = first - timedelta(days=OLD + 2)  # services up to this day are old
        for key, one in left.items():
            self.since[key] = one.since
            self._add(one.cell, one.since, one.owed, one.credit)

    def move(self, move: Move, about: dict[UUID, About]) -> None:
        """Take in what moved for a visit, or for a patient without one."""
        posted_on, key, owed, credit = move
        known = about.get(key[0]) if key[0] else None
        since = known.on if known else self.since.setdefault(key, posted_on)
        self._add(known.cell if known else NOWHERE, since, owed, credit)

    def charge(self, on: date, charged: dict[Cell, Decimal]) -> None:
        """Add the charges of a day to its year; what is older than a year leaves it."""
        self.year.append((on, charged))
        for cell, amount in charged.items():
            self.open.setdefault(cell, Level()).charges += amount
        while self.year[0][0] <= on - timedelta(days=YEAR):
            for cell, amount in self.year.popleft()[1].items():
                self.open[cell].charges -= amount

    def at_end_of(self, on: date) -> dict[Cell, Level]:
        """Return the levels of every cell that has one at the end of a day."""
        turns = on - timedelta(days=OLD + 1)
        for day in sorted(day for day in self.young if day <= turns):
            for cell, owed in self.young.pop(day).items():
                self.open[cell].old += owed
        self.turned = max(self.turned, turns)
        return {cell: replace(level) for cell, level in self.open.items() if level != Level()}

    def days_known(self, on: date) -> int:
        """Return how many days of charges there are, at most a year."""
        first = next((day for day, charges in self.year if charges), None)
        return (on - first).days + 1 if first else 0

    def _add(self, cell: Cell, since: date, owed: Decimal, credit: Decimal) -> None:
        level = self.open.setdefault(cell, Level())
        level.owed += owed
        level.credit += credit
        if since <= self.turned:
            level.old += owed
        else:
            held = self.young.setdefault(since, {})
            held[cell] = held.get(cell, ZERO) + owed


def levels(
    place: Site, first: date, last: date, charges: dict[date, dict[Cell, Decimal]]
) -> Iterator[tuple[date, dict[Cell, Level], int]]:
    """Yield each day with what was owed at its end, and how many days of charges it knows.

    `charges` are those of each day from a year before the first one on, by cell.
    """
    begins, ends = instants(place, first, last)
    carried = Levels(first, _left_before(begins))
    for on in sorted(day for day in charges if day < first):
        carried.charge(on, charges[on])
    moves = _moves(place, begins, ends)
    about = about_visits({key[0] for moved in moves.values() for _on, key, *_ in moved if key[0]})
    for on in days_between(first, last):
        for move in moves.get(on, ()):
            carried.move(move, about)
        carried.charge(on, charges.get(on, {}))
        yield on, carried.at_end_of(on), carried.days_known(on)


def open_visits(place: Site, on: date) -> list[tuple[Key, Left]]:
    """Return everything that was open at the end of a day, the largest first.

    Only of what is open now, or moved since, the entries are read.
    """
    _begins, ends = instants(place, on, on)
    parts = may_be_open(_TOUCHED, Q(posting__posted_at__gte=ends))
    left = _left_before(ends, [Q()] if parts is None else parts)
    return sorted(left.items(), key=lambda pair: (-pair[1].owed, pair[1].since))


def _left_before(ends: Any, parts: Sequence[Q] = (Q(),)) -> dict[Key, Left]:
    into = {name: _sum(target__code__in=codes) for name, codes in _SIDES.items()}
    out = {f"{name}_out": _sum(source__code__in=codes) for name, codes in _SIDES.items()}
    rows: Any = (
        Entry.objects.filter(
            Q(source__code__in=_TOUCHED) | Q(target__code__in=_TOUCHED),
            posting__posted_at__lt=ends,
        )
        .order_by()
        .values("visit_id", "patient_id")
        .annotate(**into, **out, since=Min("posted_on"))
        .exclude(**_SETTLED)  # all but a few are
        .values_list("visit_id", "patient_id", "owed", "owed_out", "credit_out", "credit", "since")
    )
    found: dict[Key, Left] = {}
    told = (row for part in parts for row in rows.filter(part).iterator(chunk_size=2000))
    for visit, patient, owed, paid, credit, used, since in told:
        key = visit, None if visit else patient
        found[key] = Left(owed - paid, credit - used, NOWHERE, since, patient)
    about = about_visits({key[0] for key in found if key[0]})
    for key, one in found.items():
        known = about.get(key[0]) if key[0] else None
        if known:
            one.cell, one.since = known.cell, known.on
    return found


_SETTLED: dict[str, Any] = {"owed": F("owed_out"), "credit": F("credit_out")}
_SIDES = {"owed": (INSURANCE, PATIENT), "credit": (CREDIT,)}


def _sum(**which: Any) -> Coalesce:
    return Coalesce(Sum("amount", filter=Q(**which)), _NOTHING)


def _moves(place: Site, begins: Any, ends: Any) -> dict[date, list[Move]]:
    rows = (
        Entry.objects.filter(
            Q(source__code__in=_TOUCHED) | Q(target__code__in=_TOUCHED),
            posting__posted_at__gte=begins,
            posting__posted_at__lt=ends,
        )
        .order_by("posting__posted_at", "pk")
        .values_list(
            "posting__posted_at", "visit_id", "patient_id", "source__code", "target__code",
            "amount", "posted_on",
        )
    )  # fmt: skip
    found: dict[date, list[Move]] = {}
    for at, visit, patient, source, target, amount, posted_on in rows.iterator(chunk_size=2000):
        owed = amount * (target in OWED) - amount * (source in OWED)
        credit = amount * (source == CREDIT) - amount * (target == CREDIT)
        key = visit, None if visit else patient
        found.setdefault(day_of(place, at), []).append((posted_on, key, owed, credit))
    return found
