"""The demo's coverage: answers behind recent claims, how good estimates were, estimates to give."""

import random
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from frontdesk.billing import operations as billing
from frontdesk.billing.models import Claim
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.money import CENT
from frontdesk.core.operation import operation
from frontdesk.core.scoping import practice_scope
from frontdesk.coverage import operations as coverage
from frontdesk.coverage.models import Benefit, EligibilityCheck, Estimate, GoodFaithEstimate
from frontdesk.demo import office
from frontdesk.demo.visiting import staff
from frontdesk.scheduling import operations as scheduling
from frontdesk.scheduling.models import Appointment

DECIDED = 120  # claims with an answer behind them: enough for a payer's errors to count
TOLD = [Decimal(share) for share in ("0.2", "1", "1.4", "0.6")]  # of what came of it
ASKING, LATE = 3, 2  # asked for by phone; overdue, the others were given in time
_BY_ID = {facts.payer_id: facts for facts in office.PAYERS}


def live_coverage(practice_id: UUID) -> None:
    """Lay answers behind the newest paid claims, compare them, and owe some estimates."""
    clock = staff(practice_id, "clock", "Frontdesk")
    desk = staff(practice_id, "receptionist", "Maria Delgado")
    lay_answers(random.Random(23), by=clock)  # noqa: S311 - made-up accumulators, not secrets
    billing.compare_estimates(at=now(), by=clock)
    _good_faith(practice_id, clock, desk)


def live_told(practice_id: UUID) -> None:
    """Lay estimates before some decided claims, and compare them."""
    clock = staff(practice_id, "clock", "Frontdesk")
    lay_estimates(by=clock)
    billing.compare_estimates(at=now(), by=clock)


@operation("coverage.verify")
def lay_answers(chance: random.Random, *, by: Actor) -> int:
    """Write what the payers said before the newest paid claims; return how many answers."""
    paid = Claim.objects.filter(status=Claim.Status.PAID, policy__rank=1)
    with_plan = paid.select_related("policy__subscription__plan__payer", "visit")
    checks: list[EligibilityCheck] = []
    benefits: list[Benefit] = []
    for claim in with_plan.order_by("-built_at")[:DECIDED]:
        facts = _BY_ID.get(claim.policy.subscription.plan.payer.payer_id)
        if facts is not None:
            checks.append(_check(claim, facts))
            benefits += _said(checks[-1], facts, chance)
    EligibilityCheck.objects.bulk_create(checks)
    Benefit.objects.bulk_create(benefits)
    return len(checks)


@operation("coverage.estimate")
def lay_estimates(*, by: Actor) -> None:
    """Write what some patients had been told: too little, as it came, too much."""
    decided = Claim.objects.filter(
        status=Claim.Status.PAID, policy__rank=1, remittances__status="posted",
        visit__appointment_id__isnull=False, patient_responsibility__gt=0,
    ).select_related("visit", "patient").distinct()  # fmt: skip
    for claim, share in zip(decided.order_by("-patient_responsibility"), TOLD, strict=False):
        line = claim.lines.select_related("charge").order_by("place").first()
        if line is None:
            continue
        told = (claim.patient_responsibility * share).quantize(CENT)
        allowed = max(line.allowed, told)
        said = {"code": line.charge.code, "units": line.charge.units, "service_type": "98"}
        sums = {"charged": line.charge.amount, "allowed": allowed, "deductible": 0, "copay": 0}
        said |= {name: str(value) for name, value in (sums | {"coinsurance": told}).items()}
        Estimate.objects.create(
            patient=claim.patient, policy_id=claim.policy_id, service_on=claim.on,
            appointment_id=claim.visit.appointment_id, charged=line.charge.amount,
            allowed=allowed, plan_pays=allowed - told, patient_owes=told, lines=[said],
            made_at=claim.built_at - timedelta(days=1),
        )  # fmt: skip


def _check(claim: Claim, facts: office.PayerFacts) -> EligibilityCheck:
    at = claim.built_at - timedelta(days=2)
    return EligibilityCheck(
        policy=claim.policy, patient_id=claim.patient_id, service_on=claim.on,
        service_types="98,30", status=EligibilityCheck.Status.ACTIVE, trace=claim.pk.hex,
        asked_at=at, answered_at=at, how=EligibilityCheck.How.SITE, plan_name=facts.plan,
        appointment_id=claim.visit.appointment_id, why=EligibilityCheck.Why.AHEAD,
    )  # fmt: skip


def _said(
    check: EligibilityCheck, facts: office.PayerFacts, chance: random.Random
) -> list[Benefit]:
    """What the plan says; what is left of the deductible is not always the newest."""
    left = min(facts.deductible, Decimal(chance.choice([0, 0, 0, 0, 60, 140])))
    told: list[dict[str, Any]] = [
        {"code": "1", "service_types": "30"},
        {"code": "A", "service_types": "30", "percent": facts.coinsurance, "network": "Y"},
        {"code": "C", "service_types": "30", "period": "23", "amount": facts.deductible},
        {"code": "C", "service_types": "30", "period": "29", "amount": left},
    ]
    if facts.copay:
        told.append({"code": "B", "service_types": "98", "amount": facts.copay, "network": "Y"})
        told.append({"code": "A", "service_types": "98", "percent": Decimal(0), "network": "Y"})
        told.append({"code": "C", "service_types": "98", "period": "23", "amount": Decimal(0)})
    return [
        Benefit(asked=check, level="IND", segment=place, **one)
        for place, one in enumerate(told, start=20)
    ]


def _good_faith(practice_id: UUID, clock: Actor, desk: Actor) -> None:
    """Owe estimates for self-pay visits to come, ask for a few, and give some of them."""
    with practice_scope(practice_id):
        coming = Appointment.objects.filter(
            status=Appointment.Status.BOOKED, starts_at__gt=now(), patient__policies=None
        ).select_related("patient", "site", "visit_type", "provider")
        selfpay = list(coming.order_by("starts_at", "pk")[:ASKING])
    for appointment in selfpay:
        with suppress(Refused):  # a visit whose services have no price yet
            scheduling.ask_for_good_faith(appointment, at=now(), by=clock)
    with practice_scope(practice_id):
        due = GoodFaithEstimate.objects.filter(status="due", due_on__lt=now().date())
        owed = list(due.order_by("due_on", "number"))
    for estimate in owed[: len(owed) - LATE]:
        at = now() - (now().date() - estimate.due_on)  # on its last day
        coverage.give_good_faith(estimate, how="paper", at=at, by=desk)
