"""Find what payers refused and nothing here names as a denial: posted before denials were kept."""

from collections.abc import Iterator
from datetime import datetime

from frontdesk.billing import queries
from frontdesk.billing.models import RemittanceClaim
from frontdesk.billing.operations.denials import Heard, hear_decisions
from frontdesk.billing.queries.denials_found import refused_without_denial
from frontdesk.billing.queries.posting import Desk, desk_for
from frontdesk.billing.rules import deciding
from frontdesk.core.actor import Actor
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation

AT_ONCE = 200  # the rest comes with the next night


@operation("billing.remit")
def find_denials(*, at: datetime, by: Actor) -> int:
    """Take in refusals that were posted and bore no denial; return how many denials were born.

    Found again it is one: a claim that has a denial is not looked at any more.
    """
    rows = list(refused_without_denial()[:AT_ONCE])
    if not rows:
        return 0
    desk = desk_for(rows)
    heard = [one for row in rows for one in _heard(row, desk)]
    return hear_decisions(heard, at=at, by=by)


def _heard(row: RemittanceClaim, desk: Desk) -> Iterator[Heard]:
    """Yield what a decision said of each line, read as if nothing had been posted for it."""
    claim = desk.claim_of(row)
    if claim is None:
        return
    charges = [one.with_open(one.amount) for one in desk.charges_of(claim)]
    decided = deciding.decide(queries.decision(row), charges, payer_id=claim.payer_id)
    for line in desk.lines.get(claim.pk, ()):
        said = decided.by_charge.get(line.charge_id)
        if said is not None and said.is_held:
            charge = desk.charge(line)
            on = charge.base.service_on or claim.on
            left = desk.left.get(line.charge_id, ZERO)
            yield Heard(row, claim, line, said, charge.code, on, row.remittance.paid_on, left)
