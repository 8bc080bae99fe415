"""Questions about coverage: policies, answers, benefits, prices, readiness."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from django.db.models import Case, F, Prefetch, Q, QuerySet, Value, When

from frontdesk.coding.models import Fee, FeeSchedule
from frontdesk.coverage.models import (
    Authorization,
    Benefit,
    EligibilityCheck,
    Estimate,
    Payer,
    Plan,
    Policy,
)
from frontdesk.coverage.rules import BenefitSummary, Figure, summary_of
from frontdesk.people.models import Patient

OFFICE_VISIT = "98"
_WITH_PLAN = ("subscription__plan__payer", "patient")
_STANDINGS = {
    EligibilityCheck.Status.ACTIVE: ("ok", "Active"),
    EligibilityCheck.Status.QUEUED: ("warn", "Asking the payer"),
    EligibilityCheck.Status.INACTIVE: ("stop", "Not active on the day"),
    EligibilityCheck.Status.NOT_FOUND: ("stop", "The payer does not find the patient"),
    EligibilityCheck.Status.FAILED: ("warn", "No answer from the payer"),
    EligibilityCheck.Status.UNCLEAR: ("warn", "The answer needs a person"),
}
_UNANSWERED = (EligibilityCheck.Status.QUEUED, EligibilityCheck.Status.FAILED)


class Booked(Protocol):
    """What readiness needs of an appointment."""

    pk: UUID
    patient_id: UUID
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class CoverageReadiness:
    """How coverage stands for one appointment; states are ok, warn, stop or none."""

    state: str
    words: str
    authorization: str = "none"
    authorization_words: str = "Not needed"

    @property
    def tone(self) -> str:
        """The colour of the state."""
        return {"ok": "green", "warn": "amber", "stop": "red"}.get(self.state, "slate")


@dataclass(frozen=True, slots=True)
class Standing:
    """A policy with its last answer and what that says of an office visit."""

    policy: Policy
    check: EligibilityCheck | None
    benefits: BenefitSummary


def policies_of(patient: Patient, on: date | None = None) -> QuerySet[Policy]:
    """Return the patient's policies by rank: those held now, or those valid on a day."""
    held = Policy.objects.filter(patient=patient).select_related(*_WITH_PLAN)
    if on is None:
        return held.filter(is_active=True).order_by("rank")
    valid = Q(starts_on=None) | Q(starts_on__lte=on)
    return held.filter(valid, Q(ends_on=None, is_active=True) | Q(ends_on__gte=on)).order_by(
        "rank", F("starts_on").desc(nulls_last=True), "-pk"
    )


def past_policies_of(patient: Patient) -> QuerySet[Policy]:
    """Return the policies that were ended, the latest first."""
    ended = Policy.objects.filter(patient=patient, is_active=False)
    return ended.select_related(*_WITH_PLAN).order_by(F("ends_on").desc(nulls_last=True), "-pk")


def last_check(policy: Policy, on: date | None = None) -> EligibilityCheck | None:
    """Return the newest answered check of a policy, one for the very day before any other."""
    checks = EligibilityCheck.objects.filter(policy=policy).exclude(status__in=_UNANSWERED)
    if on is not None:
        here = When(service_on=on, then=Value(0))
        checks = checks.order_by(Case(here, default=Value(1)), "-asked_at")
    else:
        checks = checks.order_by("-asked_at")
    return checks.select_related("policy__subscription__plan__payer", "policy__patient").first()


def checks_of(patient: Patient) -> QuerySet[EligibilityCheck]:
    """Return every question asked about the patient, the newest first."""
    asked = EligibilityCheck.objects.filter(patient=patient)
    return asked.select_related("policy__subscription__plan__payer").order_by("-asked_at")


def check_page(pk: UUID) -> QuerySet[EligibilityCheck]:
    """Return one check with all that its page shows."""
    return (
        EligibilityCheck.objects.filter(pk=pk)
        .select_related("patient", "policy__subscription__plan__payer", "policy__patient")
        .prefetch_related(Prefetch("benefits", Benefit.objects.order_by("segment")))
    )


