"""Hold a visit's claim while something about compliance waits on the work list."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from frontdesk.billing.models import Claim
from frontdesk.billing.rules.scrub import HOLD, Finding
from frontdesk.core.actor import Actor
from frontdesk.staff.models import WorkItem
from frontdesk.visits.operations.complying import ask_compliance
from frontdesk.visits.queries.complying import holding


def compliance_on(claims: Sequence[Claim], *, at: datetime, by: Actor) -> dict[UUID, list[Finding]]:
    """Return by claim what holds it for the sake of compliance: one query where nothing does.

    What was mended in the meantime is looked at again, and taken off the list.
    """
    visits = {claim.visit_id: claim.visit for claim in claims}
    held = holding(visits)
    if not held:
        return {}
    for key in held:
        ask_compliance(visits[key], at=at, by=by)
    held = holding(held)
    return {
        claim.pk: [_finding(one) for one in held[claim.visit_id]]
        for claim in claims
        if claim.visit_id in held
    }


def _finding(item: WorkItem) -> Finding:
    return Finding(
        rule="Compliance",
        severity=HOLD,
        words=item.title,
        how_to_fix=f"{item.how_to_fix} Then mark it as done on the work list, and check the claim.",
    )
