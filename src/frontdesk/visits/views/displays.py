"""Addresses of the waiting room: its display, and a patient's place in line."""

import io
from uuid import UUID

import segno
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.comms.models import Link
from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.ui.responses import done, go, refusals_told, respond, toast
from frontdesk.visits import operations
from frontdesk.visits.queries.sheet import visits


@needs("visits.policy")
@require_POST
def add(request: Request) -> HttpResponse:
    """Make the address of a display, shown once."""
    made = operations.open_display(request.site, at=now(), by=request.actor)
    return respond(
        request, "visits/display.html", url=made.url, code=code_of(made.url), site=request.site
    )


@needs("visits.policy")
@require_POST
@refusals_told
def end(request: Request, pk: UUID) -> HttpResponse:
    """Take a display's address back."""
    link = get_object_or_404(Link, pk=pk, purpose="lobby")
    operations.end_display(link, by=request.actor)
    toast(request, _("The display is off."))
    return go(request, "visits:policy")


@needs("visits.arrive")
@refusals_told
def position(request: Request, pk: UUID) -> HttpResponse:
    """Show the patient's place in line as a code for their phone; POST sends it to them."""
    visit = get_object_or_404(visits(), pk=pk)
    if request.method == "POST":
        sent = operations.send_position(visit, at=now(), by=request.actor)
        words = _("Sent.") if sent else _("No way to reach them is open: show them the code.")
        toast(request, words, tone="" if sent else "amber")
        return done(request)
    return respond(request, "visits/position_ask.html", visit=visit)


@needs("visits.arrive")
@require_POST
@refusals_told
def show_position(request: Request, pk: UUID) -> HttpResponse:
    """Make the address of the patient's place in line and show it as a code."""
    visit = get_object_or_404(visits(), pk=pk)
    made = operations.make_position(visit, at=now(), by=request.actor)
    return respond(request, "visits/position_code.html", visit=visit, code=code_of(made.url))


def code_of(url: str) -> SafeString:
    """Return the address as a square of black and white."""
    out = io.BytesIO()
    segno.make(url, error="m").save(
        out, kind="svg", xmldecl=False, svgns=False, scale=5, border=2, omitsize=True
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308 - drawn here from an address of ours
