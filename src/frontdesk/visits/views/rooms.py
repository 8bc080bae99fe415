"""A room on the board: how it is, what is called there, what is written to it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.practice.models import Room
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast
from frontdesk.visits import operations
from frontdesk.visits.forms import floor as forms
from frontdesk.visits.models import RoomEvent
from frontdesk.visits.queries.floor import room_sheet

CHANGED = "visits"
_STEPS = {"clean": operations.clean_room, "soil": operations.soil_room}


@needs("visits.view")
def room(request: Request, pk: UUID) -> HttpResponse:
    """Show a room, and note that its messages were read."""
    held = get_object_or_404(Room.objects.select_related("site"), pk=pk)
    sheet = room_sheet(held, now())
    if sheet.messages and request.actor.may("visits.call"):
        operations.see_messages(sheet.messages, at=now(), by=request.actor)
    return respond(request, "visits/room_state.html", sheet=sheet, site=held.site)


@needs("visits.move")
@require_POST
@refusals_told
def change(request: Request, pk: UUID, step: str) -> HttpResponse:
    """Say that a room is clean, or that it needs cleaning."""
    held = get_object_or_404(Room, pk=pk)
    event = _STEPS[step](held, at=now(), by=request.actor)
    return _changed(request, held, event)


@needs("visits.move")
def close(request: Request, pk: UUID) -> HttpResponse:
    """Take a room out of use, in a drawer."""
    held = get_object_or_404(Room.objects.select_related("site"), pk=pk)
    form = forms.Close(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            event = operations.close_room(held, **form.cleaned_data, at=now(), by=request.actor)
            return _changed(request, held, event)
    return respond(request, "visits/room_close.html", room=held, form=form)


@needs("visits.move")
@require_POST
@refusals_told
def undo(request: Request, pk: UUID, event: UUID) -> HttpResponse:
    """Take back what was said of a room last."""
    held = get_object_or_404(Room, pk=pk)
    operations.undo_room(held, event_id=event, at=now(), by=request.actor)
    toast(request, _("Taken back: %(room)s.") % {"room": held.name})
    return done(request, CHANGED)


def _changed(request: Request, held: Room, event: RoomEvent) -> HttpResponse:
    facts: dict[str, Any] = {"room": held.name, "state": event.get_state_display().lower()}
    undo_url = reverse("visits:room_undo", args=[held.pk, event.pk])
    toast(request, _("%(room)s: %(state)s.") % facts, undo_url=undo_url)
    return done(request, CHANGED)
