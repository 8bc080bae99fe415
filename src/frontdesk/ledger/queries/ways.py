"""How a patient may pay: their plan, cards on file, family, and credit that is free."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from frontdesk.ledger.models import Refund, ReturnedPayment, SavedCard
from frontdesk.ledger.queries import cards, crediting, plans, returned
from frontdesk.people.models import Patient


@dataclass(frozen=True, slots=True)
class Ways:
    """What stands beside a patient's balance."""

    plan: plans.PlanSheet | None
    cards: list[SavedCard]
    refunds: list[Refund]
    free_credit: Decimal
    returned: ReturnedPayment | None
    family_size: int
    has_gateway: bool


def ways_of(patient: Patient, at: datetime) -> Ways:
    """Return how a patient may pay, in the same few questions however much there is."""
    running = next((plan for plan in plans.plans_of(patient)[:20] if plan.is_open), None)
    home = Patient.objects.filter(guarantor=patient.guarantor_id).exclude(
        status=Patient.Status.MERGED
    )
    return Ways(
        plans.plan_sheet(running) if running else None,
        cards.cards_of(patient),
        list(Refund.objects.filter(patient=patient).order_by("-number")[:10]),
        crediting.free_credit(patient),
        returned.returned_lately(patient, at),
        home.count() if patient.guarantor_id else 1,
        bool(settings.STRIPE_API_KEY),
    )