def benefit_for(
    check: EligibilityCheck, service_types: str | Sequence[str] = "", network: str = "Y"
) -> BenefitSummary:
    """Return what the plan said for a service: copay, coinsurance, deductible, caps.

    `service_types` are X12 EB03 codes (a sequence, or separated by commas); without any, those
    that were asked about. The exact service is read first, then the whole plan.
    """
    if isinstance(service_types, str):
        service_types = [code for code in service_types.split(",") if code]
    return _summary(check.benefits.all(), service_types or check.asked_types, network)


def copay_for(check: EligibilityCheck, service_types: str | Sequence[str] = "") -> Figure | None:
    """Return the copay the plan named for a service, with the line it stands on; None: none."""
    return benefit_for(check, service_types).copay


def standings(patient: Patient) -> list[Standing]:
    """Return the policies held now, each with its last answer, in a constant number of queries."""
    policies = list(policies_of(patient))
    checks = _last_checks(policies)
    found = []
    for policy in policies:
        check = checks.get(policy.pk)
        said = check.benefits.all() if check else []
        found.append(Standing(policy, check, _summary(said, _asked(check), "Y")))
    return found


def waiting_check(policy: Policy) -> EligibilityCheck | None:
    """Return the question that is still under way."""
    return (
        EligibilityCheck.objects.filter(policy=policy, status=EligibilityCheck.Status.QUEUED)
        .order_by("-asked_at")
        .first()
    )


def readiness(
    appointments: Iterable[Booked], on: date | None = None
) -> dict[UUID, CoverageReadiness]:
    """Return how coverage and authorization stand for each appointment, in four queries.

    `on` is the local day when all are of one; without it each start's UTC day is taken.
    """
    booked = list(appointments)
    policies = _primary_policies({one.patient_id for one in booked})
    checks = _checks_for(booked, policies)
    needed = _needing_authorization(checks.values())
    held = _authorizations({one.patient_id for one in booked}) if needed else {}
    found = {}
    for one in booked:
        day = on or one.starts_at.date()
        policy = _valid(policies.get(one.patient_id, ()), day)
        check = checks.get(one.pk) if policy else None
        found[one.pk] = _ready(policy, check, day, needed, held.get(one.patient_id, ()))
    return found


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


def plans_of(payer: Payer) -> QuerySet[Plan]:
    """Return the plans of a payer."""
    return Plan.objects.filter(payer=payer).order_by("name", "group_number")


def authorizations_of(patient: Patient) -> QuerySet[Authorization]:
    """Return the patient's authorizations, the newest first."""
    return (
        Authorization.objects.filter(patient=patient)
        .select_related("policy__subscription__plan__payer")
        .order_by("-pk")
    )


def authorization_for(
    patient: Patient, codes: Iterable[str], on: date, policy: Policy | None = None
) -> Authorization | None:
    """Return an approved authorization that covers one of the codes on a day."""
    approved = Authorization.objects.filter(
        patient=patient, status=Authorization.Status.APPROVED
    ).order_by("ends_on", "pk")
    if policy is not None:
        approved = approved.filter(policy=policy)
    wanted = set(codes)
    return next((a for a in approved if a.holds_on(on) and a.covers(wanted)), None)


def estimate_given(appointment_id: UUID) -> Estimate | None:
    """Return the last estimate made for an appointment."""
    made = Estimate.objects.filter(appointment_id=appointment_id)
    return made.select_related("policy__subscription__plan__payer").order_by("-made_at").first()


def _asked(check: EligibilityCheck | None) -> tuple[str, ...]:
    if check is None:
        return (OFFICE_VISIT,)
    precise = tuple(code for code in check.asked_types if code != "30")
    return precise or (OFFICE_VISIT,)


def _summary(
    benefits: Iterable[Benefit], service_types: Sequence[str], network: str
) -> BenefitSummary:
    ordered = sorted(benefits, key=lambda benefit: benefit.segment)
    return summary_of([benefit.fact for benefit in ordered], service_types, network)


