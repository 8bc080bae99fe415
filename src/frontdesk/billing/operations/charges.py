"""Post what a signed superbill says, and take it back when it is opened again."""

from collections.abc import Sequence
from datetime import datetime

from frontdesk.billing import queries
from frontdesk.billing.models import Charge, Claim
from frontdesk.billing.operations.claims import build_claim, void_claim
from frontdesk.billing.operations.history import tell
from frontdesk.billing.rules.unwinding import unwound
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Policy
from frontdesk.coverage.operations import Billed, count_charges, uncount_charges
from frontdesk.ledger.operations import apply_credit, post
from frontdesk.ledger.rules import Line
from frontdesk.ledger.rules.chart import INSURANCE, PATIENT, SERVICES
from frontdesk.people.models import Patient
from frontdesk.staff.operations import open_work
from frontdesk.visits.models import Superbill

FIRST_CHARGE = 100001


@operation("billing.charge")
def charge_visit(superbill: Superbill, *, at: datetime, by: Actor) -> list[Charge]:
    """Post the lines of a signed superbill, and bill the plan chosen at check-in.

    Without a plan the patient owes at once. Signed twice, it is charged once.
    """
    Patient.objects.lock(superbill.visit.patient_id)
    standing = list(queries.charges_of(superbill.visit))
    if standing:
        return standing
    policy = queries.policy_chosen(superbill.visit)
    charges = _charges(superbill)
    _post(superbill, charges, policy, at, by)
    Charge.objects.bulk_create(charges)
    billed = [charge for charge in charges if charge.amount > ZERO]
    if policy is not None:
        _count(superbill, charges, policy, by)
    if policy is not None and billed:
        build_claim(superbill, policy=policy, charges=billed, at=at, by=by)
    apply_credit(superbill.visit.patient, at=at, by=by)
    return charges


@operation("billing.charge")
def uncharge_visit(superbill: Superbill, *, at: datetime, by: Actor) -> list[Charge]:
    """Take the charges of a visit back because its superbill was opened again.

    Money that was received stays: the patient's becomes credit, a payer's is owed back until it
    decides the corrected claim. Claims that nobody has yet are voided; for the others somebody
    must send a correction.
    """
    visit = superbill.visit
    patient = Patient.objects.lock(visit.patient_id)
    charges = list(queries.charges_of(visit))
    lines = unwound(entry.as_line() for entry in queries.entries_on(charges))
    if lines:
        post(
            "reversal",
            key=f"uncharge:{superbill.pk}:{superbill.revision}:{charges[0].number}",
            lines=lines,
            on=local(visit.site, at).date(),
            memo="Superbill opened again",
            at=at,
            by=by,
        )
    for charge in charges:
        charge.status = charge.lifecycle.move(charge.status, Charge.Status.REVERSED)
        charge.save()
    uncount_charges([charge.pk for charge in charges], by=by)
    for claim in queries.live_claims(visit):
        _recall(claim, at, by)
    apply_credit(patient, at=at, by=by)
    return charges


def _count(superbill: Superbill, charges: Sequence[Charge], policy: Policy, by: Actor) -> None:
    """Count what was done on the approvals that cover it; the booked visit's units end."""
    visit = superbill.visit
    count_charges(
        policy,
        [Billed(charge.pk, charge.code, charge.units) for charge in charges],
        on=visit.on,
        appointment_id=visit.appointment_id,
        provider_id=visit.provider_id,
        by=by,
    )


def _charges(superbill: Superbill) -> list[Charge]:
    lines = [line for line in superbill.lines.order_by("place", "pk") if line.is_active]
    number = Counter.take("charge", start=FIRST_CHARGE, count=len(lines)) if lines else 0
    visit = superbill.visit
    return [
        Charge(
            number=number + place,
            visit=visit,
            patient_id=visit.patient_id,
            provider_id=visit.provider_id,
            line=line,
            on=visit.on,
            code=line.code,
            description=line.description,
            modifiers=line.modifiers,
            units=line.units,
            pointers=line.pointers,
            amount=line.charge,
        )
        for place, line in enumerate(lines)
    ]


def _post(
    superbill: Superbill,
    charges: Sequence[Charge],
    policy: Policy | None,
    at: datetime,
    by: Actor,
) -> None:
    lines = [_line(superbill, charge, policy) for charge in charges if charge.amount > ZERO]
    if not lines:
        return
    posting = post(
        "charge",
        key=f"charge:{superbill.pk}:{superbill.revision}",
        lines=lines,
        on=superbill.visit.on,
        memo="Superbill signed",
        at=at,
        by=by,
    )
    for charge in charges:
        charge.posting = posting


def _line(superbill: Superbill, charge: Charge, policy: Policy | None) -> Line:
    payer = policy.subscription.plan.payer if policy else None
    return Line(
        SERVICES,
        INSURANCE if policy else PATIENT,
        charge.amount,
        "charge",
        patient_id=charge.patient_id,
        provider_id=charge.provider_id,
        site_id=superbill.visit.site_id,
        payer_id=payer.pk if payer else None,
        visit_id=charge.visit_id,
        charge_id=charge.pk,
        label=f"{charge.code} {charge.description}",
        service_on=charge.on,
    )


def _recall(claim: Claim, at: datetime, by: Actor) -> None:
    if claim.is_unsent:
        void_claim(claim, because="The superbill was opened again", at=at, by=by)
        return
    tell(claim, kind="reopened", words="The superbill was opened again", at=at, by=by)
    open_work(
        kind="billing.correct_claim",
        title=f"Claim {claim.number} needs a correction",
        detail="Its superbill was opened again after the claim was sent.",
        how_to_fix="Sign the superbill again. A replacement claim is then built by itself: "
        "check it and send it.",
        pool="biller",
        subject=claim,
        amount=claim.total,
        once=f"claim.correct:{claim.pk}",
        at=at,
        by=by,
    )
