"""Questions about a superbill: its parts, prices, and what it lacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from frontdesk.coding import queries as coding
from frontdesk.coding.models import ChargeItem, Diagnosis, Procedure
from frontdesk.coverage.models import Authorization
from frontdesk.visits.models import Superbill, SuperbillDiagnosis, SuperbillLine, Visit
from frontdesk.visits.rules import superbill as rules


@dataclass(frozen=True, slots=True)
class Offer:
    """A procedure that can be charged: its words, and its price if there is one."""

    code: str
    description: str
    price: Decimal | None


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


def diagnosis(code: str, on: date) -> Diagnosis | None:
    """Return the diagnosis if it is valid and precise enough to bill on that day."""
    return _valid_diagnoses(on).filter(code=code.strip().upper()).first()


def offer(code: str, on: date) -> Offer | None:
    """Return what the code stands for and costs, or None when it can't be charged that day."""
    return next(iter(offers([code], on)), None)


def offers(codes: Sequence[str], on: date) -> list[Offer]:
    """Return the codes that can be charged on that day, in the order given."""
    own = {
        item.code: item.description
        for item in ChargeItem.objects.filter(_holds(on), code__in=codes)
    }
    left = [code for code in codes if code not in own]
    hcpcs = {
        found.code: found.short or found.description[:120]
        for found in (Procedure.objects.filter(_holds(on), code__in=left) if left else ())
    }
    words = {**hcpcs, **own}
    return [Offer(code, words[code], price(code, [], on)) for code in codes if code in words]


def price(code: str, modifiers: Sequence[str], on: date) -> Decimal | None:
    """Return what the practice charges for one unit, or None when no schedule has the code."""
    return coding.fee(code, list(modifiers), on)


def problems_of(superbill: Superbill) -> list[rules.Problem]:
    """Return what keeps the superbill from being signed."""
    on = superbill.visit.on
    letters = {one.letter: one.code for one in diagnoses_of(superbill)}
    valid = set(
        _valid_diagnoses(on).filter(code__in=letters.values()).values_list("code", flat=True)
    )
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
    return rules.problems(letters, set(letters.values()) - valid, lines)


def authorization_number(visit: Visit, codes: Sequence[str]) -> str:
    """Return the number of the approval that fits the visit: its own, else one for its codes."""
    approved = Authorization.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=visit.on),
        Q(ends_on=None) | Q(ends_on__gte=visit.on),
        patient_id=visit.patient_id,
        status=Authorization.Status.APPROVED,
    ).order_by("pk")
    for one in sorted(approved, key=lambda held: held.appointment_id != visit.appointment_id):
        if one.appointment_id == visit.appointment_id or set(one.codes) & set(codes):
            return one.number
    return ""


def _valid_diagnoses(on: date) -> QuerySet[Diagnosis]:
    return Diagnosis.objects.filter(_holds(on), is_billable=True)


def _holds(on: date) -> Q:
    begun = Q(valid_from=None) | Q(valid_from__lte=on)
    return begun & (Q(valid_to=None) | Q(valid_to__gte=on))
