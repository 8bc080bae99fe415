"""Denials teach what needs an authorization before care is given."""

from collections.abc import Iterable
from datetime import datetime

from frontdesk.billing.models import Charge, Claim, Denial
from frontdesk.billing.rules.deciding import Decided
from frontdesk.core.actor import Actor
from frontdesk.core.money import ZERO
from frontdesk.coverage.operations import Refusal, learn_denials, unlearn_denials
from frontdesk.coverage.rules.authorizing import NO_AUTHORIZATION


def learn_authorizations(
    decided: Iterable[tuple[Claim, Decided]], *, at: datetime, by: Actor
) -> int:
    """Tell coverage which services were refused for want of an authorization; return how many.

    The next visit with such a service at that payer warns; where the payer takes requests
    afterwards, one is put on the list.
    """
    refused = {}
    for claim, said in decided:
        keys = [
            key
            for key, line in said.by_charge.items()
            if any(one.reason in NO_AUTHORIZATION for one in line.held)
        ]
        if keys:
            refused[claim.pk] = (claim, keys)
    if not refused:
        return 0
    wanted = {key for _, keys in refused.values() for key in keys}
    charges = Charge.objects.select_related("visit").in_bulk(wanted)
    refusals = [_refusal(claim, [charges[key] for key in keys]) for claim, keys in refused.values()]
    learn_denials(refusals, at=at, by=by)
    return sum(len(one.codes) for one in refusals)


def unlearn_authorizations(
    claim: Claim, refused: Iterable[Denial], *, because: str, at: datetime, by: Actor
) -> None:
    """Tell coverage that these refusals of a claim were none: they were posted wrongly."""
    lines = {one.line_id for one in refused if one.reason in NO_AUTHORIZATION}
    charges = Charge.objects.filter(claim_lines__in=lines).select_related("visit").order_by("pk")
    if lines:
        unlearn_denials([_refusal(claim, list(charges))], because=because, at=at, by=by)


def _refusal(claim: Claim, charges: list[Charge]) -> Refusal:
    return Refusal(
        policy_id=claim.policy_id,
        payer_id=claim.payer_id,
        codes=[charge.code for charge in charges],
        on=claim.on,
        expected=sum((charge.amount for charge in charges), ZERO),
        appointment_id=charges[0].visit.appointment_id,
    )
