"""What a claim says now, and the file it was last sent in."""

from datetime import datetime

from frontdesk.billing.models import Claim, Exchange, Transmission
from frontdesk.billing.queries.facts import facts_of, with_all
from frontdesk.billing.rules.facts import ClaimFacts
from frontdesk.core.clock import local


def facts_now(claim: Claim, at: datetime) -> ClaimFacts:
    """Return what the claim says with chart, plan and superbill as they are."""
    found = with_all(Claim.objects.filter(pk=claim.pk)).get()
    return facts_of(found, local(found.visit.site, at).date())


def last_file_of(claim: Claim) -> Exchange | None:
    """Return the file a claim was last sent in, if it was sent."""
    sent = Transmission.objects.filter(claim=claim).select_related("exchange").order_by("-pk")
    newest = sent.first()
    return newest.exchange if newest else None
