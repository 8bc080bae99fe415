"""Questions about disputed cards."""

from django.db.models import Case, QuerySet, When

from frontdesk.core.scoping import practice_scope
from frontdesk.ledger.models import CardDispute, Payment, Posting
from frontdesk.staff.queries import practice_ids


def disputes_of(payment: Payment) -> list[CardDispute]:
    """Return the disputes of a payment, the newest first."""
    found = CardDispute.objects.filter(payment=payment).select_related("won", "kept")
    return list(found.order_by("-opened_at"))


def disputes() -> QuerySet[CardDispute]:
    """Return every dispute: evidence that is wanted first, by its clock; the decided ones last."""
    order = Case(
        When(status=CardDispute.Status.OPEN, then=0),
        When(status=CardDispute.Status.SENT, then=1),
        default=2,
    )
    found = CardDispute.objects.select_related("payment__patient", "payment__site")
    return found.annotate(place=order).order_by("place", "due_at", "-opened_at", "pk")


def owed_again_as(dispute: CardDispute) -> str:
    """Return the key of the posting that makes a patient owe what was disputed."""
    return f"dispute:{dispute.pk}"


def is_owed_again(payment: Payment) -> bool:
    """Whether a patient owes what the bank took of a payment that still stands."""
    keys = [owed_again_as(one) for one in CardDispute.objects.filter(payment=payment)]
    return bool(keys) and Posting.objects.filter(key__in=keys, reversed_by=None).exists()


def charged_as(gateway_id: str) -> Payment | None:
    """Return the payment that the gateway knows by a name, in whichever practice it is."""
    for practice_id in practice_ids():
        with practice_scope(practice_id):
            taken = Payment.objects.filter(gateway_id=gateway_id).order_by("taken_at", "pk")
            if found := taken.first():
                return found
    return None
