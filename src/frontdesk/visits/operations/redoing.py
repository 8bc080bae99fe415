"""Taking back steps of charge entry: what a superbill said before each is kept with it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.visits.models import Superbill, SuperbillDiagnosis, SuperbillLine
from frontdesk.visits.queries import superbill as queries

ASIDE = 100  # places that no letter has, while diagnoses change theirs
STEPS = 20  # that can be taken back


def remember(superbill: Superbill) -> None:
    """Keep what the superbill says now, so that the step that follows can be taken back."""
    said = _said(superbill)
    if not superbill.undo or superbill.undo[-1] != said:
        superbill.undo = [*superbill.undo, said][-STEPS:]


@operation("visits.superbill")
def undo_superbill(superbill: Superbill, *, by: Actor) -> Superbill:
    """Take back the last step of charge entry: diagnoses, letters, lines and prices as before.

    Only on an open superbill: what was charged and paid is never touched by it.
    """
    superbill = Superbill.objects.lock(superbill.pk)
    if not superbill.is_open:
        raise Refused(_("Open the superbill again to change it."))
    steps, now_said = list(superbill.undo), _said(superbill)
    while steps and steps[-1] == now_said:
        steps.pop()
    if not steps:
        raise Refused(_("There is nothing to take back."))
    before = steps.pop()
    _put_diagnoses(superbill, before["diagnoses"])
    _put_lines(superbill, {one["pk"]: one for one in before["lines"]})
    put_beginning(superbill, before.get("began", beginning_of(superbill)))
    superbill.undo = steps
    superbill.save()
    return superbill


def beginning_of(superbill: Superbill) -> list[str]:
    """Return what is said of how it began, as it is kept with the steps."""
    began = superbill.began_on.isoformat() if superbill.began_on else ""
    return [superbill.cause, began, superbill.accident_state, superbill.case_number]


def put_beginning(superbill: Superbill, said: list[str]) -> None:
    """Say of a superbill how it began; whoever calls saves it."""
    superbill.cause, began, superbill.accident_state, superbill.case_number = said
    superbill.began_on = date.fromisoformat(began) if began else None


def _said(superbill: Superbill) -> dict[str, Any]:
    return {
        "began": beginning_of(superbill),
        "diagnoses": [[one.code, one.description] for one in queries.diagnoses_of(superbill)],
        "lines": [
            {
                "pk": str(line.pk),
                "modifiers": line.modifiers,
                "units": line.units,
                "pointers": line.pointers,
                "charge": str(line.charge),
                "ndc": line.ndc,
            }
            for line in queries.lines_of(superbill)
        ],
    }


def _put_diagnoses(superbill: Superbill, wanted: list[list[str]]) -> None:
    held = {one.code: one for one in SuperbillDiagnosis.objects.filter(superbill=superbill)}
    for one in held.values():
        if one.is_active:
            one.place, one.is_active = ASIDE + one.place, False
            one.save()
    for place, (code, words) in enumerate(wanted):
        one = held.get(code) or SuperbillDiagnosis(superbill=superbill, code=code)
        one.place, one.description, one.is_active = place, words, True
        one.save()


def _put_lines(superbill: Superbill, wanted: dict[str, dict[str, Any]]) -> None:
    for line in SuperbillLine.objects.filter(superbill=superbill):
        said = wanted.get(str(line.pk))
        line.is_active = said is not None
        if said is not None:
            line.modifiers, line.units = said["modifiers"], said["units"]
            line.pointers, line.charge = said["pointers"], Decimal(said["charge"])
            line.ndc = said["ndc"]
        line.save()
