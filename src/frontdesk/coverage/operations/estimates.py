"""What a patient is told they will owe, and what came of it when the payer decided."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from frontdesk.coding.queries import price_book
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage import queries
from frontdesk.coverage.models import (
    ClaimInFlight,
    EligibilityCheck,
    Estimate,
    EstimateOutcome,
    Policy,
)
from frontdesk.coverage.rules import (
    BenefitSummary,
    Item,
    Line,
    Ranged,
    Second,
    ranged,
    service_type_of,
    summary_of,
)
from frontdesk.people.models import Patient

Codes = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A claim as its payer decided it (835), beside what we expected."""

    claim_id: UUID
    service_on: date
    expected_allowed: Decimal
    expected_owes: Decimal
    low: Decimal
    high: Decimal
    allowed: Decimal
    owes: Decimal
    estimate: Estimate | None = None


@operation("coverage.estimate")
def estimate(
    patient: Patient,
    *,
    codes: Codes,
    on: date,
    at: datetime,
    by: Actor,
    policy: Policy | None = None,
    check: EligibilityCheck | None = None,
    appointment_id: UUID | None = None,
) -> Estimate:
    """Reckon what the patient will owe for services on a day, and keep it as it was given.

    `codes` are `{"code", "units", "modifiers"}`. Without policy and check it is self-pay. With
    a policy, its newest answer is used; where there is none that is active, that is said. Claims
    in flight, the second plan and our past errors with the payer give the range.
    """
    found = reckon(patient, codes=codes, on=on, at=at, policy=policy, check=check)
    outcome = found.ranged.outcome
    made = Estimate(
        patient=patient,
        policy=found.policy,
        asked=found.check,
        appointment_id=appointment_id,
        service_on=on,
        charged=outcome.charged,
        allowed=outcome.allowed,
        plan_pays=outcome.plan_pays,
        patient_owes=found.ranged.owes,
        low=found.ranged.low,
        high=found.ranged.high,
        second=found.second,
        second_pays=found.ranged.second,
        lines=[
            _line(line, paid)
            for line, paid in zip(outcome.lines, found.ranged.second_pays, strict=True)
        ],
        because=outcome.because,
        made_at=at,
    )
    made.save()
    return made


@dataclass(frozen=True, slots=True)
class Reckoned:
    """An estimate before it is given: nothing is kept of it."""

    ranged: Ranged
    policy: Policy | None
    check: EligibilityCheck | None
    second: Policy | None


def reckon(
    patient: Patient,
    *,
    codes: Codes,
    on: date,
    at: datetime,
    policy: Policy | None = None,
    check: EligibilityCheck | None = None,
) -> Reckoned:
    """Return what a patient will owe, without keeping it; inside a practice's scope."""
    if check is not None:
        policy = check.policy
    elif policy is not None:
        check = queries.last_check(policy, on)
    items = items_of(codes, on, policy, check)
    benefits, caveat = _benefits(policy, check, {item.service_type for item in items})
    behind = _behind(patient, policy, on)
    told = ranged(
        items,
        benefits,
        _answer(check),
        flight=queries.flight_of(policy, on) if policy and benefits is not None else None,
        second=_second(behind, codes, on) if behind and benefits is not None else None,
        accuracy=queries.accuracy_for(policy.subscription.plan.payer_id, at) if policy else None,
    )
    if caveat:
        told.outcome.because.insert(0, {"words": caveat, "amount": None, "segment": 0})
    return Reckoned(told, policy, check if benefits is not None else None, behind)


@operation("coverage.estimate")
def note_in_flight(
    policy: Policy,
    *,
    claim_id: UUID,
    service_on: date,
    deductible: Decimal,
    owes: Decimal,
    at: datetime,
    by: Actor,
) -> ClaimInFlight:
    """Note that a claim waits for its payer, with what it will likely use; once a claim."""
    known = ClaimInFlight.objects.filter(claim_id=claim_id).first()
    row = known or ClaimInFlight(claim_id=claim_id, since=at)
    row.policy, row.service_on = policy, service_on
    row.deductible, row.owes, row.decided_at = deductible, owes, None
    row.save()
    return row


@operation("coverage.estimate")
def note_decided(policy: Policy, decided: Decided, *, at: datetime, by: Actor) -> EstimateOutcome:
    """Keep what a payer decided beside what was expected: once a claim, the first decision."""
    flight = ClaimInFlight.objects.filter(claim_id=decided.claim_id, decided_at=None).first()
    if flight is not None:
        flight.decided_at = at
        flight.save()
    known = EstimateOutcome.objects.filter(claim_id=decided.claim_id).first()
    if known is not None:
        return known
    outcome = EstimateOutcome(
        payer_id=policy.subscription.plan.payer_id,
        policy=policy,
        estimate=decided.estimate,
        claim_id=decided.claim_id,
        service_on=decided.service_on,
        expected_allowed=decided.expected_allowed,
        expected_owes=decided.expected_owes,
        low=decided.low,
        high=decided.high,
        allowed=decided.allowed,
        owes=decided.owes,
        decided_at=at,
    )
    outcome.save()
    return outcome


