"""What becomes of money that a payer did not pay: the next plan, the patient, or given up."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from frontdesk.billing import queries
from frontdesk.billing.models import Claim
from frontdesk.billing.operations.claims import build_claim
from frontdesk.billing.operations.clocks import stop_clocks
from frontdesk.billing.operations.denials_closing import check_closing, end_denials, versions
from frontdesk.billing.operations.history import tell
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Policy
from frontdesk.ledger.operations import apply_credit, post
from frontdesk.ledger.rules import Line
from frontdesk.ledger.rules.chart import INSURANCE, PATIENT, WRITE_OFF
from frontdesk.people.models import Patient
from frontdesk.staff.operations import settle_work


@operation("billing.claim")
def bill_next_plan(claim: Claim, *, at: datetime, by: Actor) -> Claim | None:
    """Bill the patient's next plan for what the first one left to the patient.

    Returns nothing where there is no next plan, or nothing is left.
    """
    policy = queries.next_policy(claim)
    shares = queries.open_on(claim, PATIENT)
    if policy is None or not any(amount > ZERO for amount in shares.values()):
        return None
    to_next_plan(claim, policy, shares, at=at, by=by)
    charges = list(queries.charges_on(claim))
    made = build_claim(claim.visit.superbill, policy=policy, charges=charges, at=at, by=by)
    words = f"The rest was billed to {made.payer.name} in claim {made.number}"
    tell(claim, kind="next_plan", words=words, at=at, by=by)
    return made


@operation("billing.claim")
def to_next_plan(
    claim: Claim, policy: Policy, shares: Mapping[UUID, Decimal], *, at: datetime, by: Actor
) -> None:
    """Move what a plan left to the patient to the next plan, until that one has decided."""
    payer = policy.subscription.plan.payer
    lines = _lines(claim, PATIENT, INSURANCE, "next_plan", "", shares)
    post(
        "claim",
        key=f"next:{claim.pk}:{policy.pk}:{claim.events.filter(kind='next_plan').count()}",
        lines=[replace(line, payer_id=payer.pk) for line in lines],
        on=local(claim.visit.site, at).date(),
        memo=f"Billed to {payer.name}",
        at=at,
        by=by,
    )


@operation("billing.remit")
def bill_patient(claim: Claim, *, because: str, at: datetime, by: Actor) -> Claim:
    """Make the patient owe what insurance did not decide or pay, and close the claim."""
    return _close(claim, PATIENT, "share", because, at, by)


@operation("ledger.adjust", always_ask=True)
def write_off_claim(claim: Claim, *, because: str, at: datetime, by: Actor) -> Claim:
    """Give up what insurance still owes on a claim, and close it."""
    return _close(claim, WRITE_OFF, "writeoff", because, at, by)


def _close(claim: Claim, target: str, kind: str, because: str, at: datetime, by: Actor) -> Claim:
    if not because.strip():
        raise Refused("Say why.")
    patient = Patient.objects.lock(claim.patient_id)
    claim = Claim.objects.lock(claim.pk)
    if not (claim.is_unsent or claim.is_decided):
        raise Refused("A payer has this claim in hand. Wait for its decision.")
    left = queries.open_on(claim, INSURANCE)
    dollars = sum((amount for amount in left.values() if amount > ZERO), ZERO)
    check_closing(claim, to_patient=target == PATIENT, dollars=dollars, by=by)
    lines = _lines(claim, INSURANCE, target, kind, because, left)
    if lines:
        post(
            "adjustment",
            key=f"close:{claim.pk}:{target}:{claim.events.count()}",
            lines=lines,
            on=local(claim.visit.site, at).date(),
            memo=because,
            at=at,
            by=by,
        )
    final = Claim.Status.VOIDED if claim.is_unsent else Claim.Status.CLOSED
    claim.status = claim.lifecycle.move(claim.status, final)
    claim.save()
    said = "The patient was billed" if target == PATIENT else "Written off"
    tell(claim, kind="closed", words=f"{said}: {because}", at=at, by=by)
    end_denials(claim, "patient" if target == PATIENT else "off", said, at=at, by=by)
    _close_former(claim, said, at, by)
    stop_clocks(versions(claim), why=f"{said}: {because}", at=at, by=by)
    for trouble in ("denied", "held", "rejected", "late", "standing"):
        settle_work(once=f"claim.{trouble}:{claim.pk}", at=at, by=by)
    apply_credit(patient, at=at, by=by)
    return claim


def _close_former(claim: Claim, said: str, at: datetime, by: Actor) -> None:
    """Close the refused claims in whose place this one stood: nothing is open on them."""
    former = [one.pk for one in versions(claim)[1:] if one.status == Claim.Status.DENIED]
    for one in Claim.objects.lock_many(former):
        one.status = one.lifecycle.move(one.status, Claim.Status.CLOSED)
        one.save()
        tell(one, kind="closed", words=f"{said} with claim {claim.number}", at=at, by=by)
        settle_work(once=f"claim.denied:{one.pk}", at=at, by=by)


def _lines(
    claim: Claim,
    source: str,
    target: str,
    kind: str,
    because: str,
    amounts: Mapping[UUID, Decimal],
) -> list[Line]:
    return [
        Line(
            source,
            target,
            amount,
            kind,
            patient_id=claim.patient_id,
            provider_id=claim.provider_id,
            payer_id=claim.payer_id,
            visit_id=claim.visit_id,
            charge_id=charge_id,
            claim_id=claim.pk,
            label=because,
        )
        for charge_id, amount in amounts.items()
        if amount > ZERO
    ]
