"""What happened to a claim, written down once and never edited."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from frontdesk.billing.models import Claim, ClaimEvent, Denial, DenialStep, Exchange
from frontdesk.core.actor import Actor
from frontdesk.core.keys import new_key
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation


@operation("billing.claim")
def tell(
    claim: Claim,
    *,
    kind: str,
    words: str,
    at: datetime,
    by: Actor,
    code: str = "",
    exchange: Exchange | None = None,
) -> ClaimEvent:
    """Add an event to a claim's history."""
    event = event_of(claim, kind=kind, words=words, at=at, by=by, code=code, exchange=exchange)
    event.save()
    return event


def event_of(
    claim: Claim,
    *,
    kind: str,
    words: str,
    at: datetime,
    by: Actor,
    code: str = "",
    exchange: Exchange | None = None,
) -> ClaimEvent:
    """Return an event of a claim's history, not saved yet: for many at once."""
    return ClaimEvent(
        claim_id=claim.pk,
        at=at,
        kind=kind,
        words=words[:300],
        code=code[:20],
        by_name=by.name,
        exchange=exchange,
    )


EVENT_ROW = ("id", "claim_id", "at", "kind", "words", "code", "by_name", "exchange_id")


def event_row(
    claim: Claim, *, kind: str, words: str, at: datetime, by: Actor, exchange_id: UUID | None
) -> Sequence[Any]:
    """Return an event as bare values, in the order of `EVENT_ROW`: for thousands at once."""
    return (new_key(), claim.pk, at, kind, words[:300], "", by.name, exchange_id)


def step_of(
    denial: Denial,
    *,
    kind: str,
    words: str,
    at: datetime,
    by: Actor,
    minutes: int = 0,
    amount: Decimal = ZERO,
) -> DenialStep:
    """Return a step of a denial's history, not saved yet: for many at once."""
    return DenialStep(
        denial_id=denial.pk,
        at=at,
        kind=kind,
        words=words[:300],
        by_name=by.name,
        minutes=minutes,
        amount=amount,
    )
