"""What is on file: policies, payers, plans, prices, authorizations, estimates."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q, QuerySet

from frontdesk.coding.models import Fee, FeeSchedule
from frontdesk.coverage.models import (
    Estimate,
    Payer,
    Plan,
    PlanVerification,
    Policy,
    Proposal,
)
from frontdesk.coverage.rules import figures_words, service_words
from frontdesk.people.models import Patient

_WITH_PLAN = ("subscription__plan__payer", "patient")


def policies_of(patient: Patient, on: date | None = None) -> QuerySet[Policy]:
    """Return the patient's policies by rank: those held now, or those valid on a day."""
    held = Policy.objects.filter(patient=patient).select_related(*_WITH_PLAN)
    if on is None:
        return held.filter(is_active=True).order_by("rank")
    valid = Q(starts_on=None) | Q(starts_on__lte=on)
    return held.filter(valid, Q(ends_on=None, is_active=True) | Q(ends_on__gte=on)).order_by(
        "rank", F("starts_on").desc(nulls_last=True), "-pk"
    )


def payers_held(asked: Mapping[UUID, tuple[UUID, date]]) -> dict[UUID, frozenset[str]]:
    """Return the ids of the payers that cover each patient on a day, by one query for any number.

    `asked` gives patient and day by any key; the answer comes by the same key.
    """
    rows = Policy.objects.filter(patient_id__in={patient for patient, _on in asked.values()})
    held: dict[UUID, list[tuple[date | None, date | None, bool, str]]] = defaultdict(list)
    for patient_id, starts_on, ends_on, is_active, payer in rows.values_list(
        "patient_id", "starts_on", "ends_on", "is_active", "subscription__plan__payer__payer_id"
    ):
        held[patient_id].append((starts_on, ends_on, is_active, payer))
    return {
        key: frozenset(
            payer
            for starts_on, ends_on, is_active, payer in held[patient_id]
            if (starts_on is None or starts_on <= on)
            and (is_active if ends_on is None else ends_on >= on)
        )
        for key, (patient_id, on) in asked.items()
    }


def policies() -> QuerySet[Policy]:
    """Return every policy with its plan, payer and patient."""
    return Policy.objects.select_related(*_WITH_PLAN)


def offered(patient: Patient) -> list[Policy]:
    """Return the policies an estimate may be made under, by rank."""
    return list(policies_of(patient))


def past_policies_of(patient: Patient) -> QuerySet[Policy]:
    """Return the policies that were ended, the latest first."""
    ended = Policy.objects.filter(patient=patient, is_active=False)
    return ended.select_related(*_WITH_PLAN).order_by(F("ends_on").desc(nulls_last=True), "-pk")


def prices(codes: Iterable[str], schedule: FeeSchedule | None) -> dict[tuple[str, str], Decimal]:
    """Return the fees of the codes on a schedule, by code and modifier."""
    if schedule is None:
        return {}
    fees = Fee.objects.filter(schedule=schedule, code__in=set(codes))
    return {(fee.code, fee.modifier): fee.amount for fee in fees}


def charge_schedule(on: date) -> FeeSchedule | None:
    """Return what the practice charges on a day."""
    valid = Q(ends_on=None) | Q(ends_on__gt=on)
    schedules = FeeSchedule.objects.filter(valid, kind=FeeSchedule.Kind.CHARGE, starts_on__lte=on)
    return schedules.order_by("-starts_on", "-pk").first()


def payers(text: str = "") -> QuerySet[Payer]:
    """Return the payers whose name or id holds the text, the active first."""
    found = Payer.objects.select_related("allowed")
    for word in text.split():
        found = found.filter(Q(name__icontains=word) | Q(payer_id__icontains=word))
    return found.order_by("-is_active", "name", "pk")


def named(pk: UUID | str | None) -> Payer | None:
    """Return the payer a form has chosen, if it is one."""
    try:
        return Payer.objects.filter(pk=pk).first() if pk else None
    except ValidationError:
        return None


def plans_of(payer: Payer) -> QuerySet[Plan]:
    """Return the plans of a payer."""
    return Plan.objects.filter(payer=payer).order_by("name", "group_number")


def estimates_of(patient: Patient) -> QuerySet[Estimate]:
    """Return what the patient was told they would owe, the newest first."""
    made = Estimate.objects.filter(patient=patient)
    return made.select_related("policy__subscription__plan__payer").order_by("-made_at")


def estimate_given(appointment_id: UUID) -> Estimate | None:
    """Return the last estimate made for an appointment."""
    made = Estimate.objects.filter(appointment_id=appointment_id)
    return made.select_related("policy__subscription__plan__payer").order_by("-made_at").first()


def proposals() -> QuerySet[Proposal]:
    """Return every proposed plan with what it rests on."""
    return Proposal.objects.select_related(
        "patient", "payer", "asked__policy__subscription__plan__payer", "question__payer", "policy"
    )


def proposals_of(patient: Patient) -> QuerySet[Proposal]:
    """Return the proposals about a patient that wait for a decision."""
    return proposals().filter(patient=patient, status=Proposal.Status.OPEN).order_by("-made_at")


@dataclass(frozen=True, slots=True)
class PlanKnown:
    """A plan with what it says for everybody on it; `patients` are covered by it now."""

    plan: Plan
    patients: int
    last: PlanVerification | None

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What it says in words: service, figures."""
        told = self.last.benefits if self.last else {}
        return [(service_words(service), figures_words(told[service])) for service in sorted(told)]


def plans_verified() -> list[PlanKnown]:
    """Return the plans by how many patients they have, each with its newest verification."""
    active = Q(subscriptions__policies__is_active=True)
    plans = Plan.objects.select_related("payer").annotate(
        patients=Count("subscriptions__policies", filter=active)
    )
    newest = {one.plan_id: one for one in PlanVerification.objects.order_by("verified_at", "pk")}
    found = [PlanKnown(plan, plan.patients, newest.get(plan.pk)) for plan in plans]
    return sorted(found, key=lambda one: (-one.patients, one.plan.payer.name, one.plan.name))


def plan_said(plan: Plan) -> PlanKnown:
    """Return one plan with its newest verification."""
    last = plan.verifications.order_by("-verified_at").first()
    return PlanKnown(plan, 0, last)
