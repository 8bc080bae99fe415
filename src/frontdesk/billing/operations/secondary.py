"""Claims to later plans: sent on by the payer before, and why Medicare pays second."""

from datetime import datetime

from frontdesk.billing import queries
from frontdesk.billing.models import Claim, ClaimLine
from frontdesk.billing.operations.claims import new_claim
from frontdesk.billing.operations.history import tell
from frontdesk.billing.operations.judging import judge_claim
from frontdesk.billing.operations.resolving import to_next_plan
from frontdesk.billing.rules.secondary import MSP_TYPES
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger.rules.chart import PATIENT
from frontdesk.staff.operations import open_work


@operation("billing.claim")
def cross_over(claim: Claim, *, at: datetime, by: Actor) -> Claim | None:
    """Wait for the next plan, to which the payer sent the claim on by itself; nothing is sent.

    What the first plan left to the patient is the next plan's until that one has decided. Where
    we know no next plan, somebody asks which one it is.
    """
    shares = queries.open_on(claim, PATIENT)
    if not any(amount > ZERO for amount in shares.values()):
        return None
    policy = queries.next_policy(claim)
    if policy is None:
        _ask_which(claim, at, by)
        return None
    same = Claim.objects.filter(lines__charge__in=claim.lines.values("charge"))
    known = same.filter(crossed_over=True, level=policy.rank)
    if known.exclude(status=Claim.Status.VOIDED).exists():
        if known.filter(status=Claim.Status.ACCEPTED).exists():  # it decides on this, too
            to_next_plan(claim, policy, shares, at=at, by=by)
            words = f"{claim.payer.name} corrected what it sent on to the next plan"
            tell(claim, kind="next_plan", words=words, at=at, by=by)
        return None
    to_next_plan(claim, policy, shares, at=at, by=by)
    made = new_claim(claim.on, policy, at)
    made.visit, made.patient, made.provider = claim.visit, claim.patient, claim.provider
    made.total, made.diagnoses = claim.total, claim.diagnoses
    made.crossed_over, made.status, made.sent_at = True, Claim.Status.ACCEPTED, at
    made.save()
    lines = claim.lines.order_by("place")
    ClaimLine.objects.bulk_create(
        ClaimLine(claim=made, charge_id=line.charge_id, place=line.place) for line in lines
    )
    words = f"{claim.payer.name} sent claim {claim.number} on to {made.payer.name}"
    tell(made, kind="crossed", words=f"{words}: nothing is to be sent", at=at, by=by)
    tell(claim, kind="next_plan", words=f"{words}: we wait for its decision", at=at, by=by)
    return made


@operation("billing.claim")
def set_msp_type(claim: Claim, code: str, *, at: datetime, by: Actor) -> Claim:
    """Say why Medicare pays second, on a claim that nobody has yet."""
    if code not in MSP_TYPES:
        raise Refused("Choose why Medicare pays second.")
    claim = Claim.objects.lock(claim.pk)
    if not claim.is_unsent:
        raise Refused(f"Claim {claim.number} was sent already. Replace it instead.")
    claim.msp_type = code
    claim.save()
    tell(claim, kind="msp", words=f"Medicare pays second: {MSP_TYPES[code]}", at=at, by=by)
    return judge_claim(claim, at=at, by=by)


def _ask_which(claim: Claim, at: datetime, by: Actor) -> None:
    open_work(
        kind="billing.next_plan_unknown",
        title=f"Claim {claim.number} was sent on to a plan that we do not know",
        detail="The payer says that it sent the claim on to the patient's next plan.",
        how_to_fix="Ask the patient which plan comes second and enter it. Until then the patient "
        "would be billed for what that plan may pay.",
        pool="biller",
        subject=claim,
        amount=claim.patient_responsibility,
        once=f"claim.next_plan:{claim.pk}",
        at=at,
        by=by,
    )
