"""How coverage stands for the appointments of a day, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from frontdesk.coverage.models import (
    Authorization,
    AuthorizationUse,
    AuthorizedService,
    Benefit,
    EligibilityCheck,
    Policy,
)
from frontdesk.coverage.queries.authorizing import services_used
from frontdesk.coverage.rules.authorizing import Held

_STANDINGS = {
    EligibilityCheck.Status.ACTIVE: ("ok", "Active"),
    EligibilityCheck.Status.QUEUED: ("warn", "Asking the payer"),
    EligibilityCheck.Status.INACTIVE: ("stop", "Not active on the day"),
    EligibilityCheck.Status.NOT_FOUND: ("stop", "The payer does not find the patient"),
    EligibilityCheck.Status.FAILED: ("warn", "No answer from the payer"),
    EligibilityCheck.Status.UNCLEAR: ("warn", "The answer needs a person"),
}
_OWN_WORDS = {
    Authorization.Status.NOT_NEEDED.value: ("ok", "Not needed: the payer said so"),
    Authorization.Status.DENIED.value: ("stop", "Denied by the payer"),
    Authorization.Status.APPEALED.value: ("warn", "Denied and appealed"),
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
    authorization_id: UUID | None = None  # the one that the visit hangs on
    referral: str = "none"
    referral_words: str = ""
    check_id: UUID | None = None  # the answer that counts
    is_asking: bool = False

    @property
    def tone(self) -> str:
        """The colour of the state."""
        return {"ok": "green", "warn": "amber", "stop": "red"}.get(self.state, "slate")


def readiness(
    appointments: Iterable[Booked], on: date | None = None
) -> dict[UUID, CoverageReadiness]:
    """Return how coverage and authorization stand for each appointment, in five queries.

    `on` is the local day when all are of one; without it each start's UTC day is taken.
    """
    booked = list(appointments)
    policies = _primary_policies({one.patient_id for one in booked})
    checks = _checks_for(booked, policies)
    needed = _needing_authorization(checks.values())
    held = _authorizations(booked)
    found = {}
    for one in booked:
        day = on or one.starts_at.date()
        policy = _valid(policies.get(one.patient_id, ()), day)
        check = checks.get(one.pk) if policy else None
        mine = held.of(one, policy)
        ready = _ready(policy, check, check is not None and check.pk in needed, mine, day)
        found[one.pk] = replace(
            ready,
            referral=_referral(mine, day)[0],
            referral_words=_referral(mine, day)[1],
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


@dataclass(frozen=True, slots=True)
class _Mine:
    """What one visit has of authorizations: the one that is its own, and all it might use."""

    own: Authorization | None = None
    line: Held | None = None  # what it keeps or used already
    lines: Sequence[tuple[AuthorizedService, Held]] = ()
    kept: frozenset[UUID] = frozenset()  # the lines it uses, of a referral too


@dataclass(slots=True)
class _Held:
    """The authorizations of some patients, and what their visits keep of them."""

    lines: dict[UUID, list[tuple[AuthorizedService, Held]]]
    uses: dict[UUID, set[UUID]]  # appointment: the lines it uses

    def of(self, one: Booked, policy: Policy | None) -> _Mine:
        """Return what a visit has, under the plan that holds on its day."""
        if policy is None:
            return _Mine()
        lines = [
            pair
            for pair in self.lines.get(one.patient_id, ())
            if pair[0].authorization.policy_id == policy.pk
        ]
        asked = [
            line.authorization
            for line, _ in lines
            if line.authorization.appointment_id == one.pk and _is_prior(line)
        ]
        kept = frozenset(self.uses.get(one.pk, ()))
        mine = [pair for pair in lines if pair[0].pk in kept and _is_prior(pair[0])]
        used = mine[0] if mine else None
        own = used[0].authorization if used else max(asked, key=lambda a: a.pk, default=None)
        return _Mine(own, used[1] if used else None, lines, kept)


def _authorizations(booked: Sequence[Booked]) -> _Held:
    statuses = Authorization.OPEN | Authorization.ALLOWS
    found: dict[UUID, list[tuple[AuthorizedService, Held]]] = defaultdict(list)
    for line in services_used().filter(
        authorization__patient__in={one.patient_id for one in booked},
        authorization__status__in=statuses,
    ):
        used = line.used  # type: ignore[attr-defined] # annotated
        found[line.authorization.patient_id].append((line, line.held(used)))
    kept: dict[UUID, set[UUID]] = defaultdict(set)
    uses = AuthorizationUse.objects.filter(
        appointment_id__in=[one.pk for one in booked], is_active=True
    )
    for appointment_id, service_id in uses.values_list("appointment_id", "service_id"):
        if appointment_id:
            kept[appointment_id].add(service_id)
    return _Held(found, kept)


def _is_prior(line: AuthorizedService) -> bool:
    return bool(line.authorization.kind == Authorization.Kind.PRIOR)


def _ready(
    policy: Policy | None,
    check: EligibilityCheck | None,
    is_needed: bool,
    mine: _Mine,
    on: date,
) -> CoverageReadiness:
    if policy is None:
        return CoverageReadiness("none", "Self-pay: no plan on file")
    state, words = _standing_words(check) if check else ("warn", "Not verified yet")
    approval, says = _approval(mine, is_needed, on)
    own = mine.own.pk if mine.own else None
    return CoverageReadiness(state, words, approval, says, authorization_id=own)


def _approval(mine: _Mine, is_needed: bool, on: date) -> tuple[str, str]:
    """Return how the authorization stands: the visit's own first, then any that fits."""
    prior = [(line.authorization, held) for line, held in mine.lines if _is_prior(line)]
    is_asked = any(one.status in Authorization.WAITS for one, _ in prior)
    is_needed = is_needed or (mine.own is not None and not mine.own.allows)
    speaks = mine.own is not None and (mine.line is not None or not mine.own.allows)
    if speaks and mine.own and not (is_asked and mine.own.status == Authorization.Status.NEEDED):
        return _own_words(mine.own, mine.line, on)
    if not is_needed:
        return ("ok", "Approved") if mine.own else ("none", "Not needed")
    usable = [(one, held) for one, held in prior if one.allows and one.holds_on(on)]
    if any(held.left is None or held.left > 0 for _, held in usable):
        return "ok", "Approved"
    if is_asked:
        return "warn", "Asked for, no answer yet"
    if usable:
        return "stop", "All that was approved is used"
    return "stop", "The plan wants an authorization"


