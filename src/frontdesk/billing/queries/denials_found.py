"""Refusals that were posted and that no denial names."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from frontdesk.billing.models import Claim, RemittanceClaim
from frontdesk.billing.rules.remitting import REVERSAL
from frontdesk.staff.models import WorkItem


def refused_without_denial() -> QuerySet[RemittanceClaim]:
    """Return the last decision on each claim that was refused, waits, and has no denial."""
    waiting = WorkItem.objects.filter(kind="billing.claim_denied", status=WorkItem.Status.OPEN)
    claims = Claim.objects.filter(
        Q(status=Claim.Status.DENIED) | Q(pk__in=waiting.values("subject_id")), denials=None
    )
    posted = RemittanceClaim.objects.filter(status=RemittanceClaim.Status.POSTED)
    later = posted.filter(claim=OuterRef("claim"), pk__gt=OuterRef("pk"))
    last = posted.filter(claim__in=claims).exclude(Exists(later))
    found = last.exclude(status_code=REVERSAL)
    return found.select_related("remittance", "claim").order_by("pk")
