"""Bring in the bank's statement and find the remittances behind each credit."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from frontdesk.billing import exchange, queries
from frontdesk.billing.models import BankLine, Remittance
from frontdesk.billing.rules.reconciling import sure_match
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import operations as ledger
from frontdesk.ledger.models import CardPayout
from frontdesk.practice.models import Site
from frontdesk.staff.operations import open_work, settle_work

Status = BankLine.Status
CARD_MONEY = "Card money"


@operation("billing.remit")
def read_statement(content: bytes, *, name: str, at: datetime, by: Actor) -> tuple[int, int]:
    """Take in the credits of a bank statement; return how many are new and how many matched.

    The same credit in another file, or the same file again, is taken in once.
    """
    try:
        found = exchange.credits_of(content)
    except exchange.NotAStatement as trouble:
        raise Refused(str(trouble)) from None
    if not found:
        raise Refused("There is no money in this statement that came in.")
    known = queries.bank_lines_known([one.reference for one in found])
    fresh = {one.reference: one for one in found if one.reference not in known}
    lines = [
        BankLine(
            on=one.on,
            amount=one.amount,
            words=one.words,
            reference=one.reference,
            file_name=name[:120],
        )
        for one in fresh.values()
    ]
    BankLine.objects.create_many(lines)
    return len(lines), match_bank_lines(at=at, by=by)


@operation("billing.remit")
def match_bank_lines(*, at: datetime, by: Actor) -> int:
    """Match what is open at the bank with what payers announced, where it is sure."""
    open_ = queries.announced()
    matched = 0
    for line in queries.open_bank_lines():
        keys = sure_match(line.words, line.amount, line.on, open_)
        if keys:
            _match(line, keys, at, by)
            taken = set(keys)
            open_ = [one for one in open_ if one.key not in taken]
            matched += 1
    return matched


@operation("billing.remit")
def match_bank_line(
    line: BankLine, remittances: Sequence[Remittance], *, at: datetime, by: Actor
) -> BankLine:
    """Say which remittances a credit is; together they must be its dollars."""
    line = BankLine.objects.lock(line.pk)
    if line.status != Status.OPEN:
        raise Refused("This credit was explained already.")
    total = sum((one.amount for one in remittances), ZERO)
    if total != line.amount:
        raise Refused(f"The bank has ${line.amount}, and these remittances add up to ${total}.")
    return _match(line, [one.pk for one in remittances], at, by)


@operation("billing.remit")
def explain_bank_line(line: BankLine, *, because: str, at: datetime, by: Actor) -> BankLine:
    """Close a credit that no payer sent, with what it is."""
    if not because.strip():
        raise Refused("Say what it is.")
    line = BankLine.objects.lock(line.pk)
    line.status = line.lifecycle.move(line.status, Status.EXPLAINED)
    line.because = because.strip()[:140]
    line.matched_by = by.name
    line.save()
    return line


@operation("billing.remit")
def settle_as_card_money(
    line: BankLine, *, site: Site, fee: Decimal, because: str, at: datetime, by: Actor
) -> BankLine:
    """Say that the card processor sent a credit: the books have its transfer and its fee."""
    line = BankLine.objects.lock(line.pk)
    if line.status != Status.OPEN:
        raise Refused("This credit was explained already.")
    ledger.note_card_payout(
        site, on=line.on, credited=line.amount, fee=fee, reference=line.reference,
        because=because, at=at, by=by,
    )  # fmt: skip
    words = f"{CARD_MONEY}, ${fee} kept as a fee" if fee else CARD_MONEY
    return explain_bank_line(line, because=words, at=at, by=by)


@operation("billing.remit")
def open_bank_line(line: BankLine, *, at: datetime, by: Actor) -> BankLine:
    """Take a match or an explanation back; card money is on its way again."""
    line = BankLine.objects.lock(line.pk)
    line.status = line.lifecycle.move(line.status, Status.OPEN)
    noted = CardPayout.objects.filter(reference=line.reference, status=CardPayout.Status.NOTED)
    for payout in noted:
        ledger.take_payout_back(payout, because="The bank's credit was opened again", at=at, by=by)
    line.because = line.matched_by = ""
    line.save()
    for one in Remittance.objects.lock_many(list(line.remittances.values_list("pk", flat=True))):
        one.bank_line = None
        one.save()
    return line


@operation("billing.remit")
def watch_deposits(*, at: datetime, by: Actor) -> int:
    """Ask about payments that were announced and are not at the bank; return how many.

    Only where statements are brought in: without one, nothing can be missed.
    """
    site = Site.objects.first()
    last = queries.last_bank_day()
    if site is None or last is None:
        return 0
    late = queries.not_at_the_bank(min(last, local(site, at).date()))
    for one in late:
        open_work(
            kind="billing.not_at_the_bank",
            title=f"${one.amount} of {one.payer_name} did not reach the bank",
            detail=f"{one.method} {one.trace}, announced for {one.paid_on:%m/%d/%Y}.",
            how_to_fix="Ask the bank for the transfer or check; ask the payer to trace it. It "
            "leaves this list when the credit is matched.",
            pool="biller",
            subject=one,
            amount=one.amount,
            once=f"bank.missing:{one.pk}",
            at=at,
            by=by,
        )
    return len(late)


def _match(line: BankLine, keys: Collection[UUID], at: datetime, by: Actor) -> BankLine:
    held = Remittance.objects.lock_many(list(keys))
    if any(one.bank_line_id for one in held):
        raise Refused("One of these was matched with another credit already.")
    line.status = line.lifecycle.move(line.status, Status.MATCHED)
    line.matched_by = by.name
    line.save()
    for one in held:
        one.bank_line = line
        one.save()
        settle_work(once=f"bank.missing:{one.pk}", at=at, by=by)
    return line
