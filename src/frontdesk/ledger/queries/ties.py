"""Do the books agree with what stands beside them: receipts, deposits, drawers, patients, payers.

Each tie compares two sums that are made from different records; both sides are dollars.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Deposit, Drawer, Payment, Posting, Refund
from frontdesk.ledger.queries.balances import trial_balance
from frontdesk.ledger.queries.moved import Books as Moved
from frontdesk.ledger.queries.moved import books_read
from frontdesk.ledger.queries.payouts import gone_from_cards
from frontdesk.ledger.queries.plans import parts_paid
from frontdesk.ledger.rules.chart import (
    CARDS,
    CASH,
    CHECKS,
    COLLECTIONS,
    CREDIT,
    DEPOSITS,
    INSURANCE,
    PATIENT,
    REFUNDS,
)

Books = dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Tie:
    """One comparison: what the books say, and what the records beside them add up to."""

    name: str
    books: Decimal
    beside: Decimal
    of: str  # what the other side is, in words

    @property
    def apart(self) -> Decimal:
        """By how much they differ, in dollars."""
        return self.books - self.beside

    @property
    def holds(self) -> bool:
        """Whether both say the same."""
        return self.apart == ZERO


def ties(moved: Moved | None = None) -> list[Tie]:
    """Return every comparison of the practice's books, whether it holds or not.

    Of the books as given (`books_kept`), or read whole.
    """
    moved = moved or books_read()
    books = {found.code: found.balance for found in trial_balance(books=moved)}
    checks: list[Callable[[Books], list[Tie]]] = [
        _balance, _desk, _deposits, _refunds, _plans,
    ]  # fmt: skip
    of_charts = [*_patients(books, moved), *_payers(books, moved)]
    first, *others = [tie for check in checks for tie in check(books)]
    return [first, *of_charts, *others, *_postings(moved)]


def _balance(books: Books) -> list[Tie]:
    debits = sum((found for found in books.values() if found > ZERO), ZERO)
    credits_ = -sum((found for found in books.values() if found < ZERO), ZERO)
    return [Tie("Debits and credits", debits, credits_, "All accounts with a credit balance")]


def _patients(books: Books, moved: Moved) -> list[Tie]:
    """The accounts of patients are the sum of what stands on single charts."""
    sums = moved.named()
    named = (
        (PATIENT, "Owed by patients"),
        (CREDIT, "Patients' credit"),
        (COLLECTIONS, "With collection agencies"),
    )
    return [
        Tie(name, books.get(code, ZERO), sums.get(code, ZERO), "Patients' charts")
        for code, name in named
    ]


def _payers(books: Books, moved: Moved) -> list[Tie]:
    """What insurance owes is what is open on charges: what stands there without a chart is not."""
    total = moved.named().get(INSURANCE, ZERO)
    return [Tie("Owed by insurance", books.get(INSURANCE, ZERO), total, "Open charges")]


def _desk(books: Books) -> list[Tie]:
    """What lies at the desk is what receipts say, less what went to the bank."""
    taken = _by_method(Payment.objects.exclude(number=None))
    back = _by_method(Payment.objects.filter(status=Payment.Status.REVERSED, deposit=None))
    banked = _live_deposits()
    over = Drawer.objects.aggregate(sum=Sum("over"))["sum"] or ZERO
    cash = taken["cash"] - back["cash"] + over - banked["cash"]
    checks = taken["check"] - back["check"] - banked["checks"]
    cards = taken["card"] - back["card"] - _refunded_to_cards() - gone_from_cards()
    return [
        Tie("Cash drawer", books.get(CASH, ZERO), cash, "Receipts, counts and deposits"),
        Tie("Checks to deposit", books.get(CHECKS, ZERO), checks, "Receipts and deposits"),
        Tie(
            "Card payments on their way",
            books.get(CARDS, ZERO),
            cards,
            "Receipts, refunds, transfers",
        ),
    ]


def _deposits(books: Books) -> list[Tie]:
    way = Deposit.objects.filter(status=Deposit.Status.MADE).aggregate(
        cash=Sum("cash"), checks=Sum("checks")
    )
    total = (way["cash"] or ZERO) + (way["checks"] or ZERO)
    return [Tie("Deposits on their way", books.get(DEPOSITS, ZERO), total, "Deposit slips")]


def _refunds(books: Books) -> list[Tie]:
    """What is set aside for refunds is what was approved and not paid yet."""
    waiting = Refund.objects.filter(status__in=(Refund.Status.APPROVED, Refund.Status.PAYING))
    total = waiting.aggregate(sum=Sum("amount"))["sum"] or ZERO
    return [Tie("Refunds to be paid", -books.get(REFUNDS, ZERO), total, "Approved refunds")]


def _plans(_books: Books) -> list[Tie]:
    """What instalments say was paid is what payments paid of them."""
    paid, parts = parts_paid()
    return [Tie("Instalments paid", paid, parts, "Payments of plans")]


def _refunded_to_cards() -> Decimal:
    paid = Refund.objects.filter(status=Refund.Status.PAID, way=Refund.Way.CARD)
    return paid.aggregate(sum=Sum("amount"))["sum"] or ZERO


def _postings(moved: Moved) -> list[Tie]:
    """A posting's day is its entries' day, and a reversal takes back what it reverses."""
    reversals = Posting.objects.exclude(reverses=None).order_by()
    back = reversals.aggregate(sum=Sum("entries__amount"))["sum"] or ZERO
    first = reversals.aggregate(sum=Sum("reverses__entries__amount"))["sum"] or ZERO
    return [
        Tie("Entries dated as their posting", moved.strayed, ZERO, "Entries dated apart"),
        Tie("Reversals", back, first, "What they reverse"),
    ]


def _by_method(payments: QuerySet[Payment]) -> dict[str, Decimal]:
    rows = payments.order_by().values_list("method").annotate(Sum("amount"))
    return {str(method): ZERO for method in Payment.Method} | dict(rows)


def _live_deposits() -> dict[str, Decimal]:
    live = Deposit.objects.exclude(status=Deposit.Status.VOIDED)
    sums = live.aggregate(cash=Sum("cash"), checks=Sum("checks"))
    return {name: total or ZERO for name, total in sums.items()}
