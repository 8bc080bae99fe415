"""What a patient is told they will owe, and what came of it when the payer decided."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from frontdesk.core.actor import Actor
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
    Line,
)
from frontdesk.people.models import Patient


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
    codes: queries.Codes,
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
    found = queries.reckon(patient, codes=codes, on=on, at=at, policy=policy, check=check)
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
    """Keep what a payer decided beside what was expected: one row a claim, the newest said."""
    flight = ClaimInFlight.objects.filter(claim_id=decided.claim_id, decided_at=None).first()
    if flight is not None:
        flight.decided_at = at
        flight.save()
    known = EstimateOutcome.objects.filter(claim_id=decided.claim_id).first()
    outcome = known or EstimateOutcome(claim_id=decided.claim_id)
    outcome.payer_id, outcome.policy = policy.subscription.plan.payer_id, policy
    outcome.estimate, outcome.service_on = decided.estimate, decided.service_on
    outcome.expected_allowed = decided.expected_allowed
    outcome.expected_owes = decided.expected_owes
    outcome.low, outcome.high = decided.low, decided.high
    outcome.allowed, outcome.owes, outcome.decided_at = decided.allowed, decided.owes, at
    outcome.save()
    return outcome


@operation("coverage.estimate")
def fly_again(claim_id: UUID, *, at: datetime, by: Actor) -> None:
    """Let a claim wait for its payer again whose decision was posted wrongly."""
    for row in ClaimInFlight.objects.filter(claim_id=claim_id).exclude(decided_at=None):
        row.decided_at = None
        row.save()


@operation("coverage.estimate")
def land(claim_ids: Sequence[UUID], *, at: datetime, by: Actor) -> int:
    """Take claims out of the air that nobody will decide any more: voided, or paid unseen."""
    rows = list(ClaimInFlight.objects.filter(claim_id__in=list(claim_ids), decided_at=None))
    for row in rows:
        row.decided_at = at
    ClaimInFlight.objects.bulk_update(rows, ["decided_at"])
    return len(rows)


def _line(line: Line, second_pays: Decimal) -> dict[str, Any]:
    told = {name: str(value) for name, value in asdict(line).items()}
    return {
        **told,
        "units": line.units,
        "owes": str(line.owes - second_pays),
        "plan_pays": str(line.plan_pays),
        "second_pays": str(second_pays),
    }
