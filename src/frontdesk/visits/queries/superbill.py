"""Questions about a superbill: its parts, prices, and what it lacks."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from frontdesk.coding import queries as coding
from frontdesk.coverage import queries as coverage
from frontdesk.coverage.models import Authorization
from frontdesk.visits.models import Superbill, SuperbillDiagnosis, SuperbillLine, Visit
from frontdesk.visits.rules import superbill as rules


def superbill_of(visit: Visit) -> Superbill | None:
    """Return the visit's superbill with what a page about it needs, if it was begun."""
    return (
        Superbill.objects.filter(visit=visit)
        .select_related("visit__patient", "visit__provider", "visit__appointment__visit_type")
        .first()
    )


def diagnoses_of(superbill: Superbill) -> QuerySet[SuperbillDiagnosis]:
    """Return the diagnoses in the order of their letters."""
    return SuperbillDiagnosis.objects.filter(superbill=superbill, is_active=True).order_by("place")


def lines_of(superbill: Superbill) -> QuerySet[SuperbillLine]:
    """Return the procedures in the order they were added."""
    lines = SuperbillLine.objects.filter(superbill=superbill, is_active=True)
    return lines.order_by("place", "pk")


def priced_lines(superbill: Superbill) -> list[SuperbillLine]:
    """Return the procedures that can be reckoned with; none while one of them has no price."""
    lines = list(lines_of(superbill))
    on = superbill.visit.on
    if any(price(line.code, line.modifiers, on) is None for line in lines):
        return []
    return lines


def price(code: str, modifiers: Sequence[str], on: date) -> Decimal | None:
    """Return what the practice charges for one unit, or None when no schedule has the code."""
    return coding.fee(code, list(modifiers), on)


def problems_of(superbill: Superbill) -> list[rules.Problem]:
    """Return what keeps the superbill from being signed."""
    on = superbill.visit.on
    letters = {one.letter: one.code for one in diagnoses_of(superbill)}
    invalid = {code for code in letters.values() if coding.diagnosis(code, on=on) is None}
    lines = [
        rules.Line(
            code=line.code,
            charge=line.charge,
            units=line.units,
            pointers=line.pointers,
            modifiers=line.modifiers,
            has_price=line.charge > 0 or price(line.code, line.modifiers, on) is not None,
        )
        for line in lines_of(superbill)
    ]
    return rules.problems(letters, invalid, lines)


def authorization_number(visit: Visit, codes: Sequence[str]) -> str:
    """Return the number of the approval that fits the visit: its own, else one for its codes."""
    own = Authorization.objects.filter(
        patient_id=visit.patient_id,
        appointment_id=visit.appointment_id,
        status=Authorization.Status.APPROVED,
    ).first()
    fitting = own or coverage.authorization_for(visit.patient, codes, visit.on)
    return fitting.number if fitting else ""
