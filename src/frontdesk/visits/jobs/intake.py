"""Asking patients to check in before they come."""

from datetime import timedelta
from uuid import UUID

from django_tasks import task

from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.staff.queries import practice_ids, the_clock
from frontdesk.visits import operations
from frontdesk.visits.queries.intake import to_invite

SOONEST, LATEST = timedelta(hours=12), timedelta(hours=60)  # before the visit


@task()
def invite_coming(practice_id: str) -> int:
    """Write to the patients of the coming days who have something to fill in; once a visit."""
    clock, at = the_clock(UUID(practice_id)), now()
    with practice_scope(clock.practice_id):
        coming = list(to_invite(at + SOONEST, at + LATEST))
        return sum(operations.invite(one, at=at, by=clock) is not None for one in coming)


@task()
def invite_everywhere() -> int:
    """Do it for every practice: hourly, so that who books late is asked too."""
    practices = practice_ids()
    for practice_id in practices:
        invite_coming.enqueue(str(practice_id))
    return len(practices)