def _own_words(own: Authorization, line: Held | None, on: date) -> tuple[str, str]:
    status = Authorization.Status
    if own.status == status.NEEDED:
        return "stop" if own.stops != "warn" else "warn", "Needed, not asked for"
    if own.status in (status.APPROVED, status.PARTIAL):
        if not own.holds_on(on):
            return "stop", "Approved for other days"
        left = line.left if line else None
        return "ok", "Approved" if left is None else f"Approved, {left} left after this"
    return _OWN_WORDS.get(own.status, ("warn", "Asked for, no answer yet"))


def _referral(mine: _Mine, on: date) -> tuple[str, str]:
    """Return how a referral stands: one that holds on the day, with visits left."""
    referrals = [(line.authorization, held) for line, held in mine.lines if not _is_prior(line)]
    holding = [(one, held) for one, held in referrals if one.allows and one.holds_on(on)]
    for one, held in holding:
        if held.left is None or held.left > 0 or held.key in mine.kept:
            left = "" if held.left is None else f", {held.left} left"
            return "ok", f"From {one.referred_by or 'the referring office'}{left}"
    if holding:
        return "stop", "All visits of the referral are used"
    if any(one.status in Authorization.WAITS for one, _ in referrals):
        return "warn", "Asked for, no answer yet"
    return "none", ""


def _standing_words(check: EligibilityCheck) -> tuple[str, str]:
    if check.is_active and check.differences:
        what = ", ".join(str(one["what"]).lower() for one in check.differences)
        return "warn", f"Active, but the plan holds another {what}"
    state, words = _STANDINGS[EligibilityCheck.Status(check.status)]
    return state, (check.is_answered and check.rejected_because) or words
