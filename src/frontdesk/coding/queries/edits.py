"""What the payment edits say of a day's services: pairs, units, age and sex, place, modifiers.

Asked at charge entry and again when a claim is checked; three queries for any number of lines.
"""

from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Q

from frontdesk.coding.models import PairEdit, UnitLimit
from frontdesk.coding.rules.edits import (
    Finding,
    Limit,
    Line,
    Pair,
    pairs_found,
    place_fits,
    suggested,
    units_over,
)
from frontdesk.coding.rules.plausible import implausible

_ORDER = {"stop": 0, "warn": 1, "hint": 2}


def edits(
    lines: Sequence[Line],
    diagnoses: Collection[str] = (),
    *,
    on: date,
    born: date | None = None,
    sex: str = "",
    place: str = "",
) -> list[Finding]:
    """Return what the edits valid on the day say, what stops first."""
    codes = {line.code for line in lines}
    found = pairs_found(lines, _pairs(codes, on)) + units_over(lines, _limits(codes, on))
    found += implausible(diagnoses, born=born, sex=sex, on=on)
    if place:
        found += place_fits(place, lines)
    paired = {(one.about, one.modifier) for one in found if one.modifier}
    found += [one for one in suggested(lines) if (one.about, one.modifier) not in paired]
    return sorted(found, key=lambda one: _ORDER[one.severity])


def _pairs(codes: Collection[str], on: date) -> list[Pair]:
    if len(codes) < 2:
        return []
    rows = PairEdit.objects.filter(_on(on), column_1__in=codes, column_2__in=codes)
    return [
        Pair(row.column_1, row.column_2, row.modifier, row.rationale, row.release)
        for row in rows.exclude(modifier=PairEdit.Modifier.ENDED)
    ]


def _limits(codes: Collection[str], on: date) -> dict[str, Limit]:
    rows = UnitLimit.objects.filter(_on(on), code__in=codes).order_by("pk")
    return {
        row.code: Limit(row.code, row.units, row.counts, row.rationale, row.release) for row in rows
    }


def _on(day: date) -> Q:
    begun = Q(valid_from=None) | Q(valid_from__lte=day)
    return begun & (Q(valid_to=None) | Q(valid_to__gte=day))
