"""Payments: of a day, on a receipt, and those a card gateway has still to answer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from frontdesk.core.clock import day_bounds, local
from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Payment
from frontdesk.ledger.queries.balances import Balance, balance_of
from frontdesk.people.models import Patient
from frontdesk.practice.models import Practice, Site


@dataclass(frozen=True, slots=True)
class DayOfPayments:
    """The payments of a site's day with the sums a drawer is counted against."""

    payments: list[Payment]

    @property
    def by_method(self) -> list[tuple[str, int, Decimal]]:
        """How many and how much came in by each method, as (label, count, dollars)."""
        sums = []
        for method in Payment.Method:
            taken = [p.amount for p in self._taken if p.method == method]
            sums.append((str(method.label), len(taken), sum(taken, ZERO)))
        return sums

    @property
    def total(self) -> Decimal:
        """What came in and stayed."""
        return sum((payment.amount for payment in self._taken), ZERO)

    @property
    def _taken(self) -> list[Payment]:
        return [p for p in self.payments if p.status == Payment.Status.POSTED]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt shows: the payment, the others of that day, the balance it left."""

    practice: Practice
    payment: Payment
    payments: list[Payment]
    balance: Balance
    on: date
    shares: list[tuple[str, Decimal]]  # of a family: the names with their parts

    @property
    def total(self) -> Decimal:
        """What was paid on that day in all."""
        return sum((p.amount for p in self.payments if p.status == p.Status.POSTED), ZERO)


def change_of(payments: list[Payment]) -> Decimal:
    """Return the change that was given for what was handed over together."""
    cash = [one for one in payments if one.handed is not None]
    if not cash or cash[0].handed is None:
        return ZERO
    handed: Decimal = cash[0].handed
    return handed - sum((one.amount for one in cash), ZERO)


def payments_of_day(site: Site, on: date) -> DayOfPayments:
    """Return the payments taken at the site on one local day, newest first."""
    starts, ends = day_bounds(site, on)
    found = (
        Payment.objects.filter(site=site, taken_at__gte=starts, taken_at__lt=ends)
        .select_related("patient")
        .order_by("-taken_at", "-pk")
    )
    return DayOfPayments(list(found))


def receipt(payment: Payment) -> Receipt:
    """Return what the receipt of a posted payment shows, the same however late it is printed."""
    on = local(payment.site, payment.taken_at).date()
    starts, ends = day_bounds(payment.site, on)
    same_day = Payment.objects.filter(
        patient=payment.patient, taken_at__gte=starts, taken_at__lt=ends
    ).exclude(number=None)
    return Receipt(
        practice=payment.practice,
        payment=payment,
        payments=list(same_day.order_by("number")),
        balance=balance_of(
            payment.patient, up_to=payment.posting.number if payment.posting else None
        ),
        on=on,
        shares=shares_of(payment),
    )


def shares_of(payment: Payment) -> list[tuple[str, Decimal]]:
    """Return for whom of a family a payment is, by name; nothing where it is for one."""
    if not payment.shares:
        return []
    names = Patient.objects.in_bulk([pk for pk, _ in payment.split])
    return [(names[pk].name, part) for pk, part in payment.split]


def pending_cards() -> QuerySet[Payment]:
    """Return card payments that the gateway has not settled yet, oldest first."""
    return (
        Payment.objects.filter(status=Payment.Status.PENDING, is_online=True)
        .select_related("patient", "site", "saved_card")
        .order_by("taken_at")
    )
