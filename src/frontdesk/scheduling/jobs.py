"""What the clock asks of the schedule."""

from uuid import UUID

from django_tasks import task

from frontdesk.scheduling import operations
from frontdesk.staff.queries import practice_ids, the_clock


@task()
def verify_upcoming(practice_id: str) -> int:
    """Ask again about the coming visits of one practice where the answer is stale."""
    return operations.verify_upcoming(by=the_clock(UUID(practice_id)))


@task()
def verify_everywhere() -> int:
    """Ask again about the coming visits of every practice: every hour, so that it is early."""
    practices = practice_ids()
    for practice_id in practices:
        verify_upcoming.enqueue(str(practice_id))
    return len(practices)
