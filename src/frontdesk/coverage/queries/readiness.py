"""How coverage stands for the appointments of a day, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from frontdesk.coverage.models import Authorization, Benefit, EligibilityCheck, Policy

_STANDINGS = {
    EligibilityCheck.Status.ACTIVE: ("ok", "Active"),
    EligibilityCheck.Status.QUEUED: ("warn", "Asking the payer"),
    EligibilityCheck.Status.INACTIVE: ("stop", "Not active on the day"),
    EligibilityCheck.Status.NOT_FOUND: ("stop", "The payer does not find the patient"),
    EligibilityCheck.Status.FAILED: ("warn", "No answer from the payer"),
    EligibilityCheck.Status.UNCLEAR: ("warn", "The answer needs a person"),
}


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
    policy_id: UUID | None = None  # the first plan of the day
    check_id: UUID | None = None  # the answer that counts
    is_asking: bool = False

    @property
    def tone(self) -> str:
        """The colour of the state."""
        return {"ok": "green", "warn": "amber", "stop": "red"}.get(self.state, "slate")


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
        ready = _ready(policy, check, day, needed, held.get(one.patient_id, ()))
        found[one.pk] = replace(
            ready,
            policy_id=policy.pk if policy else None,
            check_id=check.pk if check else None,
            is_asking=check is not None and check.status == EligibilityCheck.Status.QUEUED,
        )
    return found


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
    required = Benefit.objects.filter(asked__in=list(asked), authorization="Y")
    return {
        benefit.asked_id
        for benefit in required
        if set(benefit.fact.service_types) & set(asked[benefit.asked_id].asked_types)
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
