"""What happened in a year besides the usual: how often, and how many dollars it was."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from frontdesk.billing.models import (
    Appeal,
    BankLine,
    Claim,
    ClaimEvent,
    Denial,
    HelpRequest,
    Placement,
    Remittance,
    RemittanceClaim,
    Underpayment,
)
from frontdesk.core.money import ZERO
from frontdesk.ledger import queries as books
from frontdesk.ledger.models import (
    CardPayout,
    Deposit,
    Instalment,
    Plan,
    Refund,
    ReturnedPayment,
    SmallBalanceRun,
)

Row = tuple[str, str, int, Decimal | None]  # key, words, times, dollars
OUTSIDE = {  # PLB03-1, and whether the payer gives (-1) or takes (1): key and words
    ("L6", -1): ("interest", "Interest that payers paid for being late"),
    ("CT", -1): ("capitation", "Capitation"),
    ("FB", -1): ("carried", "Balances carried forward, because a payment cannot be negative"),
    ("FB", 1): ("carried_taken", "Balances carried forward, taken from a later payment"),
    ("WO", -1): ("announced", "Overpayments announced before they are taken"),
    ("WO", 1): ("recouped", "Overpayments taken from a later payment"),
}


def count() -> dict[str, dict[str, Any]]:
    """Return everything that is counted, by key: words, times, dollars."""
    rows = [*_decisions(), *_outside(), *_worked(), *_patients(), *_bank()]
    return {key: {"words": words, "times": n, "dollars": sum_} for key, words, n, sum_ in rows}


def _row(key: str, words: str, found: QuerySet[Any], money: str) -> Row:
    told = found.order_by().aggregate(times=Count("pk", distinct=True), dollars=Sum(money))
    return key, words, told["times"], told["dollars"] or ZERO


def _decisions() -> Iterator[Row]:
    """What payers decided otherwise than once and for good."""
    later = Claim.objects.filter(policy__rank__gt=1).exclude(sent_at=None)
    yield _row("secondary", "Claims to a second plan", later, "total")
    paid = later.filter(paid__gt=0)
    yield _row("secondary_paid", "of them paid by it", paid, "paid")
    decided = RemittanceClaim.objects.filter(status=RemittanceClaim.Status.POSTED)
    back = decided.filter(status_code="22")
    yield _row("reversed", "Decisions that payers took back", back, "paid")
    again = decided.filter(status_code__in=("1", "2"), paid__gt=0).filter(
        claim__in=back.filter(paid__lt=0).values("claim")
    )
    yield _row("corrected", "Claims paid before and after a reversal", again, "paid")
    ours = Claim.objects.filter(frequency="7").exclude(sent_at=None)
    yield _row("replaced", "Corrected claims sent", ours, "total")


def _outside() -> Iterator[Row]:
    """What payers moved outside of claims (PLB)."""
    sums: dict[tuple[str, int], tuple[int, Decimal]] = {}
    kept = Remittance.objects.exclude(status=Remittance.Status.REPLACED)
    for told in kept.values_list("provider_adjustments", flat=True).iterator():
        for one in told:
            amount = Decimal(one["amount"])
            key = (one["reason"], 1 if amount > 0 else -1)
            times, dollars = sums.get(key, (0, ZERO))
            sums[key] = times + 1, dollars + abs(amount)
    for key, (name, words) in OUTSIDE.items():
        yield name, words, *sums.get(key, (0, ZERO))


def _worked() -> Iterator[Row]:
    """What the biller worked."""
    rows = Underpayment.objects.all()
    yield _row("underpaid", "Services paid below the contract", rows, "expected")
    asked = ClaimEvent.objects.filter(kind="underpaid", words__startswith="Asked for")
    disputed = rows.filter(claim__in=asked.values("claim"))
    yield _row("disputed", "of them asked of the payer", disputed, "expected")
    after_all = rows.filter(status=Underpayment.Status.RECOVERED)
    yield _row("recovered", "of them paid after all", after_all, "expected")
    aside = RemittanceClaim.objects.filter(claim=None, status=RemittanceClaim.Status.POSTED)
    yield _row("not_ours", "Decisions about claims that are not ours", aside, "paid")
    matched = ClaimEvent.objects.filter(kind="matched").order_by().values("claim").distinct()
    yield "matched", "Claims whose decision was matched by hand", matched.count(), None
    yield _row("denied", "Denials", Denial.objects.all(), "amount")
    appeals = Appeal.objects.exclude(sent_on=None)
    yield _row("appealed", "Appeals sent", appeals, "amount")
    won = Appeal.objects.filter(status__in=(Appeal.Status.WON, Appeal.Status.PARTLY))
    yield _row("won", "of them won", won, "won")


def _patients() -> Iterator[Row]:
    """What patients paid otherwise than at once."""
    yield _row("plans", "Payment plans", Plan.objects.all(), "total")
    charged = Instalment.objects.filter(
        status=Instalment.Status.PAID, plan__card__isnull=False, charge__isnull=False
    )
    yield _row("charged", "Instalments charged to a kept card", charged, "paid")
    returned = ReturnedPayment.objects.all()
    yield _row("returned", "Checks that the bank gave back", returned, "payment__amount")
    refunds = Refund.objects.filter(status=Refund.Status.PAID)
    yield _row("refunds", "Refunds, proposed by one and approved by another", refunds, "amount")
    yield _row("small", "Runs that gave up small balances", SmallBalanceRun.objects.all(), "total")
    helped = HelpRequest.objects.filter(~Q(off=0), status__in=("given", "ended"))
    yield _row("helped", "Patients who were given financial help", helped, "given")
    placed = Placement.objects.exclude(placed_on=None)
    yield _row("placed", "Accounts handed over to an agency", placed, "amount")


def _bank() -> Iterator[Row]:
    """What reached the bank, and what did not."""
    there = Deposit.objects.filter(status=Deposit.Status.CONFIRMED)
    yield _row("deposits", "Deposits that the bank confirmed", there, "credited")
    payouts = CardPayout.objects.filter(status=CardPayout.Status.NOTED)
    yield _row("payouts", "Transfers of card payments", payouts, "credited")
    lines = BankLine.objects.filter(status=BankLine.Status.MATCHED)
    yield _row("at_bank", "Payers' payments found at the bank", lines, "amount")
    waiting = books.payouts.on_their_way()
    yield "cards_waiting", "Card payments on their way to the bank", int(waiting > ZERO), waiting
