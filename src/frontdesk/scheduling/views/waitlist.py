"""The waitlist on screen: who waits, and for what."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.people import operations as people
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.forms import waitlist as forms
from frontdesk.scheduling.models import Appointment, Wait
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

ROWS = 50
CHANGED = "waitlist"
SCHEDULE = "schedule"
KEEP = "scheduling.waitlist"


@needs("scheduling.view")
def waitlist(request: Request) -> HttpResponse:
    """List who waits, the most urgent first, and who could be placed now."""
    form = forms.ShowWaits(request.GET)
    form.is_valid()  # what is not understood is left out
    said = {k: form.cleaned_data.get(k) for k in ("visit_type", "provider", "urgency")}
    rows = queries.lines(queries.on_the_list(**said), now())
    fitting = [row for row in rows if row.fit]
    shown = fitting if form.cleaned_data.get("fits") else rows
    page = Paginator(shown, ROWS).get_page(request.GET.get("page"))
    return respond(
        request, "scheduling/waitlist/list.html", part="rows", form=form, page=page,
        waiting=len(rows), fitting=len(fitting), figures=queries.waitlist_figures(now()),
        tab="waitlist", may=request.actor.may(KEEP),
    )  # fmt: skip


@needs(KEEP)
def wait_new(request: Request) -> HttpResponse:
    """Put somebody on the list who is not booked yet."""
    form = forms.Join(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            said = form.cleaned_data
            wait = operations.join_waitlist(
                said["patient"], said["visit_type"], **form.wants, at=now(), by=request.actor
            )
            toast(request, _("%(name)s is on the waitlist") % {"name": wait.patient.name})
            return done(request, CHANGED)
    return respond(request, "scheduling/waitlist/new.html", form=form)


@needs(KEEP)
def wait(request: Request, pk: UUID) -> HttpResponse:
    """Show somebody on the list: what they can come to, what fits, the offers they had."""
    found = get_object_or_404(queries.waits(), pk=pk)
    form = forms.Wishes(request.POST or None, initial=forms.Wishes.initial_of(found))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            version = request.POST.get("version", "")
            operations.change_wait(found, form.wants, version=version, by=request.actor)
            toast(request, _("Wishes saved"))
            return done(request, CHANGED)
    people.open_chart(found.patient, what="waitlist", by=request.actor)
    return respond(request, "scheduling/waitlist/wait.html", form=form, **_about(found))


@needs(KEEP)
@require_POST
@refusals_told
def wait_place(request: Request, pk: UUID) -> HttpResponse:
    """Give somebody on the list a time that is open anyway."""
    found = get_object_or_404(queries.waits(), pk=pk)
    form = forms.Place(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose one of the times that are open."))
    operations.take_time(found, **form.cleaned_data, at=now(), by=request.actor)
    toast(request, _("%(name)s got a time") % {"name": found.patient.name})
    return done(request, CHANGED, SCHEDULE)


@needs(KEEP)
@require_POST
@refusals_told
def wait_leave(request: Request, pk: UUID) -> HttpResponse:
    """Take somebody off the list; the toast puts them back."""
    found = get_object_or_404(queries.waits(), pk=pk)
    operations.leave_waitlist(found, because=_("Asked to."), at=now(), by=request.actor)
    undo = reverse("scheduling:wait_again", args=[found.pk])
    toast(request, _("%(name)s is off the list") % {"name": found.patient.name}, undo)
    return done(request, CHANGED)


@needs(KEEP)
@require_POST
@refusals_told
def wait_again(request: Request, pk: UUID) -> HttpResponse:
    """Put somebody back on the list, or go on with offers to somebody who had stopped them."""
    found = get_object_or_404(Wait, pk=pk)
    if found.status == Wait.Status.WAITING:
        operations.resume_offers(found, by=request.actor)
    else:
        operations.wait_again(found, by=request.actor)
    toast(request, _("%(name)s is on the waitlist") % {"name": found.patient.name})
    return done(request, CHANGED)


@needs(KEEP)
@require_POST
@refusals_told
def earlier(request: Request, pk: UUID) -> HttpResponse:
    """Put a booked patient on the list in one key, with the usual wishes."""
    found = get_object_or_404(Appointment, pk=pk)
    wait = operations.want_earlier(found, at=now(), by=request.actor)
    undo = reverse("scheduling:wait_leave", args=[wait.pk])
    name = found.patient.name
    toast(request, _("%(name)s is on the waitlist for an earlier time") % {"name": name}, undo)
    return done(request, CHANGED, SCHEDULE)


def _about(found: Wait) -> dict[str, Any]:
    moment = now()
    is_waiting = found.status == Wait.Status.WAITING
    return {
        "wait": found,
        "version": found.version,
        "days": found.days_waited(moment),
        "times": queries.times_for(found, moment) if is_waiting else [],
        "offers": queries.offers_of_wait(found),
        "wishes": queries.wishes_of(found),
    }
