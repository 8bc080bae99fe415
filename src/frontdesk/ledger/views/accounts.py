"""A patient's account: the card on the chart, the whole of it, and giving something up."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.ledger import forms, operations, queries
from frontdesk.people import operations as people
from frontdesk.people.models import Patient
from frontdesk.ui.context import is_part
from frontdesk.ui.responses import done, refusals_on, respond, toast

CHANGED = "ledger:changed"


@needs("ledger.view")
def panel(request: Request, pk: UUID) -> HttpResponse:
    """Show the money of a chart: what is open, or with `all` the whole account."""
    found = get_object_or_404(Patient, pk=pk)
    shown = "ledger/all.html" if "all" in request.GET else "ledger/panel.html"
    told: dict[str, Any] = {
        "account": queries.account(found),
        "ways": queries.ways_of(found, now()),
    }
    return respond(request, shown, patient=found, **told)


@needs("ledger.view")
def account(request: Request, pk: UUID) -> HttpResponse:
    """Show a patient's whole account; looking at a chart is remembered."""
    found = get_object_or_404(Patient, pk=pk)
    if not is_part(request):
        people.open_chart(found, what="account", by=request.actor)
    told: dict[str, Any] = {
        "account": queries.account(found),
        "ways": queries.ways_of(found, now()),
    }
    return respond(request, "ledger/account.html", part="all", patient=found, **told)


@needs("ledger.adjust")
def write_off(request: Request, pk: UUID) -> HttpResponse:
    """Give up a part of what a patient owes."""
    found = get_object_or_404(Patient, pk=pk)
    form = forms.WriteOff(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.write_off(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Written off"))
            return done(request, CHANGED)
    balance = queries.balance_of(found)
    return respond(request, "ledger/write_off.html", form=form, patient=found, balance=balance)
