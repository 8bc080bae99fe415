"""Questions about collections: who may be handed over and why others may not, what is where."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from frontdesk.billing.models import (
    Agency,
    AgencyFile,
    Dispute,
    Placement,
    Statement,
    StatementPolicy,
)
from frontdesk.billing.queries.bills import FamilyBill, family_bill, family_billed
from frontdesk.billing.queries.helping import has_help
from frontdesk.billing.queries.statements import patients_owing
from frontdesk.billing.rules.collecting import Limits, Standing, why_not
from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Entry, Payment
from frontdesk.ledger.rules.chart import COLLECTIONS
from frontdesk.people.models import Patient

Status = Placement.Status
_LAST_NOTICE = 4


class Judged(NamedTuple):
    """One patient's bill as the policy sees it: what is owed, and every reason to keep it here."""

    patient: Patient
    bill: FamilyBill
    standing: Standing
    why_not: list[str]


class Moved(NamedTuple):
    """What stands with an agency on one charge."""

    visit_id: UUID | None
    charge_id: UUID | None
    amount: Decimal


def limits_of(policy: StatementPolicy) -> Limits:
    """Return what the policy asks before a balance is handed over."""
    return Limits(policy.collect_after_days, policy.collect_least, policy.notices)


def judged(patient: Patient, policy: StatementPolicy, on: date) -> Judged:
    """Return whether a patient's own balance may be handed over, with every reason against it."""
    family = family_billed(patient)
    bill = family_bill(family)
    mine = next((found for one, found in bill.parts if one.pk == patient.pk), None)
    sent = Statement.objects.filter(Q(patient=patient) | Q(parts__patient=patient)).exclude(
        status__in=(Statement.Status.PAID, Statement.Status.MADE)
    )
    begun = sent.filter(step=1).order_by("-number").values_list("number", flat=True).first()
    told = sent.filter(number__gte=begun or 0).aggregate(first=Min("made_on"), step=Max("step"))
    asked = Dispute.objects.filter(patient=patient).exclude(status=Dispute.Status.CLOSED)
    about = set(asked.order_by().values_list("about", flat=True))
    paid = Payment.objects.filter(patient__in=family.patients, status=Payment.Status.POSTED)
    last_paid = paid.aggregate(last=Max("taken_at"))["last"]
    standing = Standing(
        owed=mine.total if mine else ZERO,
        first_billed=told["first"],
        notices=_notices(told["step"] or 0, policy),
        last_paid=last_paid.date() if last_paid else None,
        born=patient.birth_date,
        open_question=bool(about),
        open_estimate=Dispute.About.ESTIMATE in about,
        bankrupt=Dispute.About.BANKRUPT in about,
        help_open=has_help(patient),
        on_plan=bool(mine and any(line.held == "plan" for line in mine.held)),
        with_insurance=bool(mine and any(line.held == "insurance" for line in mine.held)),
        returned=sent.exclude(returned_on=None).exists(),
        deceased=patient.status == Patient.Status.DECEASED,
        has_guarantor=family.guarantor is not None and family.guarantor.patient_id != patient.pk,
    )
    return Judged(patient, bill, standing, why_not(standing, limits_of(policy), on))


def candidates_to_hand_over(policy: StatementPolicy, on: date) -> Iterator[Judged]:
    """Yield those whose balances the policy would hand over, asking only about likely ones."""
    last = min(policy.notices, _LAST_NOTICE)
    warned = Statement.objects.filter(
        status__in=(Statement.Status.SENT, Statement.Status.REPLACED), step__gte=last
    )
    live = (Status.PROPOSED, Status.LETTER, Status.PLACED)
    found = patients_owing().filter(
        Q(pk__in=warned.values("patient")) | Q(pk__in=warned.values("parts__patient"))
    )
    found = found.exclude(placements__status__in=live).order_by("pk").distinct()
    for patient in found.iterator(chunk_size=200):
        one = judged(patient, policy, on)
        if not one.why_not:
            yield one


def placements(show: str = Status.PROPOSED) -> QuerySet[Placement]:
    """Return accounts in one state, the largest first."""
    state = show if show in Status.values else Status.PROPOSED
    found = Placement.objects.filter(status=state).select_related("patient", "agency", "letter")
    return found.order_by("-amount", "pk")


def placements_by_state() -> dict[str, tuple[int, Decimal]]:
    """Return how many accounts and dollars are in each state."""
    rows = Placement.objects.order_by().values_list("status")
    told = rows.annotate(count=Count("pk"), sum=Sum("amount"))
    return {status: (count, total) for status, count, total in told}


def with_agency(patient: Patient) -> list[Moved]:
    """Return what of a patient's bill stands with an agency, charge by charge, oldest first."""
    rows = (
        Entry.objects.filter(patient=patient)
        .filter(Q(source__code=COLLECTIONS) | Q(target__code=COLLECTIONS))
        .order_by()
        .values("visit_id", "charge_id", "target__code")
        .annotate(sum=Sum("amount"))
    )
    sums: dict[tuple[UUID | None, UUID | None], Decimal] = {}
    for row in rows:
        key = (row["visit_id"], row["charge_id"])
        sign = 1 if row["target__code"] == COLLECTIONS else -1
        sums[key] = sums.get(key, ZERO) + sign * row["sum"]
    moved = [Moved(visit, charge, amount) for (visit, charge), amount in sums.items() if amount]
    return sorted(moved, key=lambda one: (str(one.visit_id or ""), str(one.charge_id or "")))


def agencies() -> QuerySet[Agency]:
    """Return the agencies one may hand over to."""
    return Agency.objects.filter(is_active=True).order_by("name")


def agency_files() -> QuerySet[AgencyFile]:
    """Return files to and from agencies, the newest first, without their contents."""
    return AgencyFile.objects.select_related("agency").defer("content").order_by("-number")


def placed_accounts(numbers: list[int]) -> dict[int, Placement]:
    """Return accounts by the number that the agency calls them, in one question."""
    found = Placement.objects.filter(number__in=numbers).select_related("patient", "agency")
    return {one.number: one for one in found}


def _notices(step: int, policy: StatementPolicy) -> int:
    return policy.notices if step == _LAST_NOTICE else step


def owed_after_letter(found: Judged) -> Decimal:
    """Return what is owed on the lines that only the letter before collections holds."""
    mine = next((bill for one, bill in found.bill.parts if one.pk == found.patient.pk), None)
    if mine is None:
        return ZERO
    held = sum((line.due for line in mine.held if line.held == "agency"), ZERO)
    return max(mine.asked + held - mine.credit, ZERO)
