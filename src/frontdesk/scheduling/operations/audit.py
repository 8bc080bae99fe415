"""The nightly look over the schedule, left as one thing to do."""

from datetime import datetime

from frontdesk.core.actor import Actor
from frontdesk.core.operation import operation
from frontdesk.scheduling.queries.audit import findings
from frontdesk.scheduling.rules.audit import Finding
from frontdesk.staff.models import WorkItem
from frontdesk.staff.operations import dismiss_work, open_work, settle_work

ODD = "scheduling.odd"
SHOWN = 40  # findings in one item; the number of all stands in its title


@operation("scheduling.templates")
def audit_schedule(*, at: datetime, by: Actor) -> list[Finding]:
    """Look for what should not be in the schedule, and put it on the scheduler's list.

    There is one item; it is renewed when what is found has changed, and settled when nothing is.
    Looking twice leaves what looking once does.
    """
    found = findings(at)
    if not found:
        settle_work(once=ODD, at=at, by=by)
        return []
    detail = "\n".join(one.words for one in found[:SHOWN])
    count = "1 thing" if len(found) == 1 else f"{len(found)} things"
    known = WorkItem.objects.filter(once=ODD, status=WorkItem.Status.OPEN).first()
    if known is not None and known.detail != detail:
        dismiss_work(known, at=at, by=by)
    open_work(
        kind=ODD,
        title=f"The schedule has {count} to look at",
        detail=detail,
        how_to_fix="Correct sessions, blocks, preferences and visit types in the settings.",
        pool="scheduler",
        once=ODD,
        at=at,
        by=by,
    )
    return found
