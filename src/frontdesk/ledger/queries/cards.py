"""Questions about cards on file."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from frontdesk.ledger.models import Plan, SavedCard
from frontdesk.people.models import Patient

ENDS_SOON = timedelta(days=45)


def cards_of(patient: Patient) -> list[SavedCard]:
    """Return the cards that may pay for a patient: their own and those of their family."""
    home = Q(patient=patient)
    if patient.guarantor_id:
        home |= Q(patient__guarantor=patient.guarantor_id)
    found = SavedCard.objects.filter(home, status=SavedCard.Status.ACTIVE)
    return list(found.select_related("patient").order_by("-agreed_at"))


def may_pay_for(card: SavedCard, patient: Patient) -> bool:
    """Say whether a card may pay for this patient: its owner, or somebody of one family."""
    if card.patient_id == patient.pk:
        return True
    family = patient.guarantor_id
    return family is not None and card.patient.guarantor_id == family


def ending_cards(on: date) -> QuerySet[SavedCard]:
    """Return cards on file that end soon, those that end first on top."""
    until = on + ENDS_SOON
    ends = Q(expires__lte=until) | Q(until__lte=until)
    found = SavedCard.objects.filter(ends, status=SavedCard.Status.ACTIVE)
    return found.select_related("patient", "site").order_by("expires", "pk")


def needed_cards(on: date) -> QuerySet[SavedCard]:
    """Return those that end soon and that a running plan charges."""
    running = Plan.objects.filter(status=Plan.Status.ACTIVE).exclude(card=None)
    return ending_cards(on).filter(pk__in=running.values("card"))
