"""What was paid by link, and what is under way."""

from datetime import datetime

from django.db.models import QuerySet

from frontdesk.billing.models import Statement
from frontdesk.ledger.models import Payment
from frontdesk.people.models import Patient

PAID_BY_LINK = "bill:"  # begins the key of a payment that was made by the link of a bill


def payments_under_way(patient: Patient, since: datetime) -> QuerySet[Payment]:
    """Return card payments of a patient that wait for the gateway, the newest first."""
    found = Payment.objects.filter(patient=patient, status=Payment.Status.PENDING)
    return found.filter(is_online=True, taken_at__gte=since).order_by("-taken_at", "-pk")


def times_tried(statement: Statement) -> int:
    """Return how often a payment of a statement was begun by its link."""
    return Payment.objects.filter(key__startswith=f"{PAID_BY_LINK}{statement.pk.hex}:").count()


def last_by_link(statement: Statement) -> Payment | None:
    """Return the payment of a statement that was begun last by its link."""
    mine = Payment.objects.filter(key__startswith=f"{PAID_BY_LINK}{statement.pk.hex}:")
    return mine.select_related("patient", "site").order_by("-taken_at", "-pk").first()
