"""What a patient is told they will owe."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage import queries
from frontdesk.coverage.models import EligibilityCheck, Estimate, Policy
from frontdesk.coverage.rules import (
    BenefitSummary,
    Item,
    Line,
    estimate_of,
    service_type_of,
    summary_of,
)
from frontdesk.people.models import Patient


@operation("coverage.estimate")
def estimate(
    patient: Patient,
    *,
    codes: Sequence[Mapping[str, Any]],
    on: date,
    at: datetime,
    by: Actor,
    policy: Policy | None = None,
    check: EligibilityCheck | None = None,
    appointment_id: UUID | None = None,
) -> Estimate:
    """Reckon what the patient will owe for services on a day, and keep it as it was given.

    `codes` are `{"code", "units", "modifiers"}`. Without policy and check it is self-pay. With
    a policy, its newest answer is used; where there is none that is active, that is said.
    """
    if check is not None:
        policy = check.policy
    elif policy is not None:
        check = queries.last_check(policy, on)
    items = _items(codes, on, policy, _asked(check))
    benefits, caveat = _benefits(policy, check, {item.service_type for item in items})
    outcome = estimate_of(items, benefits, _answer(check))
    if caveat:
        outcome.because.insert(0, {"words": caveat, "amount": None, "segment": 0})
    if policy is not None and queries.policies_of(patient, on).exclude(pk=policy.pk).exists():
        outcome.say("A second plan may pay part of this: it is not counted here.")
    made = Estimate(
        patient=patient,
        policy=policy,
        asked=check if benefits is not None else None,
        appointment_id=appointment_id,
        service_on=on,
        charged=outcome.charged,
        allowed=outcome.allowed,
        plan_pays=outcome.plan_pays,
        patient_owes=outcome.owes,
        lines=[_line(line) for line in outcome.lines],
        because=outcome.because,
        made_at=at,
    )
    made.save()
    return made


def _asked(check: EligibilityCheck | None) -> str:
    """The service type of the visit, where a code does not tell its own."""
    precise = [code for code in check.asked_types if code != "30"] if check else []
    return precise[0] if precise else queries.OFFICE_VISIT


def _items(
    codes: Sequence[Mapping[str, Any]], on: date, policy: Policy | None, visit_type: str
) -> list[Item]:
    names = [str(one["code"]) for one in codes]
    charges = queries.prices(names, queries.charge_schedule(on))
    contract = policy.subscription.plan.payer.allowed if policy else None
    allowed = queries.prices(names, contract)
    items = []
    for one in codes:
        modifiers = [str(modifier) for modifier in one.get("modifiers") or ()]
        units = int(one.get("units") or 1)
        charge = one.get("charge") or _price(charges, str(one["code"]), modifiers)
        if charge is None:
            raise Refused(f"{one['code']} has no price on the fee schedule.")
        contracted = _price(allowed, str(one["code"]), modifiers)
        items.append(
            Item(
                code=str(one["code"]),
                units=units,
                charged=Decimal(charge) * units,
                allowed=None if contracted is None else contracted * units,
                service_type=service_type_of(str(one["code"]), visit_type),
            )
        )
    return items


def _price(
    prices: Mapping[tuple[str, str], Decimal], code: str, modifiers: Sequence[str]
) -> Decimal | None:
    for modifier in [*modifiers, ""]:
        if (code, modifier) in prices:
            return prices[code, modifier]
    return None


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


def _line(line: Line) -> dict[str, Any]:
    told = {name: str(value) for name, value in asdict(line).items()}
    return {**told, "units": line.units, "owes": str(line.owes), "plan_pays": str(line.plan_pays)}
