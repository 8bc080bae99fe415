"""Build a claim, correct it, replace it, void it."""

from collections.abc import Sequence
from datetime import date, datetime

from frontdesk.billing import queries
from frontdesk.billing.models import Charge, Claim, ClaimLine, ClockKind
from frontdesk.billing.operations.clocks import own_clock, start_clock, stop_clocks
from frontdesk.billing.operations.denials import end_version, follow_correction
from frontdesk.billing.operations.history import tell
from frontdesk.billing.operations.judging import held_once, judge_claim, rejected_once
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Policy
from frontdesk.coverage.operations import accept_proposal
from frontdesk.coverage.queries import authorization_for, named_plans
from frontdesk.staff.operations import settle_work
from frontdesk.visits.models import Superbill

FIRST_CLAIM = 88001


@operation("billing.claim")
def build_claim(
    superbill: Superbill, *, policy: Policy, charges: Sequence[Charge], at: datetime, by: Actor
) -> Claim:
    """Build the claim of a visit and judge it; one sent before is replaced by it."""
    visit = superbill.visit
    former = queries.claim_to_replace(visit, policy.rank, charges)
    codes = [charge.code for charge in charges]
    allowed = authorization_for(
        visit.patient, codes, visit.on, policy, appointment_id=visit.appointment_id
    )
    claim = new_claim(visit.on, policy, at)
    claim.visit = visit
    claim.patient_id = visit.patient_id
    claim.provider_id = visit.provider_id
    claim.total = sum((charge.amount for charge in charges), ZERO)
    claim.diagnoses = queries.diagnosis_codes(superbill)
    claim.msp_type = queries.msp_type_of(claim)
    claim.authorization_number = superbill.authorization_number or (
        allowed.number if allowed else ""
    )
    if former is not None and former.payer_id == claim.payer_id:
        correct(claim, former)
    lay_down(claim, charges, at, by)
    tell(claim, kind="built", words=_built_words(claim), at=at, by=by)
    if former is not None:
        settle_work(once=f"claim.correct:{former.pk}", at=at, by=by)
    if claim.replaces is not None:
        follow_correction(claim.replaces, claim, at=at, by=by)
    return judge_claim(claim, at=at, by=by)


@operation("billing.claim")
def choose_policy(claim: Claim, policy: Policy, *, at: datetime, by: Actor) -> Claim:
    """Send a claim that nobody has yet to another of the patient's plans."""
    claim = Claim.objects.lock(claim.pk)
    if not claim.is_unsent:
        raise Refused(f"Claim {claim.number} was sent already. Replace it instead.")
    if policy.patient_id != claim.patient_id:
        raise Refused("That plan is another patient's.")
    payer = policy.subscription.plan.payer
    if claim.payer_id != payer.pk and claim.replaces is not None:
        claim.frequency, claim.replaces = "1", None  # another payer has nothing to replace
    claim.policy, claim.payer, claim.level = policy, payer, policy.rank
    stop_clocks([claim], why=f"Goes to {payer.name} now", at=at, by=by)
    _run(claim, at, by)
    tell(claim, kind="policy", words=f"Goes to {payer.name} now", at=at, by=by)
    return judge_claim(claim, at=at, by=by)


@operation("billing.claim")
def choose_named_plan(claim: Claim, *, at: datetime, by: Actor) -> Claim:
    """Add the plan that the claim's payer named to the patient, first, and send the claim there.

    A managed plan takes the place of the one that named it; one that only pays first leaves it.
    """
    by.require("coverage.edit")
    named = named_plans([claim.policy_id]).get(claim.policy_id)
    if named is None:
        raise Refused("The payer names no other plan that waits for a decision.")
    if named.payer is None:
        raise Refused(f"{named.payer_name} is no payer here yet: add it under Settings, Payers.")
    policy = accept_proposal(
        named,
        payer=named.payer,
        member_id=named.member_id or claim.policy.subscription.member_id,
        goes_first=True,
        ends_old=named.rank is None,
        at=at,
        today=local(claim.visit.site, at).date(),
        by=by,
    )
    return choose_policy(claim, policy, at=at, by=by)


@operation("billing.claim")
def authorize_claim(claim: Claim, number: str, *, at: datetime, by: Actor) -> Claim:
    """Enter the payer's authorization number on a claim that nobody has yet."""
    claim = Claim.objects.lock(claim.pk)
    if not claim.is_unsent:
        raise Refused(f"Claim {claim.number} was sent already. Replace it instead.")
    claim.authorization_number = number.strip()
    claim.save()
    tell(claim, kind="authorization", words="Authorization number entered", at=at, by=by)
    return judge_claim(claim, at=at, by=by)


@operation("billing.claim")
def void_claim(claim: Claim, *, because: str, at: datetime, by: Actor) -> Claim:
    """Give up a claim that nobody has yet."""
    claim = Claim.objects.lock(claim.pk)
    claim.status = claim.lifecycle.move(claim.status, Claim.Status.VOIDED)
    claim.save()
    tell(claim, kind="voided", words=because, at=at, by=by)
    end_version(claim, at=at, by=by)
    for once in (held_once(claim), rejected_once(claim)):
        settle_work(once=once, at=at, by=by)
    stop_clocks([claim], why="Given up", at=at, by=by)
    if claim.replaces is not None:
        _run_former(claim, claim.replaces, by)
    return claim


def new_claim(on: date, policy: Policy, at: datetime) -> Claim:
    """Return a claim with the next number, for whoever builds it to fill in."""
    return Claim(
        number=str(Counter.take("claim", start=FIRST_CLAIM)),
        policy=policy,
        payer=policy.subscription.plan.payer,
        level=policy.rank,
        on=on,
        file_by=on,  # its clock says until when
        built_at=at,
    )


def correct(claim: Claim, former: Claim) -> None:
    """Let a claim stand for one that the payer has: as its replacement, or as one of its own."""
    claim.frequency = "7" if claim.payer.takes_replaced_claims else "1"
    claim.replaces = former


def lay_down(claim: Claim, charges: Sequence[Charge], at: datetime, by: Actor) -> None:
    """Save a new claim with its lines and the clock that it runs under."""
    _run(claim, at, by)
    ClaimLine.objects.bulk_create(
        ClaimLine(claim=claim, charge=charge, place=place)
        for place, charge in enumerate(charges, start=1)
    )


def _run(claim: Claim, at: datetime, by: Actor) -> None:
    """Save a claim with the clock that it runs under."""
    clock = own_clock(claim, at)
    claim.save()
    clock.save()
    if claim.replaces is not None:
        why = f"Runs on for claim {claim.number}"
        stop_clocks([claim.replaces], [ClockKind.CORRECTED], why=why, at=at, by=by)


def _built_words(claim: Claim) -> str:
    if claim.replaces is not None:
        return f"Built for {claim.payer.name}, replaces claim {claim.replaces.number}"
    return f"Built for {claim.payer.name}"


def _run_former(claim: Claim, former: Claim, by: Actor) -> None:
    """Let the clock run on for the claim that a version given up was to replace."""
    own = claim.deadlines.filter(kind=ClockKind.CORRECTED).order_by("pk").last()
    if own is not None and former.status in {Claim.Status.DENIED, Claim.Status.PAID}:
        start_clock(ClockKind.CORRECTED, former, from_on=own.starts_on, due_on=own.due_on, by=by)
