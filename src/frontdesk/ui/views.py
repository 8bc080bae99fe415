"""The shell's own pages: the counts beside the navigation, and the living style page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from frontdesk.core.http import SIGNED_IN, Request, needs
from frontdesk.ui import samples
from frontdesk.ui.context import Shell, is_part
from frontdesk.ui.responses import respond, toast, words_typed

MOST_SHOWN = 99
STYLE = "practice.edit"


@needs(SIGNED_IN)
def counts(request: Request) -> HttpResponse:
    """Answer how many things need the actor in each place, for the rail and the phone's bar."""
    places = [place for place in Shell(request).places if place.item.count]
    numbers = [(place, place.item.count(request)) for place in places if place.item.count]
    return render(request, "ui/counts.html", {"numbers": numbers, "most": MOST_SHOWN})


@needs(STYLE)
def gallery(request: Request) -> HttpResponse:
    """Show every component in all its states, for whoever builds screens."""
    return respond(request, "ui/gallery.html", **samples.gallery())


@needs(STYLE)
def drawer(request: Request) -> HttpResponse:
    """Show a drawer with made-up content."""
    return respond(request, "ui/gallery_drawer.html", **samples.gallery())


@needs(STYLE)
def options(request: Request) -> HttpResponse:
    """Answer the made-up choices of the style page's find-as-you-type field."""
    found = samples.choices(words_typed(request))
    return respond(request, "ui/gallery_options.html", found=found)


@needs(STYLE)
@require_POST
def say(request: Request) -> HttpResponse:
    """Show a toast with undo; nothing is changed."""
    toast(request, "Copay posted. Receipt 1042", undo_url=request.path)
    return respond(request, "ui/nothing.html") if is_part(request) else redirect("ui:gallery")
