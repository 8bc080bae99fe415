"""What was paid by link, and what is under way."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from frontdesk.billing.models import Statement
from frontdesk.billing.queries.bills import Family
from frontdesk.billing.rules.bills import Bill
from frontdesk.core.money import ZERO
from frontdesk.ledger import queries as books
from frontdesk.ledger.models import Payment, Plan
from frontdesk.ledger.queries.plans import Offer
from frontdesk.ledger.rules.money_policy import needs_disclosure
from frontdesk.people.models import Patient

PAID_BY_LINK = "bill:"  # begins the key of a payment that was made by the link of a bill


def payments_under_way(patient: Patient, since: datetime) -> list[Payment]:
    """Return card payments for a patient that wait for the gateway, the newest first."""
    mine = Q(patient=patient) | Q(shares__isnull=False)
    found = Payment.objects.filter(mine, status=Payment.Status.PENDING, is_online=True)
    waiting = found.filter(taken_at__gte=since).order_by("-taken_at", "-pk")
    return [one for one in waiting if part_of(one, patient)]


def part_of(payment: Payment, patient: Patient) -> Decimal:
    """Return how much of a payment is for one patient."""
    return sum((part for pk, part in payment.split if pk == patient.pk), ZERO)


def times_tried(statement: Statement) -> int:
    """Return how often a payment of a statement was begun by its link."""
    return Payment.objects.filter(key__startswith=f"{PAID_BY_LINK}{statement.pk.hex}:").count()


def last_by_link(statement: Statement) -> Payment | None:
    """Return the payment of a statement that was begun last by its link."""
    mine = Payment.objects.filter(key__startswith=f"{PAID_BY_LINK}{statement.pk.hex}:")
    return mine.select_related("patient", "site").order_by("-taken_at", "-pk").first()


def plan_offers(patient: Patient, bill: Bill) -> list[Offer]:
    """Return the plans a patient may agree to alone: few parts, and none runs already.

    They pay what the bill asks for: what waits for an answer or a decision is on no plan. More
    parts than that need a disclosure on paper (12 CFR 1026.17): the desk does it.
    """
    if books.plans.open_plan(patient.pk) is not None:
        return []
    return [one for one in books.plans.offers_for(bill.total) if not needs_disclosure(one.count)]


def plans_running(family: Family) -> list[Plan]:
    """Return the payment plans of a family that are not over."""
    found = (books.plans.open_plan(patient.pk) for patient in family.patients)
    return [plan for plan in found if plan is not None]
