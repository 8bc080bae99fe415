"""Questions about a superbill: its parts, prices, and what it lacks."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, QuerySet

from frontdesk.coding import queries as coding
from frontdesk.coding.models import ChargeItem
from frontdesk.coding.rules.edits import Finding
from frontdesk.coding.rules.edits import Line as Edited
from frontdesk.coding.rules.em import is_established
from frontdesk.coverage import queries as coverage
from frontdesk.visits.models import (
    LevelGiven,
    Superbill,
    SuperbillDiagnosis,
    SuperbillLine,
    Visit,
)
from frontdesk.visits.rules import superbill as rules

HALF_A_YEAR = timedelta(days=182)
USUAL_OF = 40  # the last lines that tell what a procedure is usually for


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


def edits_of(superbill: Superbill) -> list[tuple[Finding, SuperbillLine | None]]:
    """Return what the payment edits say, what would be refused first, and the line it is about."""
    visit, lines = superbill.visit, list(lines_of(superbill))
    letters = {one.letter: one.code for one in diagnoses_of(superbill)}
    found = coding.edits(
        [
            Edited(
                line.code,
                line.units,
                line.modifiers,
                [letters[letter] for letter in line.pointers if letter in letters],
            )
            for line in lines
        ],
        list(letters.values()),
        on=visit.on,
        born=visit.patient.birth_date,
        sex=visit.patient.sex,
        place=superbill.place_of_service,
    )
    last = {line.code: line for line in lines}  # of twins the later one
    return [(one, last.get(one.about)) for one in found]


def asks_cause(superbill: Superbill, diagnoses: Sequence[SuperbillDiagnosis]) -> bool:
    """Tell whether a payer would ask how an injury happened, and the superbill doesn't say."""
    if superbill.cause or superbill.began_on:
        return False
    return rules.is_new_injury([one.code for one in diagnoses])


def days_seen(patients: Collection[UUID]) -> dict[UUID, list[tuple[date, str]]]:
    """Return the days on which each was charged for a visit, with the specialty of the provider."""
    found: dict[UUID, list[tuple[date, str]]] = {}
    signed = Superbill.objects.filter(
        visit__patient_id__in=patients, status=Superbill.Status.SIGNED
    )
    for patient, on, specialty in signed.values_list(
        "visit__patient_id", "visit__on", "visit__provider__taxonomy"
    ):
        found.setdefault(patient, []).append((on, specialty or ""))
    return found


def is_new(visit: Visit) -> bool:
    """Whether the visit is that of a new patient: by its type, and by who was seen here before."""
    if not visit.appointment.visit_type.is_new_patient:
        return False
    seen = days_seen([visit.patient_id]).get(visit.patient_id, ())
    return not is_established(visit.on, visit.provider.taxonomy if visit.provider else "", seen)


def last_signed(superbill: Superbill) -> Superbill | None:
    """Return the patient's last signed superbill before this: of the same provider if there is."""
    visit = superbill.visit
    signed = Superbill.objects.filter(
        visit__patient_id=visit.patient_id, visit__on__lte=visit.on, status=Superbill.Status.SIGNED
    ).exclude(pk=superbill.pk)
    signed = signed.select_related("visit__provider").order_by("-visit__on", "-pk")
    return signed.filter(visit__provider_id=visit.provider_id).first() or signed.first()


def often_used(visit: Visit, limit: int = 14) -> list[ChargeItem]:
    """Return what this provider charged most in half a year, then the office's favorites."""
    counted = (
        SuperbillLine.objects.filter(
            superbill__visit__provider_id=visit.provider_id,
            superbill__visit__on__gte=visit.on - HALF_A_YEAR,
            superbill__status=Superbill.Status.SIGNED,
            is_active=True,
        )
        .values_list("code")
        .annotate(times=Count("pk"))
        .order_by("-times", "code")[:limit]
    )
    items = list(coding.charge_list(on=visit.on))
    held = {item.code: item for item in items}
    mine = [held[code] for code, _times in counted if code in held]
    return [*mine, *(item for item in items if item not in mine)][:limit]


def often_found(visit: Visit, limit: int = 10) -> list[tuple[str, str]]:
    """Return the diagnoses this provider gave most in half a year, valid on the day."""
    counted = (
        SuperbillDiagnosis.objects.filter(
            superbill__visit__provider_id=visit.provider_id,
            superbill__visit__on__gte=visit.on - HALF_A_YEAR,
            superbill__status=Superbill.Status.SIGNED,
            is_active=True,
        )
        .values_list("code", "description")
        .annotate(times=Count("pk"))
        .order_by("-times", "code")[:limit]
    )
    found = [(code, words) for code, words, _times in counted]
    valid = coding.valid_diagnoses([code for code, _words in found], on=visit.on)
    return [(code, words) for code, words in found if code in valid]


def usual_pointer(superbill: Superbill, code: str) -> str:
    """Return the letter of the diagnosis that this office most often linked with the procedure.

    Nothing while there is one diagnosis only, or none of those here was ever linked with it.
    """
    here = {one.code: one.letter for one in diagnoses_of(superbill)}
    if len(here) < 2:
        return ""
    lines = SuperbillLine.objects.filter(
        code=code, is_active=True, superbill__status=Superbill.Status.SIGNED
    ).order_by("-pk")[:USUAL_OF]
    first = {line.superbill_id: line.pointers[:1] for line in lines if line.pointers}
    counted: Counter[str] = Counter()
    for one in SuperbillDiagnosis.objects.filter(
        superbill__in=list(first), code__in=list(here), is_active=True
    ):
        counted[one.code] += first[one.superbill_id] == one.letter
    (best, times), *_others = counted.most_common(1) or [("", 0)]
    return here[best] if times else ""


def level_given(superbill: Superbill) -> LevelGiven | None:
    """Return the level last found for the visit, as it was given."""
    return LevelGiven.objects.filter(superbill=superbill).order_by("-at", "-pk").first()


def authorization_number(visit: Visit, codes: Sequence[str]) -> str:
    """Return the number of the approval that fits the visit: its own, else one for its codes."""
    fitting = coverage.authorization_for(
        visit.patient, codes, visit.on, appointment_id=visit.appointment_id
    )
    return fitting.number if fitting else ""
