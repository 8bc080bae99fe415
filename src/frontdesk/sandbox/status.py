"""How the sandbox answers where a claim stands (276 → 277): from what it knows of the claim."""

from datetime import datetime
from decimal import Decimal

from frontdesk import x12
from frontdesk.sandbox.kept import Known
from frontdesk.sandbox.state import State
from frontdesk.sandbox.world import World

# The day's end of a payment run is not played: a decision that was told is paid that day.
NOT_FOUND = ("D0", "35")
PENDING = ("P1", "3")
PAID = ("F1", "65")
DENIED = ("F2", "585")
TAKEN_BACK = ("F3", "3")


def answer(
    inquiry: x12.ClaimStatusInquiry,
    *,
    sender: str,
    world: World,
    state: State,
    at: datetime,
) -> x12.ClaimStatusResponse:
    """Return what the payer says of the claim: not found, turned away, pending, paid, denied."""
    references = {one.qualifier: one.value for one in inquiry.references}
    known = state.find_claim(
        sender, control=references.get("1K", ""), number=references.get("EJ", "")
    )
    payer = world.payers.get(inquiry.payer.identifier)
    if known is not None and payer is not None and known.payer not in ("", payer.id):
        known = None  # another payer's claim is nobody's business here
    return x12.ClaimStatusResponse(
        payer=inquiry.payer,
        receiver=inquiry.receiver,
        provider=inquiry.provider,
        subscriber=_named(inquiry.subscriber),
        dependent=_named(inquiry.dependent) if inquiry.dependent else None,
        trace=inquiry.trace,
        statuses=[_status(known, inquiry, at)],
        references=_references(known, references),
        periods=_days(inquiry),
        at=at,
    )


def _status(known: Known | None, inquiry: x12.ClaimStatusInquiry, at: datetime) -> x12.ClaimStatus:
    charge = inquiry.charge if inquiry.charge is not None else Decimal("0.00")
    category, code = _stands(known)
    is_paid = known is not None and (category, code) == PAID
    return x12.ClaimStatus(
        category=category,
        code=code,
        on=at.date(),
        amount=charge,
        paid=known.paid if is_paid and known else Decimal("0.00"),
        finalized_on=at.date() if category.startswith("F") else None,
        paid_on=known.told_on if is_paid and known else None,
        payment=known.trace if is_paid and known else "",
    )


def _stands(known: Known | None) -> tuple[str, str]:
    if known is None:
        return NOT_FOUND
    if known.refused:
        category, _, code = known.refused.partition(":")
        return category, code
    if known.is_reversed:
        return TAKEN_BACK
    if known.told_on is None:
        return PENDING
    return DENIED if known.is_denied else PAID


def _references(known: Known | None, asked: dict[str, str]) -> list[x12.Reference]:
    found = []
    if known is not None and known.control:
        found.append(x12.Reference("1K", known.control))
    if asked.get("EJ"):
        found.append(x12.Reference("EJ", asked["EJ"]))
    return found


def _named(member: x12.Member) -> x12.Member:
    return x12.Member(
        entity=member.entity,
        name=member.name,
        first=member.first,
        id_qualifier=member.id_qualifier,
        identifier=member.identifier,
    )


def _days(inquiry: x12.ClaimStatusInquiry) -> list[x12.Period]:
    if inquiry.service_date is None:
        return []
    return [x12.Period("472", inquiry.service_date, inquiry.service_end)]
