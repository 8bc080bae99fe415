"""The queue at the desk: numbers taken, called and seen to."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.ui.responses import done, refusals_told, respond, toast
from frontdesk.visits import operations
from frontdesk.visits.forms import floor as forms
from frontdesk.visits.models import Ticket
from frontdesk.visits.queries.sheet import visits
from frontdesk.visits.queries.strip import desk_queue

CHANGED = "visits"


@needs("visits.arrive")
def queue(request: Request) -> HttpResponse:
    """Show who waits for the desk; give a number to whoever comes in."""
    form = forms.TakeTicket(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ticket = operations.take_ticket(
            request.site, what=form.cleaned_data["what"], at=now(), by=request.actor
        )
        toast(request, _("Number %(code)s.") % {"code": ticket.code})
        return done(request, CHANGED)
    waiting = desk_queue(request.site, now())
    known = [ticket for ticket in waiting if ticket.visit]
    told: dict[str, Any] = {"tickets": waiting, "known": known, "site": request.site}
    return respond(request, "visits/queue.html", form=form, **told)


@needs("visits.arrive")
@require_POST
@refusals_told
def call_next(request: Request) -> HttpResponse:
    """Call the next number to the desk."""
    to = _place(request, _("Front desk"))
    ticket = operations.call_next(request.site, to=to, at=now(), by=request.actor)
    toast(request, _("%(code)s is called to %(to)s.") % {"code": ticket.code, "to": to})
    return done(request, CHANGED)


@needs("visits.move")
@require_POST
@refusals_told
def call_in(request: Request, pk: UUID) -> HttpResponse:
    """Call a patient in: their number stands on the display."""
    visit = get_object_or_404(visits(), pk=pk)
    ticket = operations.take_ticket(visit.site, visit=visit, at=now(), by=request.actor)
    to = _place(request, visit.room.name if visit.room else _("the door"))
    operations.call_ticket(ticket, to=to, at=now(), by=request.actor)
    toast(request, _("%(name)s (%(code)s) is called.") % _who(visit.patient.name, ticket))
    return done(request, CHANGED)


@needs("visits.arrive")
@require_POST
@refusals_told
def finish(request: Request, pk: UUID, how: str) -> HttpResponse:
    """Say that a number was seen to, or that its holder has gone."""
    ticket = get_object_or_404(Ticket, pk=pk)
    operations.finish_ticket(ticket, has_left=how == "left", at=now(), by=request.actor)
    toast(request, _("%(code)s is off the list.") % {"code": ticket.code})
    return done(request, CHANGED)


@needs("visits.arrive")
@require_POST
@refusals_told
def give(request: Request, pk: UUID) -> HttpResponse:
    """Say whose number it is that somebody took before the desk knew them."""
    ticket = get_object_or_404(Ticket, pk=pk)
    form = forms.GiveTicket(request.POST, ticket=ticket)
    if not form.is_valid():
        raise Refused(_("This visit is not here any more."))
    visit = form.cleaned_data["visit"]
    ticket = operations.give_ticket(ticket, visit, at=now(), by=request.actor)
    toast(request, _("%(code)s is the number of %(name)s.") % _who(visit.patient.name, ticket))
    return done(request, CHANGED)


def _place(request: Request, usual: str) -> str:
    form = forms.CallTo(request.POST)
    return (form.cleaned_data["to"] if form.is_valid() else "") or usual


def _who(name: str, ticket: Ticket) -> dict[str, str]:
    return {"name": name, "code": ticket.code}
