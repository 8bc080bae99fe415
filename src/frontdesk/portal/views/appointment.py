"""A patient's visit by link: what it is, for whoever holds the link from our message."""

from django.http import HttpResponse

from frontdesk.comms.models import Link
from frontdesk.portal.views.door import LinkRequest, by_link
from frontdesk.scheduling.models import Appointment
from frontdesk.ui.responses import respond


@by_link("appointment")
def page(request: LinkRequest, link: Link) -> HttpResponse:
    """Show when, where and with whom."""
    appointment = Appointment.objects.select_related("site", "provider").get(pk=link.subject_id)
    return respond(request, "portal/appointment.html", appointment=appointment)
