"""Count the figures of the money every few hours; a day that is over is counted once."""

from datetime import date
from uuid import UUID

from django_tasks import task

from frontdesk.core.clock import now
from frontdesk.reports import operations
from frontdesk.staff.queries import practice_ids, the_clock


@task()
def count_figures(practice_id: str) -> int:
    """Count what is not counted yet of one practice, month by month; return how many days."""
    clock = the_clock(UUID(practice_id))
    days = 0
    while more := operations.count_days(at=now(), by=clock):
        days += more
    return days


@task()
def count_again(practice_id: str, first: str, because: str, said_by: str) -> int:
    """Count the days from one on again; return how many came out different."""
    clock = the_clock(UUID(practice_id))
    return operations.recount_days(
        date.fromisoformat(first), because=because, said_by=said_by, at=now(), by=clock
    )


@task()
def count_everywhere() -> int:
    """Count the figures of every practice."""
    practices = practice_ids()
    for practice_id in practices:
        count_figures.enqueue(str(practice_id))
    return len(practices)
