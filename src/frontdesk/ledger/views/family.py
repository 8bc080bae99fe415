"""A guarantor's account: what the family owes, and one payment for all of it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.core.money import ZERO
from frontdesk.ledger import forms, operations, queries
from frontdesk.ledger.models import Payment
from frontdesk.ledger.rules.together import Share
from frontdesk.ledger.views.payments import charged, shown_as_taken
from frontdesk.people import operations as people
from frontdesk.people.models import Guarantor
from frontdesk.ui.context import is_part
from frontdesk.ui.responses import go, refusals_on, respond


@needs("ledger.view")
def family(request: Request, pk: UUID) -> HttpResponse:
    """Show what everybody owes for whom one person answers; looking is remembered."""
    found = queries.family.family(get_object_or_404(Guarantor, pk=pk))
    if not is_part(request):
        for relative in found.relatives:
            people.open_chart(relative.patient, what="account", by=request.actor)
    return respond(request, "ledger/family.html", part="all", family=found, form=None)


@needs("ledger.take_payment")
def family_take(request: Request, pk: UUID) -> HttpResponse:
    """Take one payment for a family: spread oldest first, or by choice."""
    guarantor = get_object_or_404(Guarantor, pk=pk)
    found = queries.family.family(guarantor)
    patients = [relative.patient for relative in found.relatives]
    initial = {"amount": found.to_pay or None}
    cards = queries.cards.cards_of(patients[0]) if patients else []
    form = forms.FamilyTake(request.POST or None, initial=initial, patients=patients, cards=cards)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            return _taken(request, form, guarantor)
    fields = list(zip(found.relatives, form.rows, strict=True))
    told: dict[str, Any] = {"family": found, "fields": fields}
    told["no_drawer"] = queries.lacks_drawer(request.actor)
    return respond(request, "ledger/family_take.html", form=form, **told)


def _taken(request: Request, form: forms.FamilyTake, guarantor: Guarantor) -> HttpResponse:
    shares = form.chosen or _spread(form, guarantor)
    total = sum((share.amount for share in shares), ZERO)
    told: dict[str, Any] = {"kind": Payment.Kind.BALANCE, "key": form.cleaned_data["key"]}
    told |= {"site": request.site, "at": now(), "by": request.actor}
    tenders = form.tenders(total)
    if not form.is_by_card:
        return shown_as_taken(request, operations.take_together(shares, tenders, **told))
    taken, asked = operations.take_with_card(shares, tenders, form.kept_card, **told)
    if form.is_online:
        return go(request, "ledger:card", asked.pk)
    return charged(request, asked, *taken)


def _spread(form: forms.FamilyTake, guarantor: Guarantor) -> list[Share]:
    """Oldest first; what is more than the family owes has to be put by a name."""
    amount = form.cleaned_data["amount"]
    shares, over = queries.family.family_shares(guarantor, amount)
    if over:
        raise Refused(
            f"The family owes ${amount - over}: say by a name whose credit ${over} more becomes."
        )
    return [Share(patient_id, part) for patient_id, part in shares.items()]
