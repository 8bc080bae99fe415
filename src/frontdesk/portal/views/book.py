"""A visit that is due, booked by link: the times that suit best, one tap, once.

It names neither the kind of visit nor why they come: a phone is looked at by others too.
"""

from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from frontdesk.comms.models import Link
from frontdesk.core.clock import local, now
from frontdesk.people.models import Patient
from frontdesk.portal import forms
from frontdesk.portal.rules import both
from frontdesk.portal.views.door import LinkRequest, by_link
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, PlannedVisit
from frontdesk.scheduling.operations import Taken
from frontdesk.scheduling.queries import planned as queries
from frontdesk.scheduling.queries.openings import Opening
from frontdesk.ui.responses import respond

GONE = (
    "Somebody has just taken this time. Please choose another.",
    "Alguien acaba de tomar esa hora. Por favor elija otra.",
)


@by_link("book", when_used=True)
def page(request: LinkRequest, link: Link) -> HttpResponse:
    """Show the times to choose from, or what came of it."""
    return _page(request, link)


@by_link("book", when_used=True)
@require_POST
def choose(request: LinkRequest, link: Link) -> HttpResponse:
    """Book the chosen time; whoever comes second gets other times."""
    planned, form = _planned(link), forms.ChooseTime(request.POST)
    if not _is_open(planned, link):
        return _to_page(request)
    if not form.is_valid():
        return _page(request, link, both("Choose a time.", "Elija una hora."))
    try:
        operations.book_by_link(planned, **form.cleaned_data, link=link, at=now(), by=request.actor)
    except Taken:
        return _page(request, link, both(*GONE))
    return _to_page(request)


@by_link("book")
@require_POST
def call(request: LinkRequest, link: Link) -> HttpResponse:
    """Leave it to the desk to call; the link stands, should a time suit after all."""
    planned = _planned(link)
    if _is_open(planned, link):
        operations.ask_to_be_called(planned, at=now(), by=request.actor)
    return _page(request, link, is_called=True)


def _planned(link: Link) -> PlannedVisit:
    return get_object_or_404(queries.planned_visits(), pk=link.subject_id)


def _is_open(planned: PlannedVisit, link: Link) -> bool:
    is_here = planned.patient.status == Patient.Status.ACTIVE
    return is_here and planned.status == PlannedVisit.Status.OPEN and link.used_at is None


def _page(
    request: LinkRequest, link: Link, why: str = "", *, is_called: bool = False
) -> HttpResponse:
    planned = _planned(link)
    is_open = _is_open(planned, link)
    return respond(
        request, "portal/book.html", planned=planned, is_open=is_open, is_called=is_called,
        why=why, visit=_coming(planned), days=_by_day(planned) if is_open else [],
    )  # fmt: skip


def _coming(planned: PlannedVisit) -> Appointment | None:
    """Return the visit that is booked for the plan, if it is still to come."""
    visit = planned.appointment
    is_coming = visit and visit.status == Appointment.Status.BOOKED and visit.starts_at > now()
    return visit if is_coming else None


def _by_day(planned: PlannedVisit) -> list[dict[str, Any]]:
    offered = queries.times_by_link(planned, now())
    days: dict[tuple[date, object], list[Opening]] = {}
    for one in sorted(offered, key=lambda one: one.starts_at):
        days.setdefault((local(one.site, one.starts_at).date(), one.site.pk), []).append(one)
    return [{"first": several[0], "openings": several} for several in days.values()]


def _to_page(request: LinkRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:book", args=[request.secret]))
