"""The palette: people, pages and actions while one types."""

from django.http import HttpResponse

from frontdesk.core.clock import now
from frontdesk.core.http import SIGNED_IN, Request, needs
from frontdesk.ui.responses import respond, words_typed
from frontdesk.workspace.queries.search import palette as found_for


@needs(SIGNED_IN)
def palette(request: Request) -> HttpResponse:
    """Answer what was typed."""
    typed = words_typed(request)[:80]
    found = found_for(request, typed, now(), by=request.actor)
    return respond(request, "workspace/search/palette.html", found=found, q=typed)
