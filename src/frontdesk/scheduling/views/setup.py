"""Settings of the schedule: visit types, weekly sessions, time off."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.scheduling import forms, operations
from frontdesk.scheduling.models import TimeOff, VisitType
from frontdesk.scheduling.queries import setup as queries
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

TYPES, SESSIONS, OFF = "visit_types:changed", "sessions:changed", "time_off:changed"


@needs("scheduling.view", "scheduling.templates")
def visit_types(request: Request) -> HttpResponse:
    """List what can be booked, with what each takes."""
    return respond(request, "scheduling/visit_types.html", part="rows", types=queries.visit_types())


@needs("scheduling.templates")
def visit_type(request: Request, pk: UUID | None = None) -> HttpResponse:
    """Make or change a visit type and its phases."""
    found = get_object_or_404(queries.visit_types(), pk=pk) if pk else None
    form = forms.VisitTypeForm(request.POST or None, instance=found)
    if form.is_valid():
        with refusals_on(form):
            saved = _save_type(form, pk, request.actor)
            toast(request, _("%(what)s saved") % {"what": saved})
            return done(request, TYPES)
    return respond(request, "scheduling/visit_type.html", form=form, visit_type=found)


@needs("scheduling.view", "scheduling.templates")
def sessions(request: Request) -> HttpResponse:
    """Show every provider's usual week."""
    return respond(
        request,
        "scheduling/sessions.html",
        part="rows",
        weeks=queries.weeks(today(request.site)),
        weekdays=[name for _number, name in forms.WEEKDAYS],
        on=today(request.site),
    )


@needs("scheduling.templates")
def new_session(request: Request) -> HttpResponse:
    """Add a session to somebody's week."""
    usual = {"from_on": today(request.site), "site": request.site.pk}
    form = forms.SessionForm(request.POST or None, initial={**usual, **request.GET.dict()})
    if form.is_valid():
        with refusals_on(form):
            added = operations.add_session(**form.cleaned_data, by=request.actor)
            toast(request, _("%(who)s sees patients then") % {"who": added.provider})
            return done(request, SESSIONS)
    return respond(request, "scheduling/session.html", form=form, session=None)


@needs("scheduling.templates")
def session(request: Request, pk: UUID) -> HttpResponse:
    """Change a session from a day on."""
    found = get_object_or_404(queries.sessions(), pk=pk)
    form = forms.SessionForm(
        request.POST or None,
        session=found,
        initial={
            "starts": found.starts,
            "ends": found.ends,
            "from_on": max(today(found.site), found.from_on),
            "visit_types": found.visit_type_ids,
        },
    )
    if form.is_valid():
        with refusals_on(form):
            said = dict(form.cleaned_data)
            operations.change_session(found, on=said.pop("from_on"), **said, by=request.actor)
            toast(request, _("The week of %(who)s has changed") % {"who": found.provider})
            return done(request, SESSIONS)
    end = forms.EndSession(initial={"on": today(found.site)})
    return respond(request, "scheduling/session.html", form=form, session=found, end=end)


@needs("scheduling.templates")
@require_POST
@refusals_told
def end_session(request: Request, pk: UUID) -> HttpResponse:
    """Let a session hold no longer from a day on."""
    found = get_object_or_404(queries.sessions(), pk=pk)
    form = forms.EndSession(request.POST)
    on = form.cleaned_data["on"] if form.is_valid() else today(found.site)
    operations.end_session(found, on=on, by=request.actor)
    toast(request, _("The session of %(who)s ends") % {"who": found.provider})
    return done(request, SESSIONS)


@needs("scheduling.view", "scheduling.templates")
def time_off(request: Request) -> HttpResponse:
    """List who and what can't be booked, and when."""
    return respond(request, "scheduling/time_off.html", part="rows", rows=queries.time_off(now()))


@needs("scheduling.templates")
def new_time_off(request: Request) -> HttpResponse:
    """Keep somebody or something from being booked."""
    usual = {"first": today(request.site)}
    form = forms.Off(request.POST or None, site=request.site, initial=usual)
    if form.is_valid():
        with refusals_on(form):
            operations.take_time_off(**_off(form), by=request.actor)
            toast(request, _("Nothing is booked then"))
            return done(request, OFF)
    return respond(request, "scheduling/off.html", form=form)


@needs("scheduling.templates")
@require_POST
def end_time_off(request: Request, pk: UUID) -> HttpResponse:
    """Take time off back."""
    operations.end_time_off(get_object_or_404(TimeOff, pk=pk), by=request.actor)
    toast(request, _("It can be booked again"))
    return done(request, OFF)


def _save_type(form: forms.VisitTypeForm, pk: UUID | None, by: Actor) -> VisitType:
    kept = get_object_or_404(VisitType, pk=pk) if pk else None
    return operations.save_visit_type(kept, form.values(), phases=form.phases, by=by)


def _off(form: forms.Off) -> dict[str, Any]:
    kind, key = form.resource
    said = {name: form.cleaned_data[name] for name in ("starts_at", "ends_at", "because")}
    return {"resource_kind": kind, "resource_id": key, **said}
