"""Copays that were not taken at the visit: why, and what of them came in later."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum

from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Entry
from frontdesk.ledger.rules.chart import CARDS, CASH, CHECKS, CREDIT, PATIENT
from frontdesk.reports.queries.kpi_cells import Cell, chunks, the_place
from frontdesk.reports.queries.kpi_facts import Fact, facts
from frontdesk.reports.rules.kpis import Terms

_MONEY = (CASH, CHECKS, CARDS, CREDIT)


@dataclass(slots=True)
class Reason:
    """One reason for which copays were not taken, in visits and dollars."""

    words: str
    visits: int = 0
    missing: Decimal = ZERO  # due and not taken on the day
    later: Decimal = ZERO  # of that, what came in since

    @property
    def part(self) -> Decimal:
        """The share that came in later: how well the reason pays."""
        return self.later / self.missing if self.missing else ZERO


def not_taken(first: date, last: date, aim: Terms, wanted: Cell) -> list[Reason]:
    """Return why copays of a time were not taken, the most dollars that never came first.

    What a visit's patient paid since counts for its copay first.
    """
    place = the_place()
    if place is None:
        return []
    short = [
        fact
        for fact in facts(place, first, last, aim, "copay")
        if fact.counted < fact.of and fact.cell.fits(wanted)
    ]
    paid = _paid({fact.visit_id for fact in short if fact.visit_id})
    found: dict[str, Reason] = {}
    for fact in short:
        one = found.setdefault(fact.words, Reason(fact.words))
        one.visits += 1
        one.missing += fact.of - fact.counted
        one.later += _since(fact, paid)
    return sorted(found.values(), key=lambda one: (one.later - one.missing, one.words))


def _since(fact: Fact, paid: dict[UUID, Decimal]) -> Decimal:
    came = paid.get(fact.visit_id, ZERO) if fact.visit_id else ZERO
    return min(max(came - fact.counted, ZERO), fact.of - fact.counted)


def _paid(visits: Collection[UUID]) -> dict[UUID, Decimal]:
    """Return what was ever paid on what the patients owe for these visits, less what went back."""
    found: dict[UUID, Decimal] = defaultdict(lambda: ZERO)
    for some in chunks(sorted(visits)):
        for here, there, sign in (("source", "target", 1), ("target", "source", -1)):
            sides = {f"{here}__code": PATIENT, f"{there}__code__in": _MONEY}
            rows: Any = Entry.objects.filter(visit_id__in=some, **sides).order_by()
            for visit, amount in rows.values_list("visit_id").annotate(Sum("amount")):
                found[visit] += sign * amount
    return found
