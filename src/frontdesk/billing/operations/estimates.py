"""Estimates beside what payers decide: claims in flight, errors, bills beyond good faith."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from frontdesk.billing.models import Claim
from frontdesk.billing.operations.telling import apart_once
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.coverage import operations as coverage
from frontdesk.coverage import queries as held
from frontdesk.coverage.models import ClaimInFlight, EligibilityCheck, Estimate, EstimateOutcome
from frontdesk.ledger.queries import payment_policy
from frontdesk.staff.operations import open_work

LOOKS_BACK = timedelta(days=120)  # what was sent before is not compared any more
AT_A_TIME = 200
_FLYING = (
    Claim.Status.READY, Claim.Status.SENT, Claim.Status.RECEIVED, Claim.Status.ACCEPTED,
)  # fmt: skip
_LANDED = (Claim.Status.DENIED, Claim.Status.CLOSED, Claim.Status.VOIDED, Claim.Status.REJECTED)
_Expected = tuple[Estimate | None, Decimal, Decimal, Decimal, Decimal, Decimal]


@operation("billing.claim")
def compare_estimates(*, at: datetime, by: Actor) -> int:
    """Note claims in flight and compare decided ones with what was expected; return how many.

    A claim of a plan that never answered has nothing to be compared with. Doing it again
    compares no claim twice.
    """
    compared = 0
    for claim in _flying(at):
        _take_off(claim, at, by)
    for claim in _decided(at):
        compared += _compare(claim, at, by)
    _land(at, by)
    return compared


def _flying(at: datetime) -> QuerySet[Claim]:
    noted = ClaimInFlight.objects.filter(claim_id=OuterRef("pk"))
    return _first_plans(at).filter(~Exists(noted), status__in=_FLYING)[:AT_A_TIME]


def _decided(at: datetime) -> QuerySet[Claim]:
    done = EstimateOutcome.objects.filter(claim_id=OuterRef("pk"))
    waits = ClaimInFlight.objects.filter(claim_id=OuterRef("pk"), decided_at=None)
    paid = _first_plans(at).filter(~Exists(done) | Exists(waits), status=Claim.Status.PAID)
    return paid.order_by("-built_at")[:AT_A_TIME]


def _first_plans(at: datetime) -> QuerySet[Claim]:
    """Claims to a patient's first plan for which something was told, or known, before they went.

    Others have nothing to be compared with, and would stand in the way of those that have.
    """
    told = Estimate.objects.filter(
        appointment_id=OuterRef("visit__appointment_id"),
        policy=OuterRef("policy"),
        made_at__lt=OuterRef("built_at"),
    )
    answered = EligibilityCheck.objects.filter(
        policy=OuterRef("policy"),
        status=EligibilityCheck.Status.ACTIVE,
        answered_at__lt=OuterRef("built_at"),
    )
    claims = Claim.objects.filter(built_at__gt=at - LOOKS_BACK, policy__rank=1)
    return (
        claims.filter(Exists(told) | Exists(answered))
        .select_related("visit", "patient", "policy__subscription__plan__payer", "policy__patient")
        .prefetch_related("lines__charge")
    )


def _take_off(claim: Claim, at: datetime, by: Actor) -> None:
    expected = _expected(claim, at)
    if expected is None:
        return
    _estimate, _allowed, owes, _low, _high, deductible = expected
    coverage.note_in_flight(
        claim.policy,
        claim_id=claim.pk,
        service_on=claim.on,
        deductible=deductible,
        owes=owes,
        at=at,
        by=by,
    )


def _compare(claim: Claim, at: datetime, by: Actor) -> bool:
    coverage.land([claim.pk], at=at, by=by)  # it must not count against itself
    expected = _expected(claim, at)
    if expected is None:
        return False
    estimate, allowed, owes, low, high, _deductible = expected
    decided = coverage.Decided(
        claim_id=claim.pk,
        service_on=claim.on,
        estimate=estimate,
        expected_allowed=allowed,
        expected_owes=owes,
        low=low,
        high=high,
        allowed=sum((line.allowed for line in claim.lines.all()), ZERO),
        owes=claim.patient_responsibility,
    )
    coverage.note_decided(claim.policy, decided, at=at, by=by)
    if estimate is not None and decided.owes - owes >= payment_policy().told_beyond:
        _ask_to_explain(claim, decided, at, by)
    return True


def _ask_to_explain(claim: Claim, decided: coverage.Decided, at: datetime, by: Actor) -> None:
    open_work(
        kind="billing.estimate_apart",
        title=f"A patient owes ${decided.owes - decided.expected_owes} more than was estimated",
        detail=f"Told ${decided.expected_owes}, owes ${decided.owes} for claim {claim.number}.",
        how_to_fix="Open the claim: Told and owed shows why, line by line. Write to the patient "
        "before the bill comes, or correct what is wrong.",
        pool="biller",
        subject=claim,
        amount=decided.owes - decided.expected_owes,
        once=apart_once(claim),
        at=at,
        by=by,
    )


def _land(at: datetime, by: Actor) -> None:
    flying = ClaimInFlight.objects.filter(decided_at=None).values_list("claim_id", flat=True)
    landed = Claim.objects.filter(pk__in=flying, status__in=_LANDED)
    keys = list(landed.values_list("pk", flat=True)[:AT_A_TIME])
    if keys:
        coverage.land(keys, at=at, by=by)


def _expected(claim: Claim, at: datetime) -> _Expected | None:
    """What the patient was told for the visit, else what would have been told from the answer."""
    given = Estimate.objects.filter(
        appointment_id=claim.visit.appointment_id, policy=claim.policy, made_at__lt=claim.built_at
    )
    estimate = given.order_by("-made_at").first()
    if estimate is not None:
        owes = estimate.patient_owes + estimate.second_pays
        low = owes if estimate.low is None else min(estimate.low, owes)
        high = owes if estimate.high is None else max(estimate.high, owes)
        return estimate, estimate.allowed, owes, low, high, _deductible(estimate.told_lines)
    return _reckoned(claim, at)


def _reckoned(claim: Claim, at: datetime) -> _Expected | None:
    asked = EligibilityCheck.objects.filter(
        policy=claim.policy,
        status=EligibilityCheck.Status.ACTIVE,
        answered_at__lt=claim.built_at,
    ).select_related("policy__subscription__plan__payer", "policy__patient")
    check = asked.order_by("-answered_at").first()
    if check is None:
        return None
    try:
        found = held.reckon(
            claim.patient, codes=_codes(claim), on=claim.on, at=at, check=check
        ).ranged
    except Refused:
        return None
    outcome = found.outcome
    deductible = sum((line.deductible for line in outcome.lines), ZERO)
    high = max(found.high, outcome.owes)
    return None, outcome.allowed, outcome.owes, found.low, high, deductible


def _codes(claim: Claim) -> list[dict[str, Any]]:
    return [
        {
            "code": line.charge.code,
            "units": line.charge.units,
            "modifiers": line.charge.modifiers,
            "charge": (line.charge.amount / line.charge.units).quantize(Decimal("0.01")),
        }
        for line in claim.lines.all()
        if line.charge.units
    ]


def _deductible(lines: Iterable[dict[str, Any]]) -> Decimal:
    return sum((line["deductible"] for line in lines), ZERO)
