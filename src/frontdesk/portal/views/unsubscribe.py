"""No more e-mails: one click from a mailbox, or a button on a page."""

from django.http import HttpResponse

from frontdesk.comms import operations
from frontdesk.comms.models import Link
from frontdesk.portal.views.door import LinkRequest, by_link
from frontdesk.ui.responses import respond


@by_link("unsubscribe", when_used=True)
def page(request: LinkRequest, link: Link) -> HttpResponse:
    """Ask, and end e-mails when it is said: mailboxes say it by POST alone (RFC 8058)."""
    if request.method == "POST":
        link = operations.opt_out(link, by=request.actor)
    return respond(request, "portal/unsubscribe.html", is_done=link.used_at is not None)
