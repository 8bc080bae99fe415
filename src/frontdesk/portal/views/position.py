"""A patient's place in line, on their own phone: a number and a range, no name."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from frontdesk.comms.models import Link
from frontdesk.core.clock import now
from frontdesk.core.kept import kept, state_of
from frontdesk.portal.views.door import LinkRequest, by_link
from frontdesk.ui.responses import respond
from frontdesk.visits.models import Visit
from frontdesk.visits.queries.lobby import position


@by_link("position")
def page(request: LinkRequest, link: Link) -> HttpResponse:
    """Show how many are before them and about how long; asked again every few seconds."""
    at = now()
    visits = Visit.objects.select_related("site", "appointment")
    visit = get_object_or_404(visits, pk=link.subject_id)
    key = ("position", *state_of(link.practice_id, at), visit.pk)
    held = kept(key, lambda: position(visit, at))
    return respond(
        request, "portal/position.html", part="place", place=held, site=visit.site, at=at
    )
