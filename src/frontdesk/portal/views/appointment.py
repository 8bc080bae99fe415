"""A patient's visit by link: what it is, and confirming, cancelling or moving it in few taps.

It names neither the kind of visit nor why they come: a phone is looked at by others too.
"""

from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from frontdesk.comms.models import Link
from frontdesk.core.clock import local, now, today
from frontdesk.core.errors import Refused
from frontdesk.portal import forms
from frontdesk.portal.rules import both
from frontdesk.portal.views.door import LinkRequest, by_link
from frontdesk.scheduling import exchange, operations, queries
from frontdesk.scheduling.models import Appointment, Reminder
from frontdesk.scheduling.operations import Taken
from frontdesk.scheduling.queries.openings import Opening
from frontdesk.scheduling.queries.reminders import may_change_alone, soonest_alone
from frontdesk.scheduling.rules.time import is_late_notice
from frontdesk.ui.responses import respond

DAYS, TIMES = 28, 30
VIA = Reminder.Via.LINK
GONE = (
    "Somebody has just taken this time. Please choose another.",
    "Alguien acaba de tomar esa hora. Por favor elija otra.",
)


@by_link("appointment")
def page(request: LinkRequest, link: Link) -> HttpResponse:
    """Show when, where and with whom, and what can be done about it."""
    return _page(request, _visit(link))


@by_link("appointment")
@require_POST
def confirm(request: LinkRequest, link: Link) -> HttpResponse:
    """Note that the patient will come."""
    found = _visit(link)
    if found.status != Appointment.Status.BOOKED or found.starts_at <= now():
        return _page(request, found)
    operations.confirm_by_patient(found, via=VIA, at=now(), by=request.actor)
    return _to_page(request)


@by_link("appointment")
def cancel(request: LinkRequest, link: Link) -> HttpResponse:
    """Ask why, then give the time back."""
    found = _visit(link)
    if not may_change_alone(found, now()):
        return _page(request, found)
    form = forms.CancelVisit(request.POST if request.method == "POST" else None)
    if form.is_valid():
        operations.cancel_by_patient(
            found, because=form.cleaned_data["because"], via=VIA, at=now(), by=request.actor
        )
        return _page(request, _visit(link))
    is_late = is_late_notice(starts_at=found.starts_at, told_at=now())
    return respond(
        request, "portal/appointment_cancel.html", visit=found, form=form, is_late=is_late
    )


@by_link("appointment")
def times(request: LinkRequest, link: Link) -> HttpResponse:
    """Show the next times of the same kind, with the same provider or with anyone."""
    found = _visit(link)
    if not may_change_alone(found, now()):
        return _page(request, found)
    return _times(request, found)


@by_link("appointment")
@require_POST
def move(request: LinkRequest, link: Link) -> HttpResponse:
    """Move the visit to the time the patient chose; the old time is free at once."""
    found = _visit(link)
    form = forms.ChooseTime(request.POST)
    if not may_change_alone(found, now()):
        return _page(request, found)
    if not form.is_valid():
        return _times(request, found, why=both("Choose a time.", "Elija una hora."))
    try:
        operations.move_by_patient(found, **form.cleaned_data, via=VIA, at=now(), by=request.actor)
    except Refused as refusal:
        why = both(*GONE) if isinstance(refusal, Taken) else str(refusal)
        return _times(request, found, why=why)
    return _to_page(request)


@by_link("appointment")
def calendar(request: LinkRequest, link: Link) -> HttpResponse:
    """Give the visit as a file for the patient's calendar."""
    found = _visit(link)
    file = exchange.calendar_file(found, link.practice, method=exchange.REQUEST, at=now())
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


def _visit(link: Link) -> Appointment:
    return get_object_or_404(queries.appointments(), pk=link.subject_id)


def _to_page(request: LinkRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:appointment", args=[request.secret]))


def _page(request: LinkRequest, found: Appointment) -> HttpResponse:
    at = now()
    return respond(
        request, "portal/appointment.html", visit=found, is_coming=_is_coming(found),
        may_change=may_change_alone(found, at),
    )  # fmt: skip


def _is_coming(found: Appointment) -> bool:
    return found.status == Appointment.Status.BOOKED and found.starts_at > now()


def _times(request: LinkRequest, found: Appointment, why: str = "") -> HttpResponse:
    """Offer times by day; with anyone when that is asked for, or the provider has none."""
    anyone = "anyone" in request.GET
    offered = _openings(found, with_same=not anyone)
    if not offered and not anyone:
        offered, anyone = _openings(found, with_same=False), True
    return respond(
        request, "portal/appointment_times.html", visit=found, why=why, anyone=anyone,
        days=_by_day(found, offered),
    )  # fmt: skip


def _openings(found: Appointment, *, with_same: bool) -> list[Opening]:
    from_on = today(found.site)
    soonest = soonest_alone(found, now())
    offered = queries.openings(
        found.own_type,
        found.site,
        found.provider if with_same else None,
        from_on=from_on,
        days=DAYS,
        limit=TIMES,
        patient=found.patient,
        moving=found,
        at=now(),
    )
    return [one for one in offered if one.starts_at >= soonest and one.starts_at != found.starts_at]


def _by_day(found: Appointment, offered: list[Opening]) -> list[dict[str, Any]]:
    days: dict[date, list[Opening]] = {}
    for one in offered:
        days.setdefault(local(found.site, one.starts_at).date(), []).append(one)
    return [{"first": several[0], "openings": several} for several in days.values()]
