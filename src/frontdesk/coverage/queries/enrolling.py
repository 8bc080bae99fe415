"""Questions about enrolments: which there are, which wait, which keep a message back."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from frontdesk.coverage.models import Enrolment

_OPEN = (Enrolment.Status.NEEDED, *sorted(Enrolment.WAITS))


def enrolments() -> QuerySet[Enrolment]:
    """Return every enrolment with its payer, by payer."""
    return Enrolment.objects.select_related("payer").order_by("payer__name", "message", "pk")


def enrolments_open() -> QuerySet[Enrolment]:
    """Return the enrolments that somebody has to ask for, or waits for."""
    return enrolments().filter(status__in=_OPEN, payer__is_active=True)


def enrolments_for(
    message: str, payer_ids: Collection[UUID] | None = None
) -> dict[UUID, Enrolment]:
    """Return the enrolments for a kind of message by payer: of these payers, or of all."""
    found = Enrolment.objects.filter(message=message)
    if payer_ids is not None:
        found = found.filter(payer__in=payer_ids)
    return {one.payer_id: one for one in found}


def why_not_enrolled(enrolment: Enrolment | None, on: date) -> str:
    """Say why a payer's enrolment keeps a message back on a day; "" where nothing does."""
    return enrolment.why_not(on) if enrolment else ""
