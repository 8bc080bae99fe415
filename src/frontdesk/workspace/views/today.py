"""Today: the whole office on one screen, live."""

from uuid import UUID

from django.http import HttpResponse

from frontdesk.core.clock import local, now
from frontdesk.core.http import Request, needs
from frontdesk.ui.responses import respond
from frontdesk.visits.models import Stage
from frontdesk.visits.queries.board import board
from frontdesk.visits.queries.flow import next_opening as next_free


@needs("visits.view")
def today(request: Request) -> HttpResponse:
    """Draw the board of the site one looks at; for htmx only the part that changes."""
    at = now()
    chosen = _key(request.GET.get("provider", ""))
    held = board(
        request.site,
        local(request.site, at).date(),
        at,
        provider_id=chosen,
        is_whole="all" in request.GET,
    )
    lane = request.GET.get("lane", "")
    shown = lane if lane in Stage.values else Stage.ARRIVED.value
    context = {"board": held, "at": at, "lane": shown, "chosen": chosen, "site": request.site}
    return respond(request, "workspace/today.html", part="board", **context)


@needs("visits.view")
def next_opening(request: Request) -> HttpResponse:
    """Say when the next walk-in could be seen, asked after the board is drawn."""
    at = now()
    opening = next_free(request.site, local(request.site, at).date(), at)
    return respond(request, "workspace/today_next.html", opening=opening, site=request.site)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
