"""The superbill: what was found, what was done, and the provider's signature under it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from frontdesk.coding import queries as coding
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.coverage import operations as coverage
from frontdesk.coverage.models import Estimate
from frontdesk.staff import operations as staff
from frontdesk.visits.models import (
    CheckIn,
    CheckOutItem,
    Superbill,
    SuperbillDiagnosis,
    SuperbillLine,
    SuperbillStep,
    Visit,
)
from frontdesk.visits.operations.capture import close_capture, note_step
from frontdesk.visits.operations.checkout_items import set_answer
from frontdesk.visits.operations.complying import ask_compliance
from frontdesk.visits.operations.redoing import ASIDE, remember
from frontdesk.visits.queries import superbill as queries
from frontdesk.visits.rules.superbill import (
    LETTERS,
    MOST_DIAGNOSES,
    MOST_UNITS,
    modifiers_from,
    pointers_from,
)
from frontdesk.visits.signals import superbill_reopened, superbill_signed

Status, Step = Superbill.Status, SuperbillStep.Step


@operation("visits.superbill")
def begin_superbill(visit: Visit, *, by: Actor) -> Superbill:
    """Begin the visit's superbill with the usual codes of its visit type; begun once."""
    held = Superbill.objects.filter(visit=visit).first()
    if held:
        return held
    codes = list(visit.appointment.visit_type.charge_codes)
    bill = Superbill.objects.create(
        visit=visit,
        place_of_service=visit.site.place_of_service,
        authorization_number=queries.authorization_number(visit, codes),
    )
    offered = [coding.service(code, on=visit.on) for code in codes]
    SuperbillLine.objects.bulk_create(
        SuperbillLine(
            superbill=bill,
            place=place,
            code=offer.code,
            description=offer.description[:120],
            charge=offer.amount or ZERO,
        )
        for place, offer in enumerate(offer for offer in offered if offer)
    )
    note_step(bill, Step.BEGUN, at=now(), by=by)
    return bill


@operation("visits.superbill")
def add_diagnosis(superbill: Superbill, code: str, *, by: Actor) -> SuperbillDiagnosis:
    """Put a diagnosis after those there are; one that is there already stays as it is.

    Lines that point nowhere yet point at the first diagnosis.
    """
    superbill = opened(superbill)
    held = list(queries.diagnoses_of(superbill))
    found = coding.diagnosis(code, on=superbill.visit.on)
    if found is None:
        raise Refused(_("%(code)s is not valid on the day of the visit.") % {"code": code})
    known = next((one for one in held if one.code == found.code), None)
    if known:
        return known
    if len(held) >= MOST_DIAGNOSES:
        raise Refused(_("A claim takes twelve diagnoses at most."))
    made = SuperbillDiagnosis.objects.create(
        superbill=superbill, place=len(held), code=found.code, description=found.description
    )
    if not held:
        for line in queries.lines_of(superbill).filter(pointers=""):
            line.pointers = made.letter
            line.save()
    return made


@operation("visits.superbill")
def remove_diagnosis(diagnosis: SuperbillDiagnosis, *, by: Actor) -> Superbill:
    """Take a diagnosis off; those after it move up a letter, and lines follow."""
    superbill = opened(diagnosis.superbill)
    held = list(queries.diagnoses_of(superbill))
    arrange(superbill, held, [one for one in held if one.pk != diagnosis.pk])
    return superbill


@operation("visits.superbill")
def put_first(diagnosis: SuperbillDiagnosis, *, by: Actor) -> Superbill:
    """Make a diagnosis the main one, letter A; lines go on pointing at what they pointed at."""
    superbill = opened(diagnosis.superbill)
    held = list(queries.diagnoses_of(superbill))
    arrange(superbill, held, sorted(held, key=lambda one: one.pk != diagnosis.pk))
    return superbill


