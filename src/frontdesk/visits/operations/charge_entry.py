"""Charge entry for a full day: same as last visit, a modifier by key, the drug given, the level."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from frontdesk.coding import queries as coding
from frontdesk.coding.rules.em import Said, level_of, levelled
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.visits.models import LevelGiven, Superbill, SuperbillLine
from frontdesk.visits.operations.redoing import beginning_of, put_beginning
from frontdesk.visits.operations.superbill import (
    add_diagnosis,
    add_line,
    fill,
    letters_of,
    opened,
)
from frontdesk.visits.queries import superbill as queries
from frontdesk.visits.rules.superbill import LETTERS, began_wrong, ndc_from

UNITS_OF_DRUGS = ("UN", "ML", "GR", "ME", "F2")  # X12 CTP05-1


@dataclass(frozen=True, slots=True)
class Copied:
    """How much of the last visit was taken over, and which codes can't be used any more."""

    taken: int
    left: list[str]


@operation("visits.superbill")
def same_as_last(superbill: Superbill, *, by: Actor) -> Copied:
    """Take over diagnoses, procedures, modifiers, units, links and drugs of the last visit.

    What is there already stays; a second visit level, or that of a new patient, is never added;
    codes that are not valid on the day are left out and told.
    """
    superbill = opened(superbill)
    last = queries.last_signed(superbill)
    if last is None:
        raise Refused(_("There is no earlier visit with a signed superbill."))
    undo = superbill.undo
    taken, left = 0, []
    for old in queries.diagnoses_of(last):
        if coding.diagnosis(old.code, on=superbill.visit.on) is None:
            left.append(old.code)
        else:
            add_diagnosis(superbill, old.code, by=by)
            taken += 1
    for line in queries.lines_of(last):
        outcome = _take_over(superbill, line, last, by)
        taken += outcome == "taken"
        left += [line.code] if outcome == "left" else []
    superbill = Superbill.objects.lock(superbill.pk)
    if not superbill.cause and superbill.began_on is None:
        put_beginning(superbill, beginning_of(last))
    superbill.undo = undo  # one step, not one for each code
    superbill.save()
    return Copied(taken, left)


@operation("visits.superbill")
def add_modifier(line: SuperbillLine, modifier: str, *, by: Actor) -> SuperbillLine:
    """Put a proposed modifier on a procedure, before those it has; its price follows."""
    superbill = opened(line.superbill)
    line = SuperbillLine.objects.lock(line.pk)
    said = " ".join([modifier, *line.modifiers])
    fill(line, letters_of(superbill), units=line.units, modifiers=said, pointers=line.pointers)
    line.save()
    return line


@operation("visits.superbill")
def say_how_it_began(
    superbill: Superbill,
    *,
    by: Actor,
    cause: str = "",
    began_on: date | None = None,
    accident_state: str = "",
    case_number: str = "",
) -> Superbill:
    """Say what the visit is for: an illness since when, an accident where and when, a pregnancy.

    A case number is the one under which an accident's insurance handles it.
    """
    superbill = opened(superbill)
    state = accident_state.strip().upper()
    if wrong := began_wrong(cause, began_on, state, on=superbill.visit.on):
        raise Refused(wrong)
    superbill.cause, superbill.began_on = cause, began_on
    superbill.accident_state = state if superbill.is_accident else ""
    superbill.case_number = case_number.strip() if superbill.is_accident else ""
    superbill.save()
    return superbill


@operation("visits.superbill")
def name_drug(
    line: SuperbillLine, ndc: str, quantity: Decimal | None, unit: str, *, by: Actor
) -> SuperbillLine:
    """Say which drug was given (its NDC), how much, in which unit; nothing takes it off."""
    opened(line.superbill)
    line = SuperbillLine.objects.lock(line.pk)
    try:
        line.ndc = ndc_from(ndc)
    except ValueError as error:
        raise Refused(str(error)) from error
    if line.ndc and (quantity is None or quantity <= 0 or unit not in UNITS_OF_DRUGS):
        raise Refused(_("Say how much of the drug was given, and in which unit."))
    line.ndc_quantity = quantity if line.ndc else None
    line.ndc_unit = unit if line.ndc else ""
    line.save()
    return line


@operation("visits.superbill")
def give_level(
    superbill: Superbill, said: Mapping[str, Any], *, at: datetime, by: Actor
) -> LevelGiven:
    """Find the level of the visit from what is said of it, put its code on, keep both as given.

    Without a code of that level on the charge list nothing is put on, and the level is kept.
    """
    superbill = opened(superbill)
    told = Said(**said)
    level = level_of(told)
    code = coding.code_of_level(told.is_new, level.number, on=superbill.visit.on)
    if code:
        _put_level(superbill, code, by)
    return LevelGiven.objects.create(
        superbill=superbill,
        said=dict(said),
        level=level.level,
        number=level.number,
        reached_by=level.by,
        reasons=list(level.reasons),
        code=code,
        at=at,
        by_name=by.name,
    )


def _put_level(superbill: Superbill, code: str, by: Actor) -> None:
    lines = list(queries.lines_of(superbill))
    if any(line.code == code for line in lines):
        return
    modifiers = ""
    for line in lines:
        if levelled(line.code):
            modifiers = " ".join(line.modifiers)
            line.is_active = False
            line.save()
    add_line(superbill, code, modifiers=modifiers, by=by)


def _take_over(superbill: Superbill, old: SuperbillLine, last: Superbill, by: Actor) -> str:
    held = {line.code for line in queries.lines_of(superbill)}
    level = levelled(old.code)
    has_level = any(levelled(code) for code in held)
    if old.code in held or (level and (has_level or level[0])):  # new is a patient only once
        return "there"
    if coding.service(old.code, on=superbill.visit.on) is None:
        return "left"
    letters = {one.letter: one.code for one in queries.diagnoses_of(last)}
    places = [one.code for one in queries.diagnoses_of(superbill)]
    pointers = "".join(
        LETTERS[places.index(letters[letter])]
        for letter in old.pointers
        if letters.get(letter) in places
    )
    made = add_line(
        superbill,
        old.code,
        units=old.units,
        modifiers=" ".join(old.modifiers),
        pointers=pointers,
        by=by,
    )
    made.ndc, made.ndc_quantity, made.ndc_unit = old.ndc, old.ndc_quantity, old.ndc_unit
    made.save()
    return "taken"
