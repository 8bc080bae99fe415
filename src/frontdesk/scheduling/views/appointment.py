"""One appointment: its drawer, and what can become of it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import local, now, today
from frontdesk.core.http import Request, needs
from frontdesk.people import operations as people
from frontdesk.people.models import Patient
from frontdesk.scheduling import forms, operations, queries
from frontdesk.scheduling.forms.series import SCOPES
from frontdesk.scheduling.models import Appointment
from frontdesk.scheduling.queries.modes import video_of
from frontdesk.scheduling.queries.recall import reasons
from frontdesk.scheduling.queries.series import set_of
from frontdesk.scheduling.rules.time import is_late_notice
from frontdesk.scheduling.views.booking import CHANGED
from frontdesk.scheduling.views.finding import lettered
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

DAYS_TO_MOVE_IN, TIMES_TO_MOVE_TO, DAYS_EXPLAINED = 28, 24, 7


@needs("scheduling.view")
def appointment(request: Request, pk: UUID) -> HttpResponse:
    """Show an appointment: who, when, whether all is ready, what happened, what was written."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    people.open_chart(found.patient, what="appointment", by=request.actor)
    return respond(
        request, "scheduling/appointment.html", sheet=queries.sheet(found), site=found.site,
        at=now(), visit_set=set_of(found), video=video_of(found),
    )  # fmt: skip


@needs("scheduling.view")
def panel(request: Request, pk: UUID) -> HttpResponse:
    """Show a patient's next and past visits, as a part of their page."""
    patient = get_object_or_404(Patient, pk=pk)
    return respond(
        request,
        "scheduling/panel.html",
        patient=patient,
        coming=queries.coming(patient, now()),
        past=queries.gone_by(patient, now()),
        waits=queries.waits_of([patient.pk]),
        offers=queries.offers_of(patient),
        planned=queries.planned_of(patient),
    )


@needs("scheduling.book")
@require_POST
@refusals_told
def confirm(request: Request, pk: UUID) -> HttpResponse:
    """Note that the patient will come."""
    found = operations.confirm(get_object_or_404(Appointment, pk=pk), at=now(), by=request.actor)
    toast(request, _("%(name)s will come.") % {"name": found.patient.name})
    return done(request, CHANGED)


@needs("scheduling.cancel")
def cancel(request: Request, pk: UUID) -> HttpResponse:
    """Ask why and by whom, then cancel."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    form = forms.Cancel(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            operations.cancel_following(found, **form.values(), at=now(), by=request.actor)
            _undo_by_restoring(request, found, _("Cancelled: %(name)s"))
            return done(request, CHANGED)
    is_late = is_late_notice(starts_at=found.starts_at, told_at=now())
    return respond(
        request, "scheduling/cancel.html", appointment=found, form=form, is_late=is_late,
        reasons=reasons(), visit_set=set_of(found),
    )  # fmt: skip


@needs("scheduling.cancel")
@require_POST
@refusals_told
def no_show(request: Request, pk: UUID) -> HttpResponse:
    """Note that the patient did not come."""
    found = operations.no_show(get_object_or_404(Appointment, pk=pk), at=now(), by=request.actor)
    _undo_by_restoring(request, found, _("No-show: %(name)s"))
    return done(request, CHANGED)


@needs("scheduling.book")
@require_POST
@refusals_told
def restore(request: Request, pk: UUID) -> HttpResponse:
    """Put a cancelled or missed visit back."""
    found = operations.restore(get_object_or_404(Appointment, pk=pk), at=now(), by=request.actor)
    toast(request, _("%(name)s is in the book again.") % {"name": found.patient.name})
    return done(request, CHANGED)


@needs("scheduling.book")
def times(request: Request, pk: UUID) -> HttpResponse:
    """Show the times to which a visit can be moved."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    day = max(local(found.site, found.starts_at).date(), today(found.site))
    form = forms.Look(request.GET if "from_on" in request.GET else {"from_on": day})
    form.is_valid()  # a day that can't be read is as good as none
    where = _where_to_look(found, form.cleaned_data)
    openings = queries.find_a_time(**where, days=DAYS_TO_MOVE_IN, limit=TIMES_TO_MOVE_TO)
    return respond(
        request, "scheduling/times.html", appointment=found, found=_other(openings, found),
        looking=form, at=now(), visit_set=set_of(found), scopes=SCOPES,
        asked=request.GET.urlencode(),
    )  # fmt: skip


@needs("scheduling.book")
def times_why(request: Request, pk: UUID) -> HttpResponse:
    """Say why a visit can't be moved to other times, and the cheapest way out of each."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    form = forms.Look(request.GET)
    form.is_valid()  # a day that can't be read is as good as none
    may = request.actor.may(queries.OVERRIDE)
    rejected = queries.explain(**_where_to_look(found, form.cleaned_data), days=DAYS_EXPLAINED)
    return respond(
        request, "scheduling/why.html", rejected=list(lettered(rejected, may)), may=may,
        who_may=[] if may else queries.who_may(), moving=found,
    )  # fmt: skip


def _where_to_look(found: Appointment, said: dict[str, Any]) -> dict[str, Any]:
    """Return what is asked of the find engine: what the visit itself takes is free to it."""
    here = today(found.site)
    day = said.get("from_on") or local(found.site, found.starts_at).date()
    return {
        "visit_type": found.own_type,
        "site": found.site,
        "provider": None if said.get("anyone") else found.provider,
        "from_on": max(day, here),
        "patient": found.patient,
        "moving": found,
        "at": now(),
    }


def _other(openings: queries.Found, found: Appointment) -> queries.Found:
    """Leave out the time at which the visit is already."""
    now_at = (found.starts_at, found.provider_id)
    rows = [one for one in openings.openings if (one.starts_at, one.provider.pk) != now_at]
    return replace(openings, openings=rows)


def _undo_by_restoring(request: Request, found: Appointment, text: str) -> None:
    back = reverse("scheduling:restore", args=[found.pk])
    may = request.actor.may("scheduling.book")
    toast(request, text % {"name": found.patient.name}, undo_url=back if may else "")
