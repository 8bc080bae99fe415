"""A provider's calendar for their own phone: when they are booked, never with whom."""

from hashlib import sha256

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from frontdesk.comms.models import Link
from frontdesk.core.clock import now
from frontdesk.portal.views.door import LinkRequest, by_link
from frontdesk.scheduling import exchange
from frontdesk.scheduling.queries import visits_in_feed
from frontdesk.staff.models import Provider


@by_link("provider_calendar")
def page(request: LinkRequest, link: Link) -> HttpResponse:
    """Hand out the calendar, or nothing when it is the same that was handed out before."""
    provider = get_object_or_404(Provider, pk=link.subject_id)
    made = exchange.feed(visits_in_feed(provider, now()), f"{provider.full_name}")
    tag = f'"{sha256(made).hexdigest()[:32]}"'
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(made, content_type="text/calendar; charset=utf-8", headers={"ETag": tag})
