"""Questions about patients' questions: what is open, what was said."""

from uuid import UUID

from django.db.models import QuerySet

from frontdesk.billing.models import Charge, Dispute, DisputeMessage
from frontdesk.people.models import Patient

SHOWS = ("open", "waiting", "closed")


def disputes(show: str = "open") -> QuerySet[Dispute]:
    """Return questions in one state, the one due first on top; closed ones the newest first."""
    found = Dispute.objects.select_related("patient", "charge")
    if show == "closed":
        return found.filter(status=Dispute.Status.CLOSED).order_by("-closed_at", "-pk")
    state = Dispute.Status.WAITING if show == "waiting" else Dispute.Status.OPEN
    return found.filter(status=state).order_by("due_on", "-amount", "pk")


def open_disputes(patient: Patient) -> QuerySet[Dispute]:
    """Return what the patient asked and is not closed."""
    found = Dispute.objects.filter(patient=patient).exclude(status=Dispute.Status.CLOSED)
    return found.select_related("charge").order_by("-number")


def disputes_of(patients: list[Patient]) -> list[Dispute]:
    """Return everything that these patients asked, with what was said, the newest first."""
    found = Dispute.objects.filter(patient__in=patients).prefetch_related("messages")
    return list(found.order_by("-number"))


def thread(dispute: Dispute) -> QuerySet[DisputeMessage]:
    """Return what was said, in order."""
    return DisputeMessage.objects.filter(dispute=dispute).order_by("at", "pk")


def charge_of(patients: list[Patient], key: UUID) -> Charge | None:
    """Return a standing charge of one of these patients, or nothing."""
    found = Charge.objects.filter(patient__in=patients, pk=key, status=Charge.Status.POSTED)
    return found.select_related("patient").first()
