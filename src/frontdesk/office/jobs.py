"""What the clock asks of the office: bills that come again, and those that fall due."""

from datetime import time, timedelta
from uuid import UUID

from django_tasks import task

from frontdesk.core.clock import at_wall, now
from frontdesk.core.scoping import practice_scope
from frontdesk.office import operations
from frontdesk.office.models import Bill
from frontdesk.office.operations.approving import due_once
from frontdesk.practice.models import Site
from frontdesk.practice.queries import office_day
from frontdesk.staff.operations import open_work
from frontdesk.staff.queries import practice_ids, the_clock

SOON = timedelta(days=3)
KIND = "office.due"
_NOON = time(12)


@task()
def keep_bills(practice_id: str) -> int:
    """Enter a practice's recurring bills, and tell of approved bills that fall due within days.

    Twice in a day it enters and tells nothing new. Returns how many bills were entered.
    """
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        on = office_day(now())
        entered = operations.enter_recurring(on, at=now(), by=clock)
        site = Site.objects.filter(is_active=True).order_by("name").first()
        due = Bill.objects.filter(
            status=Bill.Status.APPROVED, kind=Bill.Kind.BILL, due_on__lte=on + SOON
        ).select_related("vendor")
        for bill in due.order_by("due_on").iterator(chunk_size=200):
            open_work(
                kind=KIND,
                title=f"Pay bill {bill.number} of {bill.vendor.name}",
                detail=f"Due on {bill.due_on:%b %-d, %Y}.",
                how_to_fix="Pay it with the next run.",
                pool="biller",
                subject=bill,
                amount=bill.open,
                due_at=at_wall(site, bill.due_on, _NOON) if site else None,
                once=due_once(bill),
                at=now(),
                by=clock,
            )
    return entered


@task()
def keep_everywhere() -> int:
    """Look after the bills of every practice, four times a day."""
    practices = practice_ids()
    for practice_id in practices:
        keep_bills.enqueue(str(practice_id))
    return len(practices)
