"""Disputed cards on screen: the bank's clock, what was sent, how it ended."""

from django.http import HttpResponse

from frontdesk.core.clock import today
from frontdesk.core.http import Request, needs
from frontdesk.ledger import queries
from frontdesk.ui.responses import respond

SHOWN = 200


@needs("ledger.refund")
def disputes(request: Request) -> HttpResponse:
    """Show the disputes that are open by the bank's clock, then those that are decided."""
    on = today(request.site)
    found = queries.disputes.disputes()[:SHOWN]
    rows = [(one, one.days_left(on)) for one in found]
    return respond(request, "ledger/disputes.html", part="list", rows=rows)
