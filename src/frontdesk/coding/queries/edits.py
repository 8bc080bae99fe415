"""What the payment edits say of a day's services: pairs, units, need, age, sex, place, modifiers.

Asked at charge entry and again when a claim is checked; three queries for any number of claims.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import permutations

from frontdesk.coding.models import PairEdit, UnitLimit
from frontdesk.coding.queries.necessity import Held, policies_about, policies_on
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
from frontdesk.coding.rules.necessity import unsupported
from frontdesk.coding.rules.plausible import implausible

_ORDER = {"stop": 0, "warn": 1, "hint": 2}


@dataclass(frozen=True, slots=True)
class Asked:
    """A day's services of one patient, as the edits judge them."""

    lines: Sequence[Line]
    on: date
    diagnoses: Collection[str] = ()
    born: date | None = None
    sex: str = ""
    place: str = ""


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
    return edits_of([Asked(lines, on, diagnoses, born, sex, place)])[0]


def edits_of(asked: Sequence[Asked]) -> list[list[Finding]]:
    """Return what the edits say of each, in the same three queries for any number."""
    pairs = _pairs(asked)
    limits = _limits({line.code for one in asked for line in one.lines})
    policies = _policies(asked)
    return [_edits(one, pairs, limits, policies) for one in asked]


def _edits(
    asked: Asked,
    pairs: Mapping[tuple[str, str], Sequence[PairEdit]],
    limits: Mapping[str, Sequence[UnitLimit]],
    policies: Held,
) -> list[Finding]:
    lines, on = asked.lines, asked.on
    codes = list(dict.fromkeys(line.code for line in lines))
    mine = [
        Pair(row.column_1, row.column_2, row.modifier, row.rationale, row.release)
        for both in permutations(codes, 2)
        for row in pairs.get(both, ())
        if _counts(row, on)
    ]
    most = {
        row.code: Limit(row.code, row.units, row.counts, row.rationale, row.release)
        for code in codes
        for row in limits.get(code, ())
        if _counts(row, on)
    }
    found = pairs_found(lines, mine) + units_over(lines, most)
    found += unsupported(lines, policies_on(policies, on)) if policies else []
    found += implausible(asked.diagnoses, born=asked.born, sex=asked.sex, on=on)
    if asked.place:
        found += place_fits(asked.place, lines)
    paired = {(one.about, one.modifier) for one in found if one.modifier}
    found += [one for one in suggested(lines) if (one.about, one.modifier) not in paired]
    return sorted(found, key=lambda one: _ORDER[one.severity])


def _pairs(asked: Sequence[Asked]) -> dict[tuple[str, str], list[PairEdit]]:
    """Return the pairs among codes that stand on one day together."""
    sets = [{line.code for line in one.lines} for one in asked]
    together = set().union(*(codes for codes in sets if len(codes) > 1))
    if not together:
        return {}
    rows = PairEdit.objects.filter(column_1__in=together, column_2__in=together)
    found: dict[tuple[str, str], list[PairEdit]] = {}
    for row in rows.exclude(modifier=PairEdit.Modifier.ENDED).order_by("pk"):
        found.setdefault((row.column_1, row.column_2), []).append(row)
    return found


def _policies(asked: Sequence[Asked]) -> Held:
    """Return the policies about what was done for a diagnosis."""
    codes = {line.code for one in asked for line in one.lines if line.diagnoses}
    return policies_about(codes) if codes else {}


def _limits(codes: Collection[str]) -> dict[str, list[UnitLimit]]:
    found: dict[str, list[UnitLimit]] = {}
    for row in UnitLimit.objects.filter(code__in=codes).order_by("pk"):
        found.setdefault(row.code, []).append(row)
    return found


def _counts(row: PairEdit | UnitLimit, day: date) -> bool:
    """Whether the edit was in force on the day."""
    begun = row.valid_from is None or row.valid_from <= day
    return begun and (row.valid_to is None or day <= row.valid_to)
