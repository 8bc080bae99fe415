"""The drawer of a visit and the steps of the board."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import local, now, today
from frontdesk.core.http import Request, needs
from frontdesk.people import operations as people
from frontdesk.scheduling.queries import first_of_each
from frontdesk.scheduling.rules.time import STEP
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast
from frontdesk.visits import operations
from frontdesk.visits.forms import flow as flow_forms
from frontdesk.visits.models import Stage, Visit
from frontdesk.visits.queries.flow import booked, rooms_of
from frontdesk.visits.queries.sheet import appointments, sheet, visits

CHANGED = "visits"  # what boards listen for
MINUTE = timedelta(minutes=1)


@needs("visits.view")
def drawer(request: Request, pk: UUID) -> HttpResponse:
    """Show an appointment of the day: who, what, whether all is ready, what happened."""
    appointment = get_object_or_404(appointments(), pk=pk)
    people.open_chart(appointment.patient, what="visit", by=request.actor)
    held = sheet(appointment, now())
    return respond(request, "visits/drawer.html", sheet=held, site=appointment.site)


@needs("visits.arrive")
@require_POST
@refusals_told
def arrive(request: Request, pk: UUID) -> HttpResponse:
    """Say that the patient came; with `then=check_in`, go on to the desk's questions."""
    appointment = booked(pk)
    visit = operations.arrive(appointment, at=now(), by=request.actor)
    if request.POST.get("then") == "check_in":
        return go(request, "visits:check_in", visit.pk)
    text = _("%(name)s has arrived.") % {"name": appointment.patient.name}
    toast(request, text, undo_url=reverse("visits:undo_last", args=[visit.pk]))
    return done(request, CHANGED)


@needs("visits.move")
@require_POST
@refusals_told
def move(request: Request, pk: UUID, stage: str) -> HttpResponse:
    """Take a patient on to a stage that needs no room."""
    visit = get_object_or_404(visits(), pk=pk)
    event = operations.move(
        visit, stage, seen=request.POST.get("seen", ""), at=now(), by=request.actor
    )
    return _moved(request, visit, event.pk, Stage(stage).label)


@needs("visits.move")
def room(request: Request, pk: UUID) -> HttpResponse:
    """Choose a free room, in a drawer."""
    visit = get_object_or_404(visits(), pk=pk)
    form = flow_forms.ChooseRoom(
        request.POST or None, site=visit.site, initial={"seen": visit.stage}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            chosen, seen = form.cleaned_data["room"], form.cleaned_data["seen"]
            event = operations.move(
                visit, Stage.ROOMED, room=chosen, seen=seen, at=now(), by=request.actor
            )
            return _moved(request, visit, event.pk, chosen.name)
    rooms = rooms_of(visit.site, visit.on)
    return respond(request, "visits/room.html", visit=visit, form=form, rooms=rooms)


@needs("visits.move")
def left(request: Request, pk: UUID) -> HttpResponse:
    """Say that the patient left without being seen."""
    visit = get_object_or_404(visits(), pk=pk)
    form = flow_forms.Left(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            event = operations.leave_unseen(visit, because=form.words, at=now(), by=request.actor)
            return _moved(request, visit, event.pk, _("left without visit"))
    return respond(request, "visits/left.html", visit=visit, form=form)


@needs("visits.move")
@require_POST
@refusals_told
def undo(request: Request, pk: UUID, event: UUID | None = None) -> HttpResponse:
    """Take the last move back."""
    visit = operations.undo_move(
        get_object_or_404(Visit, pk=pk), event_id=event, at=now(), by=request.actor
    )
    toast(request, _("Taken back: %(stage)s.") % {"stage": Stage(visit.stage).label})
    return done(request, CHANGED)


@needs("visits.arrive")
def walk_in(request: Request) -> HttpResponse:
    """Take in somebody without an appointment, in a drawer."""
    form = flow_forms.WalkIn(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            at = now()
            wish = form.wish(_mark(local(request.site, at)))
            came = operations.walk_in(**wish, site=request.site, at=at, by=request.actor)
            toast(request, _("%(name)s is here.") % {"name": came.visit.patient.name})
            return go(request, "visits:check_in", came.visit.pk)
    return respond(request, "visits/walk_in.html", form=form, **_free(request, form))


@needs("visits.arrive")
def walk_in_times(request: Request) -> HttpResponse:
    """Show who is free next for the visit that was chosen."""
    form = flow_forms.WalkIn(initial={"visit_type": request.GET.get("visit_type")})
    return respond(request, "visits/walk_in.html", part="times", form=form, **_free(request, form))


def _free(request: Request, form: flow_forms.WalkIn) -> dict[str, Any]:
    """Return the next time of each provider today, for the visit that the form shows."""
    kind, at, site = form.shown_type, now(), request.site
    times = first_of_each(kind, site, on=today(site), at=at) if kind else []
    free = [(form.value_of(one), one, (one.starts_at - at) // MINUTE) for one in times]
    picked = form.picked([value for value, *_rest in free])
    return {"free": free, "picked": picked, "site": site, "new_chart": _new_chart(request, form)}


def _new_chart(request: Request, form: flow_forms.WalkIn) -> str:
    """Return where a chart is made for who was not here before; the walk-in goes on with it."""
    if form.shown_patient or not request.actor.may("people.register"):
        return ""
    then = f"{reverse('visits:walk_in')}?{urlencode({'when': ''})}"
    return f"{reverse('people:new')}?{urlencode({'then': then})}"


def _moved(request: Request, visit: Visit, event: UUID, where: str) -> HttpResponse:
    text = _("%(name)s: %(where)s.") % {"name": visit.patient.name, "where": where}
    toast(request, text, undo_url=reverse("visits:undo", args=[visit.pk, event]))
    return done(request, CHANGED)


def _mark(wall: datetime) -> datetime:
    """Return the five-minute mark at or before the time."""
    past = timedelta(minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)
    return wall - past % STEP
