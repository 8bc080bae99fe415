"""Today: the whole office on one screen, live; and what calls for somebody, on every screen."""

from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string

from frontdesk.core.clock import local, now
from frontdesk.core.http import Request, needs
from frontdesk.core.kept import state_by
from frontdesk.ui.context import is_part
from frontdesk.ui.responses import respond
from frontdesk.visits.models import Stage
from frontdesk.visits.queries.board import Look
from frontdesk.visits.queries.flow import next_opening as next_free
from frontdesk.workspace.queries.today import SHOWN_BY, kept_alarm, kept_board, kept_part, look_of

NOTHING_NEW = 204
VIEW = "board_view"  # session: which lanes the person chose last


@needs("visits.view")
def today(request: Request) -> HttpResponse:
    """Draw the board of the site one looks at; for htmx only the part that changes."""
    at = now()
    state = state_by(request.actor.practice_id, at, SHOWN_BY)
    look = _look(request)
    held = kept_board(request.site, at, look, state)
    facts: dict[str, Any] = {"board": held, "at": at, "look": look, "site": request.site}
    facts["lane"] = _lane(request)
    key = ("today", *state, request.site.pk, look, request.get_full_path())
    part, tag = kept_part(key, request.actor, lambda: _draw(request, facts))
    if is_part(request):
        is_seen = request.headers.get("X-Seen") == tag
        return HttpResponse(status=NOTHING_NEW) if is_seen else HttpResponse(part)
    return respond(request, "workspace/today.html", part_html=part, **facts)


@needs("visits.view")
def next_opening(request: Request) -> HttpResponse:
    """Say when the next walk-in could be seen, asked after the board is drawn."""
    at = now()
    opening = next_free(request.site, local(request.site, at).date(), at)
    return respond(request, "workspace/today_next.html", opening=opening, site=request.site)


@needs("visits.view")
def alarm(request: Request) -> HttpResponse:
    """Say what calls for the person: a part of every page."""
    held = kept_alarm(request.site, request.actor, now())
    key = ("alarm", held.count, tuple(held.help), tuple(held.lights), tuple(held.notices))
    part, tag = kept_part(
        (*key, request.actor.practice_id),
        request.actor,
        lambda: render_to_string("workspace/alarm.html", {"alarm": held}, request),
    )
    is_seen = request.headers.get("X-Seen") == tag
    return HttpResponse(status=NOTHING_NEW) if is_seen else HttpResponse(part)


@needs("visits.view")
def alerts(request: Request) -> HttpResponse:
    """Show what calls for the person, in a drawer."""
    held = kept_alarm(request.site, request.actor, now())
    return respond(request, "workspace/alerts.html", alarm=held, site=request.site)


def _look(request: Request) -> Look:
    """Return what the person wants to see."""
    provider = request.GET.get("provider", "")
    return look_of(request.actor, _view(request), provider, is_whole="all" in request.GET)


def _draw(request: Request, context: dict[str, Any]) -> str:
    return render_to_string("workspace/today_board.html", context, request)


def _view(request: Request) -> str:
    """Return the lanes chosen now, or the last time on this machine."""
    chosen = request.GET.get("view", "")
    if chosen and not is_part(request):
        request.session[VIEW] = chosen[:10]
    return chosen or str(request.session.get(VIEW, ""))


def _lane(request: Request) -> str:
    lane = request.GET.get("lane", "")
    return lane if lane in Stage.values else Stage.ARRIVED.value
