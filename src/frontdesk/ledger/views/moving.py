"""Credit moved to another visit or another person of the family, in a drawer."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.ledger import operations
from frontdesk.ledger.forms.moving import MoveCredit
from frontdesk.ledger.queries import moving as queries
from frontdesk.people.models import Patient
from frontdesk.ui.responses import done, refusals_on, respond, toast

CHANGED = "ledger:changed"


@needs("ledger.take_payment")
def move_credit(request: Request, pk: UUID) -> HttpResponse:
    """Move what was paid ahead to where it belongs."""
    patient = get_object_or_404(Patient, pk=pk)
    held = queries.held_of(patient)
    form = _form(request, patient, held)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.move_prepayment(patient, **form.told, at=now(), by=request.actor)
            toast(request, _("$%(sum)s moved") % {"sum": form.cleaned_data["amount"]})
            return done(request, CHANGED)
    return respond(request, "ledger/move_credit.html", patient=patient, held=held, form=form)


def _form(request: Request, patient: Patient, held: list[queries.Held]) -> MoveCredit:
    places: dict[str, Any] = {
        "held": held,
        "visits": queries.open_visits(patient, today(request.site)),
        "relatives": queries.relatives_of(patient),
    }
    first = {"amount": held[0].amount} if held else {}
    return MoveCredit(request.POST or None, initial=first, **places)
