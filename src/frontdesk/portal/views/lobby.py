"""The display in the waiting room: numbers, never names."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from frontdesk.comms.models import Link
from frontdesk.core.clock import now
from frontdesk.core.kept import kept, state_of
from frontdesk.portal.views.door import LinkRequest, by_link
from frontdesk.practice.models import Site
from frontdesk.ui.responses import respond
from frontdesk.visits.queries.lobby import lobby


@by_link("lobby")
def page(request: LinkRequest, link: Link) -> HttpResponse:
    """Show who is called, who waits, and how long it takes; asked again every few seconds."""
    at = now()
    site = get_object_or_404(Site, pk=link.subject_id)
    key = ("lobby", *state_of(link.practice_id, at), site.pk)
    held = kept(key, lambda: lobby(site, at))
    return respond(request, "portal/lobby.html", part="screen", lobby=held, site=site, at=at)
