"""Denials teach what needs an authorization before care is given."""

from collections.abc import Iterable
from datetime import datetime

from frontdesk.billing.models import Charge, Claim
from frontdesk.billing.rules.deciding import Decided
from frontdesk.core.actor import Actor
from frontdesk.core.money import ZERO
from frontdesk.coverage.operations import learn_denial
from frontdesk.coverage.rules.authorizing import NO_AUTHORIZATION


def learn_authorizations(
    decided: Iterable[tuple[Claim, Decided]], *, at: datetime, by: Actor
) -> int:
    """Tell coverage which services were refused for want of an authorization; return how many.

    The next visit with such a service at that payer warns; where the payer takes requests
    afterwards, one is put on the list.
    """
    learned = 0
    for claim, said in decided:
        refused = [
            key
            for key, line in said.by_charge.items()
            if any(one.reason in NO_AUTHORIZATION for one in line.held)
        ]
        if not refused:
            continue
        charges = list(Charge.objects.filter(pk__in=refused).select_related("visit"))
        learn_denial(
            claim.policy,
            codes=[charge.code for charge in charges],
            on=claim.on,
            expected=sum((charge.amount for charge in charges), ZERO),
            appointment_id=charges[0].visit.appointment_id if charges else None,
            at=at,
            by=by,
        )
        learned += len(charges)
    return learned
