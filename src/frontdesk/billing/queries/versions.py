"""What a claim says: as it was sent, or as it would go out now."""

from datetime import datetime

from django.conf import settings

from frontdesk import x12
from frontdesk.billing.exchange.claims import claim_body
from frontdesk.billing.exchange.versions import sent_body
from frontdesk.billing.models import Claim, Transmission
from frontdesk.billing.queries.claims import trial_envelope
from frontdesk.billing.queries.facts import facts_of, with_all
from frontdesk.billing.rules.facts import ClaimFacts
from frontdesk.core.clock import local


def facts_now(claim: Claim, at: datetime) -> ClaimFacts:
    """Return what the claim says with chart, plan and superbill as they are."""
    found = with_all(Claim.objects.filter(pk=claim.pk)).get()
    return facts_of(found, local(found.visit.site, at).date())


def body_of(claim: Claim, at: datetime) -> x12.Claim:
    """Return the claim as it was last sent; one that was not, as it would go out now."""
    sent = (
        Transmission.objects.filter(claim=claim).select_related("exchange").order_by("-pk").first()
    )
    body = sent_body(bytes(sent.exchange.content), claim.number) if sent else None
    if body is not None:
        return body
    sender = trial_envelope(claim.practice, at).sender
    return claim_body(facts_now(claim, at), sender=sender, receiver=settings.CLEARINGHOUSE_ID)
