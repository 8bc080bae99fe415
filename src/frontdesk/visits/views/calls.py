"""Calls: lights over rooms, help, a few words, and who is in the building."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.practice.models import Room
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast
from frontdesk.visits import operations
from frontdesk.visits.forms import floor as forms
from frontdesk.visits.models import Call
from frontdesk.visits.queries.floor import building, visit_messages
from frontdesk.visits.queries.sheet import visits

CHANGED = "visits"


@needs("visits.call")
@require_POST
@refusals_told
def light(request: Request, pk: UUID) -> HttpResponse:
    """Light a call over a room."""
    room = get_object_or_404(Room.objects.select_related("site"), pk=pk)
    form = forms.Light(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose what is wanted."))
    held = operations.call(
        form.cleaned_data["kind"], site=room.site, room=room, at=now(), by=request.actor
    )
    return _called(request, held, f"{room.name}: {held.get_kind_display()}")


@needs("visits.call")
@require_POST
@refusals_told
def help_now(request: Request) -> HttpResponse:
    """Call everybody at the site for help."""
    form = forms.Help(request.POST, site=request.site)
    told = form.cleaned_data if form.is_valid() else {}
    held = operations.call(
        Call.Kind.HELP,
        site=request.site,
        room=told.get("room"),
        where=told.get("where", ""),
        at=now(),
        by=request.actor,
    )
    return _called(request, held, _("Everybody is called."))


@needs("visits.call")
@require_POST
@refusals_told
def answer(request: Request, pk: UUID) -> HttpResponse:
    """Say that one goes there; who called for help themselves says that it is over."""
    held = get_object_or_404(Call.objects.select_related("room"), pk=pk)
    if held.is_own_help(request.actor.user_id):
        return _taken_back(request, held)
    operations.answer_call(held, at=now(), by=request.actor)
    where = held.room.name if held.room else held.where or held.by_name
    undo_url = reverse("visits:call_again", args=[held.pk])
    toast(request, _("You go to %(where)s.") % {"where": where}, undo_url=undo_url)
    return done(request, CHANGED)


@needs("visits.call")
@require_POST
@refusals_told
def again(request: Request, pk: UUID) -> HttpResponse:
    """Take an answer back."""
    operations.call_again(get_object_or_404(Call, pk=pk), at=now(), by=request.actor)
    return done(request, CHANGED)


@needs("visits.call")
@require_POST
@refusals_told
def cancel(request: Request, pk: UUID) -> HttpResponse:
    """Take a call back."""
    return _taken_back(request, get_object_or_404(Call, pk=pk))


@needs("visits.call")
def messages(request: Request, pk: UUID) -> HttpResponse:
    """Write to the people around a visit, and read what was written."""
    visit = get_object_or_404(visits(), pk=pk)
    form = forms.Write(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.write_to_room(
                form.cleaned_data["text"],
                site=visit.site,
                visit=visit,
                at=now(),
                by=request.actor,
            )
            toast(request, _("Written."))
            return done(request, CHANGED)
    held = visit_messages(visit)
    if held:
        operations.see_messages(held, at=now(), by=request.actor)
    return respond(request, "visits/messages.html", visit=visit, form=form, messages_held=held)


@needs("visits.call")
@require_POST
@refusals_told
def write(request: Request, pk: UUID) -> HttpResponse:
    """Write to a room."""
    room = get_object_or_404(Room.objects.select_related("site"), pk=pk)
    text = request.POST.get("text", "")
    operations.write_to_room(text, site=room.site, room=room, at=now(), by=request.actor)
    toast(request, _("Written to %(room)s.") % {"room": room.name})
    return done(request, CHANGED)


@needs("visits.view")
def who_is_here(request: Request) -> HttpResponse:
    """Show everybody in the building, for an emergency."""
    return respond(request, "visits/building.html", held=building(request.site, now()))


def _taken_back(request: Request, held: Call) -> HttpResponse:
    operations.cancel_call(held, at=now(), by=request.actor)
    toast(request, _("The call is taken back."))
    return done(request, CHANGED)


def _called(request: Request, held: Call, text: str) -> HttpResponse:
    toast(request, text, undo_url=reverse("visits:call_cancel", args=[held.pk]))
    return done(request, CHANGED)
