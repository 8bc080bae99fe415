"""What is learned and counted by itself: the risk every night, access figures every hour."""

from datetime import timedelta
from uuid import UUID

from django_tasks import task

from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.scheduling import operations
from frontdesk.scheduling.operations.access import count_access
from frontdesk.scheduling.queries import risk
from frontdesk.staff.queries import practice_ids, the_clock

AGAIN_AFTER = timedelta(hours=20)  # a job that runs twice, or a restart, learns nothing twice


@task()
def fit_risk(practice_id: str, *, asked: bool = False) -> bool:
    """Learn the risk of a no-show of one practice: once a night, and when somebody asks."""
    clock = the_clock(UUID(practice_id))
    at = now()
    with practice_scope(clock.practice_id):
        last = risk.last_fit()
    if not asked and last is not None and at - last.fitted_at < AGAIN_AFTER:
        return False
    operations.fit_risk(at=at, by=clock)
    return True


@task()
def take_access(practice_id: str) -> int:
    """Count the access figures of every site of one practice."""
    clock, at = the_clock(UUID(practice_id)), now()
    with practice_scope(clock.practice_id):
        counted = count_access(at)
    return operations.take_access(at=at, by=clock, counted=counted)


@task()
def count_everywhere() -> int:
    """Every hour: count access anew, and learn where the last night's fit is due."""
    practices = practice_ids()
    for practice_id in practices:
        take_access.enqueue(str(practice_id))
        fit_risk.enqueue(str(practice_id))
    return len(practices)
