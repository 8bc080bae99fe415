"""The shell's own pages: the counts beside the navigation, and the living style page."""

from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from frontdesk.core.http import PUBLIC, SIGNED_IN, Request, needs
from frontdesk.ui import samples
from frontdesk.ui.context import Shell, is_part
from frontdesk.ui.responses import respond, toast, words_typed

MOST_SHOWN = 99
STYLE = "practice.edit"
OFFLINE = ("ui/frontdesk.css", "ui/offline.js", "vendor/inter.woff2")  # what that page is made of


@needs(SIGNED_IN)
def counts(request: Request) -> HttpResponse:
    """Answer how many things need the actor in each place, for the rail and the phone's bar."""
    places = [place for place in Shell(request).places if place.item.count]
    numbers = [(place, place.item.count(request)) for place in places if place.item.count]
    return render(request, "ui/counts.html", {"numbers": numbers, "most": MOST_SHOWN})


@needs(PUBLIC)
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Answer the script that shows the page below in place of any that can't be had."""
    page, files = reverse("ui:offline"), [static(name) for name in OFFLINE]
    made = sha256("".join((*files, render_to_string("ui/offline.html"))).encode())
    response = render(
        request, "ui/worker.js", {"page": page, "files": files, "version": made.hexdigest()[:12]},
        content_type="text/javascript; charset=utf-8",
    )  # fmt: skip
    response.headers["Service-Worker-Allowed"] = "/"
    response.headers["Cache-Control"] = "no-cache"
    return response


@needs(PUBLIC)
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show what stands in for any page while the office can't be reached; nothing of anybody."""
    return HttpResponse(render_to_string("ui/offline.html"))


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