@operation("visits.superbill")
def add_line(
    superbill: Superbill,
    code: str,
    *,
    by: Actor,
    units: int = 1,
    modifiers: str = "",
    pointers: str = "",
) -> SuperbillLine:
    """Add a procedure at its price; without pointers it is for what it usually is for.

    That is the diagnosis that this office most often linked with the code, else the main one.
    """
    superbill = opened(superbill)
    offer = coding.service(code, on=superbill.visit.on)
    if offer is None:
        raise Refused(
            _("%(code)s is neither on the charge list nor a HCPCS code of that day.")
            % {"code": code}
        )
    line = SuperbillLine(
        superbill=superbill,
        place=SuperbillLine.objects.filter(superbill=superbill).count(),
        code=offer.code,
        description=offer.description[:120],
    )
    letters = letters_of(superbill)
    linked = pointers or queries.usual_pointer(superbill, line.code) or letters[:1]
    fill(line, letters, units=units, modifiers=modifiers, pointers=linked)
    line.save()
    return line


@operation("visits.superbill")
def change_line(
    line: SuperbillLine,
    *,
    by: Actor,
    units: int = 1,
    modifiers: str = "",
    pointers: str = "",
    version: str = "",
) -> SuperbillLine:
    """Change units, modifiers and pointers of a procedure; its price follows."""
    superbill = opened(line.superbill)
    line = SuperbillLine.objects.lock(line.pk)
    line.expect(version)
    fill(line, letters_of(superbill), units=units, modifiers=modifiers, pointers=pointers)
    line.save()
    return line


@operation("visits.superbill")
def remove_line(line: SuperbillLine, *, by: Actor) -> SuperbillLine:
    """Take a procedure off; it is kept, crossed out, for the record."""
    return _switch(line, is_active=False)


@operation("visits.superbill")
def restore_line(line: SuperbillLine, *, by: Actor) -> SuperbillLine:
    """Put a procedure back that was taken off."""
    return _switch(line, is_active=True)


@operation("visits.sign")
def sign_superbill(superbill: Superbill, *, at: datetime, by: Actor) -> Superbill:
    """Sign for what was found and done; from here on it is charged. Signed twice is once.

    Refuses, naming each, while something is missing.
    """
    superbill = Superbill.objects.lock(superbill.pk)
    if superbill.status == Status.SIGNED:
        return superbill
    if found := queries.problems_of(superbill):
        raise Refused(" ".join(problem.text for problem in found))
    superbill.status = superbill.lifecycle.move(superbill.status, Status.SIGNED)
    superbill.signed_at, superbill.signed_by = at, by.name
    superbill.save()
    note_step(superbill, Step.SIGNED, at=at, by=by)
    _settle(superbill, at=at, by=by)
    estimate_visit(superbill.visit, at=at, by=by)
    ask_compliance(superbill.visit, at=at, by=by)
    superbill_signed.send(Superbill, superbill=superbill, by=by)
    return superbill


@operation("coverage.estimate")
def estimate_visit(visit: Visit, *, at: datetime, by: Actor) -> Estimate | None:
    """Reckon what the patient will owe for what is on the superbill, by whoever pays.

    None while nothing is on it, or a price is missing.
    """
    bill = Superbill.objects.filter(visit=visit).first()
    lines = queries.priced_lines(bill) if bill else []
    if not lines:
        return None
    check_in = CheckIn.objects.filter(visit=visit).select_related("policy").first()
    return coverage.estimate(
        visit.patient,
        codes=[
            {"code": line.code, "units": line.units, "modifiers": line.modifiers} for line in lines
        ],
        on=visit.on,
        policy=check_in.policy if check_in else None,
        appointment_id=visit.appointment_id,
        at=at,
        by=by,
    )


@operation("visits.superbill")
def complete_superbill(superbill: Superbill, *, by: Actor) -> Superbill:
    """Say that everything is on it and only the provider's signature is missing."""
    superbill = Superbill.objects.lock(superbill.pk)
    if superbill.status == Status.COMPLETE:
        return superbill
    if found := queries.problems_of(superbill):
        raise Refused(" ".join(problem.text for problem in found))
    superbill.status = superbill.lifecycle.move(superbill.status, Status.COMPLETE)
    superbill.save()
    note_step(superbill, Step.PREPARED, at=now(), by=by)
    return superbill


