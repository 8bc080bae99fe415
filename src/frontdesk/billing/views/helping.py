"""Financial help: who asks, the papers, the decision."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.billing import operations, queries
from frontdesk.billing.forms import Because
from frontdesk.billing.forms import bills as forms
from frontdesk.billing.models import HelpRequest
from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.ledger import queries as books
from frontdesk.people.models import Patient
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast

CHANGED = "billing:changed"
ON_A_PAGE = 50


@needs("billing.ask", "billing.help")
def help_requests(request: Request) -> HttpResponse:
    """Show who asks for financial help, and who has it."""
    show = request.GET.get("show", "asked")
    page = Paginator(queries.help_requests(show), ON_A_PAGE).get_page(request.GET.get("page"))
    told = {"page": page, "show": show, "states": HelpRequest.Status.choices}
    return respond(request, "billing/help_requests.html", part="list", **told)


@needs("billing.ask")
def ask_for_help(request: Request, pk: UUID) -> HttpResponse:
    """Write a request for help down, with the papers that prove it."""
    patient = get_object_or_404(Patient.objects.select_related("practice", "guarantor"), pk=pk)
    form = forms.AskForHelp(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.ask_with_proof(patient, **form.told, at=now(), by=request.actor)
            toast(request, _("Noted. Nothing is billed until it is decided."))
            return done(request, CHANGED)
    return respond(request, "billing/ask_for_help.html", patient=patient, form=form)


@needs("billing.ask", "billing.help")
def help_request(request: Request, pk: UUID) -> HttpResponse:
    """Look at a request with its papers; who may, decides it."""
    found = get_object_or_404(HelpRequest.objects.select_related("patient", "guarantor"), pk=pk)
    form = forms.DecideHelp(request.POST or None, initial={"off": found.proposed})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.decide_help(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Decided"))
            return done(request, CHANGED)
    family = queries.helped_by(found)
    owed = books.balances_of([one.pk for one in family])
    told: dict[str, Any] = {
        "asked": found,
        "form": form,
        "proofs": queries.proofs_of(found),
        "family": family,
    }
    told["owed"] = sum((one.to_pay for one in owed.values()), books.Balance().to_pay)
    return respond(request, "billing/help_request.html", **told)


@needs("billing.help")
@require_POST
@refusals_told
def end_help(request: Request, pk: UUID) -> HttpResponse:
    """End help before its day."""
    found, form = get_object_or_404(HelpRequest, pk=pk), Because(request.POST)
    because = form.cleaned_data["because"] if form.is_valid() else ""
    operations.end_help(found, because=because, at=now(), by=request.actor)
    toast(request, _("Ended"))
    return done(request, CHANGED)


@needs("billing.ask")
def add_proof(request: Request, pk: UUID) -> HttpResponse:
    """File another paper with a request."""
    found = get_object_or_404(HelpRequest.objects.select_related("patient"), pk=pk)
    form = forms.Proof(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            content = form.cleaned_data["proof"].read()
            operations.add_proof(found, content, title="", at=now(), by=request.actor)
            toast(request, _("Filed"))
            return go(request, "billing:help_request", found.pk)
    return respond(request, "billing/add_proof.html", asked=found, form=form)
