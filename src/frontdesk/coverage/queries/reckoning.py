"""What a patient will owe, reckoned from contract, answer, claims in flight and second plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from frontdesk.coding.queries import price_book
from frontdesk.core.errors import Refused
from frontdesk.coverage.models import EligibilityCheck, Policy
from frontdesk.coverage.queries.answers import OFFICE_VISIT, last_check
from frontdesk.coverage.queries.held import charge_schedule, policies_of, prices
from frontdesk.coverage.queries.promised import accuracy_for, flight_of
from frontdesk.coverage.rules import (
    BenefitSummary,
    Item,
    Ranged,
    Second,
    ranged,
    service_type_of,
    summary_of,
)
from frontdesk.people.models import Patient

Codes = Sequence[Mapping[str, Any]]


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
        check = last_check(policy, on)
    items = items_of(codes, on, policy, check)
    benefits, caveat = _benefits(policy, check, {item.service_type for item in items})
    behind = _behind(patient, policy, on)
    told = ranged(
        items,
        benefits,
        _answer(check),
        flight=flight_of(policy, on) if policy and benefits is not None else None,
        second=_second(behind, codes, on) if behind and benefits is not None else None,
        accuracy=accuracy_for(policy.subscription.plan.payer_id, at) if policy else None,
    )
    if caveat:
        told.outcome.because.insert(0, {"words": caveat, "amount": None, "segment": 0})
    return Reckoned(told, policy, check if benefits is not None else None, behind)


def items_of(
    codes: Codes, on: date, policy: Policy | None, check: EligibilityCheck | None
) -> list[Item]:
    """Return the services with our charge and what the contract of the policy allows for each."""
    names = [str(one["code"]) for one in codes]
    visit_type = _asked(check)
    charges = prices(names, charge_schedule(on))
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
    return precise[0] if precise else OFFICE_VISIT


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
    return policies_of(patient, on).filter(rank__gt=policy.rank).first()


def _second(policy: Policy, codes: Codes, on: date) -> Second:
    check = last_check(policy, on)
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