@operation("visits.superbill")
def reopen_superbill(superbill: Superbill, *, because: str, at: datetime, by: Actor) -> Superbill:
    """Open a finished superbill again; what was charged from it is taken back first.

    After the visit is closed, somebody must sign it again: that goes on the work list.
    """
    superbill = Superbill.objects.lock(superbill.pk)
    if superbill.status == Status.PRELIMINARY:
        return superbill
    if not because.strip():
        raise Refused(_("Say why it is opened again."))
    was_signed = superbill.status == Status.SIGNED
    superbill.status = superbill.lifecycle.move(superbill.status, Status.PRELIMINARY)
    superbill.signed_at, superbill.signed_by = None, ""
    superbill.no_charge_because = ""
    superbill.revision += 1
    superbill.save()
    if was_signed:
        superbill_reopened.send(Superbill, superbill=superbill, by=by)
    _unsettle(superbill, because=because, at=at, by=by)
    return superbill


@operation("visits.superbill")
def mark_no_charge(superbill: Superbill, *, because: str, at: datetime, by: Actor) -> Superbill:
    """Say that nothing is charged for this visit, and why."""
    superbill = Superbill.objects.lock(superbill.pk)
    if superbill.status == Status.NO_CHARGE:
        return superbill
    if not because.strip():
        raise Refused(_("Say why nothing is charged."))
    superbill.status = superbill.lifecycle.move(superbill.status, Status.NO_CHARGE)
    superbill.no_charge_because = because.strip()
    superbill.save()
    _settle(superbill, at=at, by=by)
    return superbill


def opened(superbill: Superbill) -> Superbill:
    """Return the superbill, held, or refuse when it is finished."""
    superbill = Superbill.objects.lock(superbill.pk)
    if not superbill.is_open:
        raise Refused(
            _("The superbill is %(status)s. Open it again to change it.")
            % {"status": Status(superbill.status).label.lower()}
        )
    if superbill.status == Status.COMPLETE:
        superbill.status = superbill.lifecycle.move(superbill.status, Status.PRELIMINARY)
    remember(superbill)
    superbill.save()
    return superbill


def letters_of(superbill: Superbill) -> str:
    return LETTERS[: queries.diagnoses_of(superbill).count()]


def fill(line: SuperbillLine, letters: str, *, units: int, modifiers: str, pointers: str) -> None:
    if not 1 <= units <= MOST_UNITS:
        raise Refused(_("Units go from 1 to %(most)s.") % {"most": MOST_UNITS})
    try:
        line.modifiers = modifiers_from(modifiers)
        line.pointers = pointers_from(pointers, letters)
    except ValueError as error:
        raise Refused(str(error)) from error
    line.units = units
    price = queries.price(line.code, line.modifiers, on=line.superbill.visit.on)
    line.charge = (price or ZERO) * units


def _switch(line: SuperbillLine, *, is_active: bool) -> SuperbillLine:
    opened(line.superbill)
    line = SuperbillLine.objects.lock(line.pk)
    line.is_active = is_active
    line.save()
    return line


def arrange(
    superbill: Superbill,
    before: Sequence[SuperbillDiagnosis],
    after: Sequence[SuperbillDiagnosis],
) -> None:
    """Give diagnoses their new letters, and lines the letters of what they point at."""
    letters = {one.letter: LETTERS[after.index(one)] if one in after else "" for one in before}
    for line in queries.lines_of(superbill):
        pointers = "".join(letters.get(letter, "") for letter in line.pointers)
        if pointers != line.pointers:
            line.pointers = pointers
            line.save()
    for one in before:
        one.place, one.is_active = ASIDE + one.place, one in after
        one.save()
    for place, one in enumerate(after):
        one.place = place
        one.save()


def _settle(superbill: Superbill, *, at: datetime, by: Actor) -> None:
    kind, done = CheckOutItem.Kind.SUPERBILL, CheckOutItem.Answer.DONE
    set_answer(superbill.visit, kind, done, at=at, by=by)
    close_capture(superbill.visit, at=at, by=by)


def _unsettle(superbill: Superbill, *, because: str, at: datetime, by: Actor) -> None:
    visit = superbill.visit
    if visit.closed_at is None:
        kind, still_open = CheckOutItem.Kind.SUPERBILL, CheckOutItem.Answer.OPEN
        set_answer(visit, kind, still_open, at=at, by=by)
        return
    staff.open_work(
        kind="visits.superbill_reopened",
        title=_("Sign the reopened superbill"),
        detail=because,
        how_to_fix=_("Open the superbill, correct it, and sign it again."),
        pool="provider",
        subject=superbill,
        patient_id=visit.patient_id,
        once=f"superbill:{superbill.pk}",
        at=at,
        by=by,
    )
