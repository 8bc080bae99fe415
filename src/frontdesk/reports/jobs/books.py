"""The nightly look at the books: do they agree with everything that stands beside them?"""

from uuid import UUID

from django_tasks import task

from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.reports.queries.books_sums import ties
from frontdesk.staff.models import WorkItem
from frontdesk.staff.operations import open_work, settle_work
from frontdesk.staff.queries import practice_ids, the_clock

KIND = "ledger.books_apart"


@task()
def check_ties(practice_id: str) -> int:
    """Compare the books of one practice; what does not agree is the manager's work.

    What agrees again settles its work. Returns how many comparisons fail.
    """
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        found = ties()
        told = set(
            WorkItem.objects.filter(kind=KIND, status=WorkItem.Status.OPEN).values_list(
                "once", flat=True
            )
        )
    for tie in found:
        once = f"books:{tie.name}"[:120]
        if tie.holds:
            if once in told:
                settle_work(once=once, at=now(), by=clock)
            continue
        open_work(
            kind=KIND,
            title=f"The books do not agree: {tie.name}",
            detail=f"The books say ${tie.books:,.2f}, {tie.of.lower()} say ${tie.beside:,.2f}.",
            how_to_fix="Look at the last postings of this account before the month is closed.",
            pool="manager",
            amount=abs(tie.apart),
            once=once,
            at=now(),
            by=clock,
        )
    return sum(not tie.holds for tie in found)


@task()
def check_everywhere() -> int:
    """Compare the books of every practice, every night."""
    practices = practice_ids()
    for practice_id in practices:
        check_ties.enqueue(str(practice_id))
    return len(practices)
