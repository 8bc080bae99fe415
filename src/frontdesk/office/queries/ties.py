"""Do the books agree with the bills beside them?"""

from decimal import Decimal

from django.db.models import Q, Sum

from frontdesk.core.money import ZERO
from frontdesk.ledger.queries import Books, Tie, books_read, trial_balance
from frontdesk.ledger.rules.costs import PAYABLE
from frontdesk.office.models import OPEN, Bill, PaymentItem, VendorPayment

_IN_BOOKS = (Bill.Status.APPROVED, Bill.Status.PAID)


def ties(books: Books | None = None) -> list[Tie]:
    """Return the comparisons of what is owed to vendors: books, open bills, payments."""
    balances = trial_balance(books=books or books_read())
    owed = -sum((one.balance for one in balances if one.code == PAYABLE), ZERO)
    return [
        Tie("Bills to pay", owed, open_bills(), "Open bills less credits"),
        Tie("Bills paid", _settled(), _paid(), "Payments to vendors and credits used"),
    ]


def open_bills() -> Decimal:
    """Return what is open on single bills, less what vendors owe us."""
    credit = Q(kind=Bill.Kind.CREDIT)
    sums = (
        Bill.objects.filter(status__in=_IN_BOOKS)
        .order_by()
        .aggregate(bills=Sum(OPEN, filter=~credit), credits=Sum(OPEN, filter=credit))
    )
    return (sums["bills"] or ZERO) - (sums["credits"] or ZERO)


def _settled() -> Decimal:
    credit = Q(kind=Bill.Kind.CREDIT)
    sums = Bill.objects.order_by().aggregate(
        bills=Sum("settled", filter=~credit), credits=Sum("settled", filter=credit)
    )
    return (sums["bills"] or ZERO) - (sums["credits"] or ZERO)


def _paid() -> Decimal:
    live = PaymentItem.objects.filter(payment__status=VendorPayment.Status.ISSUED).order_by()
    sums = live.aggregate(amount=Sum("amount"), off=Sum("discount"))
    return (sums["amount"] or ZERO) + (sums["off"] or ZERO)
