"""What follows from decisions that were posted: later plans are billed or owed, credit pays."""

from collections.abc import Sequence
from datetime import datetime

from frontdesk.billing.models import Claim, ClaimEvent, RemittanceClaim
from frontdesk.billing.operations.claims import void_claim
from frontdesk.billing.operations.overpaid import settle_with_later_plans
from frontdesk.billing.operations.resolving import bill_next_plan
from frontdesk.billing.operations.secondary import cross_over
from frontdesk.billing.queries.posting import Desk
from frontdesk.billing.rules.deciding import Decided
from frontdesk.billing.rules.remitting import FORWARDED, PROCESSED, REVERSAL
from frontdesk.core.actor import Actor
from frontdesk.core.money import ZERO
from frontdesk.ledger.operations import apply_credit
from frontdesk.ledger.rules.chart import PATIENT

Posted = Sequence[tuple[RemittanceClaim, Claim, Decided]]


def follow_decisions(posted: Posted, desk: Desk, *, at: datetime, by: Actor) -> None:
    """Settle with later plans and bill them, then let credit pay: each only where there is one."""
    _settle_with_later(posted, desk, at, by)
    _bill_later(posted, desk, at, by)
    to_settle: dict[object, Claim] = {}
    for _, claim, decided in posted:
        gave_back = any(line.source == PATIENT for line in decided.lines)
        if gave_back or claim.patient_id in desk.with_credit:
            to_settle[claim.patient_id] = claim
    for claim in to_settle.values():
        apply_credit(claim.patient, at=at, by=by)


def _settle_with_later(posted: Posted, desk: Desk, at: datetime, by: Actor) -> None:
    for row, claim, _ in posted:
        if row.status_code == REVERSAL:
            _recall_later(desk, claim, at, by)
    for row, claim in _taken_back_once(posted, desk):
        key = f"next:{claim.pk}:owed:{row.posting_key}"
        settle_with_later_plans(claim, key=key, at=at, by=by)


def _bill_later(posted: Posted, desk: Desk, at: datetime, by: Actor) -> None:
    billable = {claim.pk: claim for row, claim, one in posted if _may_bill(desk, row, claim, one)}
    for claim in billable.values():
        bill_next_plan(claim, at=at, by=by)
    for row, claim, decided in posted:
        if row.status_code in FORWARDED and decided.patient_share > ZERO:
            cross_over(claim, at=at, by=by)


def _recall_later(desk: Desk, claim: Claim, at: datetime, by: Actor) -> None:
    """Give up claims to later plans that nobody has yet: what they say was taken back."""
    for later in desk.after.get(claim.pk, ()):
        if Claim.objects.get(pk=later.pk).is_unsent:
            words = f"{claim.payer.name} took its decision back"
            void_claim(later, because=words, at=at, by=by)


def _taken_back_once(posted: Posted, desk: Desk) -> list[tuple[RemittanceClaim, Claim]]:
    """Return each claim of a patient with several plans of which a decision was ever reversed.

    It comes with its last decision of the batch.
    """
    last = {
        claim.pk: (row, claim)
        for row, claim, _ in posted
        if desk.later_ranks.get(claim.patient_id, 0) > 1
    }
    if not last:
        return []
    told = ClaimEvent.objects.filter(claim__in=last.keys(), kind="reversed")
    keys = set(told.values_list("claim_id", flat=True))
    return [one for key, one in last.items() if key in keys]


def _may_bill(desk: Desk, row: RemittanceClaim, claim: Claim, decided: Decided) -> bool:
    share = claim.patient_responsibility if decided.is_part else decided.patient_share
    is_processed = row.status_code in PROCESSED - FORWARDED and share > ZERO
    is_whole = not decided.is_part or claim.status != Claim.Status.ACCEPTED
    return is_processed and is_whole and desk.later_ranks.get(claim.patient_id, 0) > 1