def _last_checks(policies: Iterable[Policy]) -> dict[UUID, EligibilityCheck]:
    """Return the newest answered check of each policy, with its benefits."""
    asked = (
        EligibilityCheck.objects.filter(policy__in=[policy.pk for policy in policies])
        .exclude(status__in=_UNANSWERED)
        .order_by("asked_at")
        .prefetch_related("benefits")
    )
    return {check.policy_id: check for check in asked}


def _primary_policies(patient_ids: set[UUID]) -> dict[UUID, list[Policy]]:
    held: dict[UUID, list[Policy]] = defaultdict(list)
    primary = Policy.objects.filter(patient__in=patient_ids, rank=Policy.Rank.PRIMARY)
    for policy in primary.order_by("-is_active", "-pk"):
        held[policy.patient_id].append(policy)
    return held


def _valid(policies: Sequence[Policy], on: date) -> Policy | None:
    active = (p for p in policies if p.covers(on) and (p.is_active or p.ends_on))
    return next(active, None)


def _checks_for(
    booked: Sequence[Booked], policies: Mapping[UUID, Sequence[Policy]]
) -> dict[UUID, EligibilityCheck]:
    """Return for each appointment its own newest check, else its policy's newest."""
    ids = [policy.pk for several in policies.values() for policy in several]
    asked = EligibilityCheck.objects.filter(policy__in=ids).order_by("asked_at")
    asked = asked.defer("request", "response")
    by_appointment, by_patient = {}, {}
    for check in asked:
        by_patient[check.patient_id] = check
        if check.appointment_id:
            by_appointment[check.appointment_id] = check
    found = {one.pk: by_appointment.get(one.pk) or by_patient.get(one.patient_id) for one in booked}
    return {pk: check for pk, check in found.items() if check}


def _needing_authorization(checks: Iterable[EligibilityCheck]) -> set[UUID]:
    asked = {check.pk: check for check in checks}
    required = Benefit.objects.filter(check__in=list(asked), authorization="Y")
    return {
        benefit.check_id
        for benefit in required
        if set(benefit.fact.service_types) & set(asked[benefit.check_id].asked_types)
    }


def _authorizations(patient_ids: set[UUID]) -> dict[UUID, list[Authorization]]:
    held: dict[UUID, list[Authorization]] = defaultdict(list)
    statuses = (Authorization.Status.APPROVED, Authorization.Status.REQUESTED)
    for one in Authorization.objects.filter(patient__in=patient_ids, status__in=statuses):
        held[one.patient_id].append(one)
    return held


def _ready(
    policy: Policy | None,
    check: EligibilityCheck | None,
    on: date,
    needed: set[UUID],
    authorizations: Sequence[Authorization],
) -> CoverageReadiness:
    if policy is None:
        return CoverageReadiness("none", "Self-pay: no plan on file")
    if check is None:
        return CoverageReadiness("warn", "Not verified yet")
    state, words = _standing_words(check)
    if check.pk not in needed:
        return CoverageReadiness(state, words)
    mine = [a for a in authorizations if a.policy_id == policy.pk]
    if any(a.status == Authorization.Status.APPROVED and a.holds_on(on) for a in mine):
        return CoverageReadiness(state, words, "ok", "Approved")
    if any(a.status == Authorization.Status.REQUESTED for a in mine):
        return CoverageReadiness(state, words, "warn", "Asked for, no answer yet")
    return CoverageReadiness(state, words, "stop", "The plan wants an authorization")


def _standing_words(check: EligibilityCheck) -> tuple[str, str]:
    if check.is_active and check.differences:
        what = ", ".join(str(one["what"]).lower() for one in check.differences)
        return "warn", f"Active, but the plan holds another {what}"
    state, words = _STANDINGS[EligibilityCheck.Status(check.status)]
    return state, (check.is_answered and check.rejected_because) or words
