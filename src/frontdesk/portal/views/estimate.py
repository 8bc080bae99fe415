"""A good-faith estimate on the patient's own phone: read and printed, after the birth date."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from frontdesk.comms.models import Link
from frontdesk.coverage.models import GoodFaithEstimate
from frontdesk.portal.views.door import LinkRequest, by_link
from frontdesk.ui.responses import respond

PURPOSE = "estimate"


@by_link(PURPOSE, asks_who=True)
def page(request: LinkRequest, link: Link) -> HttpResponse:
    """Show what was estimated, line by line, and the paper to keep."""
    return respond(request, "portal/estimate.html", estimate=_estimate(link))


@by_link(PURPOSE, asks_who=True)
def paper(request: LinkRequest, link: Link) -> HttpResponse:
    """Give the estimate as it was given, for printing."""
    found = _estimate(link)
    headers = {"Content-Disposition": f'inline; filename="estimate-{found.number}.pdf"'}
    kept = bytes(found.printed or b"")
    return HttpResponse(kept, content_type="application/pdf", headers=headers)


def _estimate(link: Link) -> GoodFaithEstimate:
    """Return the estimate a link is about, while it is one that was given."""
    given = GoodFaithEstimate.objects.exclude(printed=None).select_related("patient")
    return get_object_or_404(given, pk=link.subject_id, patient=link.patient)
