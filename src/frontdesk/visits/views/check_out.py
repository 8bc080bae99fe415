"""The check-out on screen, and the patient's visits on their chart."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.ledger.queries import lacks_drawer
from frontdesk.people import operations as people
from frontdesk.people.models import Patient
from frontdesk.ui.context import is_part
from frontdesk.ui.responses import go, refusals_on, refusals_told, respond, toast
from frontdesk.visits import operations
from frontdesk.visits.forms import check_out as forms
from frontdesk.visits.models import Visit
from frontdesk.visits.queries import check_out as queries
from frontdesk.visits.queries.sheet import visits, visits_of
from frontdesk.visits.views import paying
from frontdesk.visits.views.heads import head

SHOWN_VISITS = 12


@needs("visits.check_out", "visits.view")
@require_GET
def check_out(request: Request, pk: UUID) -> HttpResponse:
    """Show the superbill, the money and the next visit; looking at a chart is remembered."""
    visit = get_object_or_404(visits(), pk=pk)
    if not is_part(request):
        people.open_chart(visit.patient, what="check-out", by=request.actor)
    return _page(request, visit)


@needs("visits.check_out")
@require_POST
def finish(request: Request, pk: UUID) -> HttpResponse:
    """Take the money, book the next visit and close, by one press."""
    visit = get_object_or_404(visits(), pk=pk)
    form = forms.Finish(request.POST, visit=visit, at=now(), cards=paying.cards_for(visit))
    if form.is_valid():
        with refusals_on(form):
            if form.is_by_card and form.cleaned_data["amount"]:
                return _by_card(request, visit, form)
            return _finished(request, visit, form)
    return _page(request, visit, form)


@needs("visits.check_out")
def answer(request: Request, pk: UUID, kind: str) -> HttpResponse:
    """Decline or defer one thing, in a drawer."""
    visit = get_object_or_404(visits(), pk=pk)
    item = visit.check_out_items.filter(kind=kind).first()
    due_on = visit.on + timedelta(days=item.due_days if item else 0)
    first = {"owner": queries.default_owner(visit), "due_on": due_on, "answer": "deferred"}
    form = forms.Answer(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.answer_item(visit, kind, **form.cleaned_data, at=now(), by=request.actor)
            return go(request, "visits:check_out", visit.pk)
    told: dict[str, Any] = {"kind": kind, "item": item, "label": item.words if item else kind}
    return respond(request, "visits/check_out_answer.html", visit=visit, form=form, **told)


@needs("visits.check_out")
@require_POST
@refusals_told
def step_done(request: Request, pk: UUID, kind: str) -> HttpResponse:
    """Say by one press that a step is done."""
    visit = get_object_or_404(visits(), pk=pk)
    operations.answer_item(visit, kind, "done", at=now(), by=request.actor)
    return go(request, "visits:check_out", visit.pk)


@needs("visits.check_out")
@require_POST
@refusals_told
def reckon(request: Request, pk: UUID) -> HttpResponse:
    """Reckon the estimate anew from what is on the superbill now."""
    visit = get_object_or_404(visits(), pk=pk)
    operations.estimate_visit(visit, at=now(), by=request.actor)
    return go(request, "visits:check_out", visit.pk)


@needs("visits.view")
@require_GET
def panel(request: Request, pk: UUID) -> HttpResponse:
    """Show a patient's visits, for the chart."""
    patient = get_object_or_404(Patient, pk=pk)
    found = list(visits_of(patient)[: SHOWN_VISITS + 1])
    return respond(
        request,
        "visits/panel.html",
        patient=patient,
        visits=found[:SHOWN_VISITS],
        has_more=len(found) > SHOWN_VISITS,
    )


def _page(request: Request, visit: Visit, form: BaseForm | None = None) -> HttpResponse:
    at = now()
    weeks, kind = forms.ComeBack(request.GET).choice()
    held = queries.page(visit, at, weeks, kind)
    first = {"amount": held.due.to_take or None, "slot": _best(held)}
    return respond(
        request,
        "visits/check_out.html",
        part="offers" if request.GET.get("part") == "offers" else "",
        page=held,
        visit=visit,
        head=_head(visit),
        site=visit.site,
        weeks=held.weeks,
        spans=queries.spans(held.weeks),
        kind=kind or visit.appointment.visit_type_id,
        kinds=queries.visit_types(),
        form=form or forms.Finish(visit=visit, at=at, initial=first, cards=paying.cards_for(visit)),
        no_drawer=lacks_drawer(request.actor),
        undo_url=reverse("visits:undo_last", args=[visit.pk]),
    )


def _by_card(request: Request, visit: Visit, form: forms.Finish) -> HttpResponse:
    """Book what was chosen and charge the card; the visit is closed once that went through."""
    said = form.cleaned_data
    if said["slot"]:
        operations.book_follow_up(visit, said["slot"], at=now(), by=request.actor)
    rest = paying.rest_of(form, form.tenders(said["amount"]))
    payment = operations.start_card_at_check_out(
        visit, rest, amount=said["amount"], at=now(), by=request.actor
    )
    if form.is_online:
        return paying.typed_in(request, payment, reverse("visits:check_out", args=[visit.pk]))
    if paying.charged(request, payment):
        return _finished(request, visit, form)
    return go(request, "visits:check_out", visit.pk)


def _finished(request: Request, visit: Visit, form: forms.Finish) -> HttpResponse:
    """Take what was handed over, book and close; a card that was charged is counted already."""
    paid = None if form.is_by_card else form.paid
    closed = operations.finish_check_out(
        visit,
        paid=paid,
        chosen=form.cleaned_data["slot"],
        is_explained=True,
        at=now(),
        by=request.actor,
    )
    toast(request, _("%(name)s is checked out.") % {"name": closed.patient.name})
    if paid:
        paying.tell_change(request, form.tenders(paid.amount)[0])
    return go(request, "visits:check_out", visit.pk)


def _best(held: queries.Page) -> str:
    return held.offers[0].value if held.offers and not held.booked else ""


def _head(visit: Visit) -> dict[str, Any]:
    told = head(visit)
    policy = visit.check_in.policy if hasattr(visit, "check_in") else None
    if policy:
        plan = policy.subscription.plan
        told["facts"].append(f"{plan.payer.name}, {plan.name}")
    return told
