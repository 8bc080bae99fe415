"""Settings of the schedule: visit types and weekly sessions."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.actor import Actor
from frontdesk.core.clock import today
from frontdesk.core.http import Request, needs
from frontdesk.scheduling import forms, operations
from frontdesk.scheduling.models import VisitType
from frontdesk.scheduling.queries import feasible, pictures
from frontdesk.scheduling.queries import setup as queries
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

TYPES, SESSIONS = "visit_types:changed", "sessions:changed"


@needs("scheduling.view", "scheduling.templates")
def visit_types(request: Request) -> HttpResponse:
    """List what can be booked, with what each takes, and what no site can give."""
    types = queries.visit_types()
    wrong = feasible.troubles_by(types, today(request.site))
    rows = [(one, wrong.get(one.pk, [])) for one in types]
    return respond(request, "scheduling/visit_types.html", part="rows", rows=rows)


@needs("scheduling.templates")
def visit_type(request: Request, pk: UUID | None = None) -> HttpResponse:
    """Make or change a visit type and its phases."""
    found = get_object_or_404(queries.visit_types(), pk=pk) if pk else None
    form = forms.VisitTypeForm(request.POST or None, instance=found)
    if "more" not in request.POST and form.is_valid():
        with refusals_on(form):
            saved = _save_type(form, pk, request.actor)
            _tell_of_trouble(request, saved)
            return done(request, TYPES)
    return respond(request, "scheduling/visit_type.html", visit_type=found, **_drawn(form))


@needs("scheduling.templates")
@require_POST
def phases(request: Request) -> HttpResponse:
    """Draw the phases as they are being typed."""
    form = forms.VisitTypeForm(request.POST)
    form.is_valid()
    return respond(request, "scheduling/phases.html", **_drawn(form))


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
            said = dict(form.cleaned_data)
            operations.add_sessions(weekdays=said.pop("weekday"), **said, by=request.actor)
            toast(request, _("%(who)s sees patients then") % {"who": said["provider"]})
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


def _tell_of_trouble(request: Request, saved: VisitType) -> None:
    """Say that it is saved, and at once when no site can ever give it."""
    wrong = feasible.troubles_by([saved], today(request.site)).get(saved.pk, [])
    told = _("%(what)s saved") % {"what": saved}
    if wrong:
        told = _("%(what)s saved, but it can't be given: %(why)s") % {
            "what": saved,
            "why": " ".join(wrong),
        }
    toast(request, told, tone="amber" if wrong else "green")


def _drawn(form: forms.VisitTypeForm) -> dict[str, Any]:
    """Return the form with the picture of its phases."""
    if form.is_bound:
        form.is_valid()
        said = getattr(form, "cleaned_data", {})
        phases: list[Any] = list(form.phases)
    else:
        said, phases = form.initial, form.held
    before, after = said.get("buffer_before") or 0, said.get("buffer_after") or 0
    return {"form": form, "picture": pictures.of_phases(phases, before, after)}


def _save_type(form: forms.VisitTypeForm, pk: UUID | None, by: Actor) -> VisitType:
    kept = get_object_or_404(VisitType, pk=pk) if pk else None
    return operations.save_visit_type(kept, form.values(), phases=form.phases, by=by)
