"""Times put right, late arrivals, the site's alarms, and how the waits were."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast
from frontdesk.visits import operations
from frontdesk.visits.forms import floor as forms
from frontdesk.visits.models import FlowEvent, LateArrival, Visit
from frontdesk.visits.queries.figures import span_of, wait_figures
from frontdesk.visits.queries.floor import displays, held_moves
from frontdesk.visits.queries.policy import policy_of
from frontdesk.visits.queries.sheet import visits

CHANGED = "visits"


@needs("visits.move")
def times(request: Request, pk: UUID) -> HttpResponse:
    """Show when each move of a visit was, to put one right."""
    visit = get_object_or_404(visits(), pk=pk)
    return respond(request, "visits/times.html", visit=visit, moves=held_moves(visit))


@needs("visits.move")
def correct(request: Request, pk: UUID, event: UUID) -> HttpResponse:
    """Say when a move really was."""
    visit = get_object_or_404(visits(), pk=pk)
    meant = get_object_or_404(FlowEvent, pk=event, visit=visit)
    move = next((one for one in held_moves(visit) if one.pk == meant.pk), None)
    form = forms.WasAt(request.POST or None, initial={"was": move.wall if move else None})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            was = form.moment(visit.site, move.at if move else meant.at, visit.on)
            made = operations.correct_time(visit, event, was_at=was, at=now(), by=request.actor)
            undo_url = reverse("visits:undo", args=[visit.pk, made.pk])
            toast(request, _("The time is put right."), undo_url=undo_url)
            return done(request, CHANGED)
    return respond(request, "visits/correct.html", visit=visit, move=move, form=form)


@needs("visits.move")
@require_POST
@refusals_told
def late(request: Request, pk: UUID, answer: str) -> HttpResponse:
    """Note the provider's word on somebody who came late."""
    held = get_object_or_404(LateArrival, visit=pk)
    held = operations.answer_late(held, answer, at=now(), by=request.actor)
    toast(request, _("Noted: %(answer)s.") % {"answer": held.get_answer_display().lower()})
    if held.answer == LateArrival.Answer.RESCHEDULE and request.actor.may("scheduling.book"):
        return HttpResponseRedirect(_other_days(held.visit))  # into the drawer, or as a page
    return done(request, CHANGED)


@needs("visits.policy")
def policy(request: Request) -> HttpResponse:
    """Set when this site wants to be alarmed, and its displays."""
    form = forms.Policy(request.POST or None, instance=policy_of(request.site))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.save_policy(request.site, form.cleaned_data, by=request.actor)
            toast(request, _("Saved."))
            return go(request, "visits:policy")
    shown = displays(request.site, now())
    return respond(request, "visits/policy.html", form=form, site=request.site, displays=shown)


@needs("visits.view")
def figures(request: Request) -> HttpResponse:
    """Show how long patients waited, for whom, and how good what was foretold has been."""
    span = span_of(request.GET.get("span", ""))
    found = wait_figures(request.site, now(), span)
    return respond(request, "visits/waits.html", part="figures", found=found, span=span)


def _other_days(visit: Visit) -> str:
    """Return where times for the same visit are found, from tomorrow on."""
    appointment = visit.appointment
    said = {
        "patient": visit.patient_id, "visit_type": appointment.visit_type_id,
        "provider": appointment.provider_id, "site": visit.site_id,
        "from_on": (today(visit.site) + timedelta(days=1)).isoformat(),
    }  # fmt: skip
    return f"{reverse('scheduling:find')}?{urlencode(said)}"
