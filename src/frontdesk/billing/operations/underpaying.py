"""Compare what payers allow with what they agreed to, and claim back what is missing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from frontdesk.billing import queries
from frontdesk.billing.models import Claim, ClaimLine, Remittance, Underpayment
from frontdesk.billing.operations.history import tell
from frontdesk.billing.rules.contracting import missing
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.practice.queries import office_day
from frontdesk.staff.operations import open_work, settle_work

Status = Underpayment.Status


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a payer allowed for a line of a claim; nothing is said of lines it refused."""

    claim: Claim
    line: ClaimLine


@operation("billing.remit")
def compare_with_contract(
    remittance: Remittance,
    allowed: Sequence[Allowed],
    *,
    at: datetime,
    by: Actor,
    known: Mapping[UUID, queries.Priced] | None = None,
) -> int:
    """Put lines that were allowed below the contract on the list; return how many.

    A line that was on it and is paid as agreed now leaves it. `known` are charges read already.
    """
    claims = {one.claim.pk: one.claim for one in allowed}
    expected = queries.expected_of([one.line for one in allowed], claims=claims, charges=known)
    listed = _known([one.line.pk for one in allowed])
    found, on = [], office_day(at)
    for one in allowed:
        agreed = expected.get(one.line.pk)
        if agreed is None:
            continue
        less = missing(agreed.amount, one.line.allowed)
        earlier = listed.get(one.line.pk)
        if earlier is not None:
            _again(earlier, one, agreed.amount, less)
        elif less:
            found.append(_underpayment(one, agreed, less, on))
    Underpayment.objects.create_many(found)
    _ask(remittance, at, by)
    return len(found)


@operation("billing.remit")
def claim_back(found: Underpayment, *, because: str, at: datetime, by: Actor) -> Underpayment:
    """Note that the payer was asked for what is missing, and how."""
    return _move(found, Status.CLAIMED, because, f"Asked for ${found.missing} more", at, by)


@operation("billing.remit")
def accept_underpayment(
    found: Underpayment, *, because: str, at: datetime, by: Actor
) -> Underpayment:
    """Let what is missing be, with the reason; the books stay as they are."""
    return _move(found, Status.ACCEPTED, because, f"${found.missing} less was accepted", at, by)


def _move(
    found: Underpayment, status: Status, because: str, words: str, at: datetime, by: Actor
) -> Underpayment:
    if not because.strip():
        raise Refused("Say how or why.")
    found = Underpayment.objects.lock(found.pk)
    found.status = found.lifecycle.move(found.status, status)
    found.because = because.strip()[:140]
    found.save()
    tell(found.claim, kind="underpaid", words=f"{words}: {because.strip()}", at=at, by=by)
    if not queries.underpaid("open").filter(payer_id=found.payer_id).exists():
        settle_work(once=_once(found.payer_id), at=at, by=by)
    return found


def _known(lines: Collection[UUID]) -> dict[UUID, Underpayment]:
    return {one.line_id: one for one in Underpayment.objects.filter(line_id__in=lines)}


def _again(earlier: Underpayment, one: Allowed, expected: Decimal, less: Decimal) -> None:
    """Follow a line that is decided anew: recovered where it is whole now, open where not."""
    earlier.expected, earlier.allowed, earlier.missing = expected, one.line.allowed, less
    if not less:
        status = Status.RECOVERED
    else:
        status = Status.OPEN if earlier.status == Status.RECOVERED else Status(earlier.status)
    if earlier.status != status:
        earlier.status = earlier.lifecycle.move(earlier.status, status)
    earlier.save()


def _underpayment(one: Allowed, agreed: queries.Agreed, less: Decimal, on: date) -> Underpayment:
    return Underpayment(
        line_id=one.line.pk,
        claim_id=one.claim.pk,
        payer_id=one.claim.payer_id,
        code=agreed.code,
        on=agreed.on,
        expected=agreed.amount,
        allowed=one.line.allowed,
        missing=less,
        basis=agreed.because[:200],
        found_on=on,
    )


def _ask(remittance: Remittance, at: datetime, by: Actor) -> None:
    """One item a payer, with all that is open: not one for every line."""
    if remittance.payer_id is None:
        return
    count, dollars = queries.underpaid_sum(remittance.payer_id)
    if dollars <= ZERO:
        return
    lines = "1 line" if count == 1 else f"{count} lines"
    open_work(
        kind="billing.underpaid",
        title=f"{remittance.payer_name} paid below its contract",
        detail=f"{lines}, ${dollars} when this was found.",
        how_to_fix="Open Billing, Remittances, Underpaid: each line shows the contract. Ask the "
        "payer to pay the difference, or let it be with the reason.",
        pool="biller",
        subject=remittance,
        amount=dollars,
        once=_once(remittance.payer_id),
        at=at,
        by=by,
    )


def _once(payer_id: UUID) -> str:
    return f"underpaid:{payer_id}"