@operation("coverage.estimate")
def land(claim_ids: Sequence[UUID], *, at: datetime, by: Actor) -> int:
    """Take claims out of the air that nobody will decide any more: voided, or paid unseen."""
    rows = list(ClaimInFlight.objects.filter(claim_id__in=list(claim_ids), decided_at=None))
    for row in rows:
        row.decided_at = at
    ClaimInFlight.objects.bulk_update(rows, ["decided_at"])
    return len(rows)


def items_of(
    codes: Codes, on: date, policy: Policy | None, check: EligibilityCheck | None
) -> list[Item]:
    """Return the services with our charge and what the contract of the policy allows for each."""
    names = [str(one["code"]) for one in codes]
    visit_type = _asked(check)
    charges = queries.prices(names, queries.charge_schedule(on))
    plan = policy.subscription.plan if policy else None
    schedules = [plan.payer.allowed_id] if plan and plan.payer.allowed_id else []
    book = price_book([plan.payer_id], names, schedules=schedules) if plan else None
    items = []
    for one in codes:
        code, units = str(one["code"]), int(one.get("units") or 1)
        modifiers = [str(modifier) for modifier in one.get("modifiers") or ()]
        charge = one.get("charge") or _price(charges, code, modifiers)
        if charge is None:
            raise Refused(f"{code} has no price on the fee schedule.")
        agreed = None
        if book is not None and plan is not None:
            agreed = book.allowed(
                plan.payer_id,
                code,
                modifiers,
                on,
                plan=plan.pk,
                charge=Decimal(charge),
                schedule=plan.payer.allowed_id,
            )
        items.append(
            Item(
                code=code,
                units=units,
                charged=Decimal(charge) * units,
                allowed=None if agreed is None else agreed.amount * units,
                service_type=service_type_of(code, visit_type),
                agreed="" if agreed is None else agreed.because,
            )
        )
    return items


def _asked(check: EligibilityCheck | None) -> str:
    """The service type of the visit, where a code does not tell its own."""
    precise = [code for code in check.asked_types if code != "30"] if check else []
    return precise[0] if precise else queries.OFFICE_VISIT


def _price(
    prices: Mapping[tuple[str, str], Decimal], code: str, modifiers: Sequence[str]
) -> Decimal | None:
    for modifier in [*modifiers, ""]:
        if (code, modifier) in prices:
            return prices[code, modifier]
    return None


def _behind(patient: Patient, policy: Policy | None, on: date) -> Policy | None:
    """The plan that pays after this one, if there is one."""
    if policy is None:
        return None
    return queries.policies_of(patient, on).filter(rank__gt=policy.rank).first()


def _second(policy: Policy, codes: Codes, on: date) -> Second:
    check = queries.last_check(policy, on)
    items = items_of(codes, on, policy, check)
    benefits, _caveat = _benefits(policy, check, {item.service_type for item in items})
    name = policy.subscription.plan.payer.name
    return Second(name, items, benefits, _answer(check))


def _benefits(
    policy: Policy | None, check: EligibilityCheck | None, service_types: set[str]
) -> tuple[dict[str, BenefitSummary] | None, str]:
    if policy is None:
        return None, ""
    payer = policy.subscription.plan.payer.name
    if check is None:
        return None, f"{payer} has not answered yet: the whole charge is shown."
    if not check.is_active:
        because = check.rejected_because or check.get_status_display()
        return None, f"{payer} does not confirm the coverage ({because.rstrip('.')})."
    facts = [benefit.fact for benefit in check.benefits.order_by("segment")]
    return {one: summary_of(facts, [one]) for one in service_types}, ""


def _answer(check: EligibilityCheck | None) -> str:
    if check is None or check.answered_at is None:
        return "plan's answer"
    return f"plan's answer of {check.answered_at:%b} {check.answered_at.day}"


def _line(line: Line, second_pays: Decimal) -> dict[str, Any]:
    told = {name: str(value) for name, value in asdict(line).items()}
    return {
        **told,
        "units": line.units,
        "owes": str(line.owes - second_pays),
        "plan_pays": str(line.plan_pays),
        "second_pays": str(second_pays),
    }
