"""The nightly look over the schedule."""

from uuid import UUID

from django_tasks import task

from frontdesk.core.clock import now
from frontdesk.scheduling import operations
from frontdesk.staff.queries import practice_ids, the_clock


@task()
def audit_schedule(practice_id: str) -> int:
    """Look over the schedule of one practice; return how much was found."""
    return len(operations.audit_schedule(at=now(), by=the_clock(UUID(practice_id))))


@task()
def audit_everywhere() -> int:
    """Look over the schedule of every practice: four times a day, so that no night is missed."""
    practices = practice_ids()
    for practice_id in practices:
        audit_schedule.enqueue(str(practice_id))
    return len(practices)
