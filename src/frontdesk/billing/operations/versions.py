"""Later versions of a claim that a payer has: the corrected claim (7), the void (8)."""

from datetime import datetime

from django.conf import settings

from frontdesk import x12
from frontdesk.billing import exchange, queries
from frontdesk.billing.models import Charge, Claim
from frontdesk.billing.operations.claims import correct, lay_down, new_claim
from frontdesk.billing.operations.denials import follow_correction
from frontdesk.billing.operations.history import tell
from frontdesk.billing.operations.judging import judge_claim
from frontdesk.billing.queries.versions import facts_now, last_file_of
from frontdesk.core import audit
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Policy
from frontdesk.staff.operations import settle_work

VOID = "8"


@operation("billing.claim")
def replace_claim(claim: Claim, *, at: datetime, by: Actor, policy: Policy | None = None) -> Claim:
    """Build a new version of a claim that a payer has taken in: a replacement, frequency 7.

    To another payer (`policy`) it goes as a first claim, and so it does to one that takes no
    replacements, as Medicare. Charges are corrected by opening the
    superbill again; this version sends them as they stand, with chart and plan as they are now.
    """
    claim = _taken_in(claim, "replaced")
    charges = [line.charge for line in claim.lines.all()]
    if any(charge.status == Charge.Status.REVERSED for charge in charges):
        raise Refused("Its charges were taken back: sign the superbill again instead.")
    policy = policy or claim.policy
    new = new_claim(claim.on, policy, at)
    _copy(claim, new)
    if new.payer_id == claim.payer_id:
        correct(new, claim)
    lay_down(new, charges, at, by)
    tell(claim, kind="replaced", words=f"Replaced by claim {new.number}", at=at, by=by)
    tell(new, kind="built", words=_built_words(new), at=at, by=by)
    settle_work(once=f"claim.denied:{claim.pk}", at=at, by=by)
    follow_correction(claim, new, at=at, by=by)
    return judge_claim(new, at=at, by=by)


@operation("billing.claim")
def cancel_claim(claim: Claim, *, because: str, at: datetime, by: Actor) -> Claim:
    """Build the void of a claim that a payer has: frequency 8, under the payer's own number.

    The payer then takes its decision back, with the money if it had paid.
    """
    if not because.strip():
        raise Refused("Say why.")
    claim = _taken_in(claim, "taken back")
    if claim.frequency == VOID:
        raise Refused("This is a void itself.")
    if not claim.payer_control_number:
        raise Refused("The payer’s number for this claim is not known. Ask where it stands first.")
    if not claim.payer.takes_replaced_claims:
        raise Refused(
            f"{claim.payer.name} takes no voids. Ask for a reopening, or send the money back."
        )
    new = new_claim(claim.on, claim.policy, at)
    _copy(claim, new)
    new.frequency, new.replaces = VOID, claim
    lay_down(new, [line.charge for line in claim.lines.all()], at, by)
    words = f"To be taken back by claim {new.number}: {because.strip()}"
    tell(claim, kind="replaced", words=words, at=at, by=by)
    tell(new, kind="built", words=f"Built to take back claim {claim.number}", at=at, by=by)
    return judge_claim(new, at=at, by=by)


@operation("billing.view")
def compare_versions(later: Claim, *, at: datetime, by: Actor) -> list[exchange.Part]:
    """Return what a claim and the one before it say, side by side, and remember who looked.

    A claim that was sent is read from its file; one that was not, as it would go out now.
    """
    if later.replaces is None:
        raise Refused("There is no version before this one.")
    audit.note_look(later, f"versions {later.replaces.number} and {later.number}")
    return exchange.compare(_body(later.replaces, at), _body(later, at))


def _body(claim: Claim, at: datetime) -> x12.Claim:
    file = last_file_of(claim)
    body = exchange.sent_body(bytes(file.content), claim.number) if file else None
    if body is not None:
        return body
    sender = queries.trial_envelope(claim.practice, at).sender
    return exchange.claim_body(
        facts_now(claim, at), sender=sender, receiver=settings.CLEARINGHOUSE_ID
    )


def _taken_in(claim: Claim, done: str) -> Claim:
    """Return the claim, held, where the payer has it and no later version stands."""
    claim = queries.with_all(
        Claim.objects.filter(pk=claim.pk).select_for_update(of=("self",))
    ).get()
    if not claim.is_decided and claim.status != Claim.Status.ACCEPTED:
        raise Refused(f"Only a claim that the payer has taken in can be {done}.")
    later = queries.later_version(claim)
    if later is not None:
        raise Refused(f"Claim {later.number} is a later version of it already. Work on that one.")
    return claim


def _copy(claim: Claim, new: Claim) -> None:
    new.visit, new.patient, new.provider = claim.visit, claim.patient, claim.provider
    new.total, new.diagnoses = claim.total, claim.diagnoses
    new.authorization_number = claim.authorization_number
    new.owner = claim.owner
    if new.payer_id == claim.payer_id:
        new.level, new.msp_type = claim.level, claim.msp_type


def _built_words(claim: Claim) -> str:
    if claim.replaces is not None:
        return f"Built for {claim.payer.name}, replaces claim {claim.replaces.number}"
    return f"Built for {claim.payer.name}"
