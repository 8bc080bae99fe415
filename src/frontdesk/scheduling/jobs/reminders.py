"""Reminding patients, every few minutes, of the visits for which it has come due."""

import logging
from uuid import UUID

from django_tasks import task

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.scoping import practice_scope
from frontdesk.scheduling import operations
from frontdesk.scheduling.queries import reminders
from frontdesk.staff.queries import practice_ids, the_clock

log = logging.getLogger(__name__)


@task()
def remind(practice_id: str) -> int:
    """Remind the patients of one practice; return of how many visits something was noted.

    Each visit is a step of its own: what is done before the worker dies stays done, and the
    next run does the rest.
    """
    by = the_clock(UUID(practice_id))
    count = 0
    with practice_scope(by.practice_id):
        for due in reminders.due(now()):
            try:
                count += bool(operations.remind(due, at=now(), by=by))
            except Refused as refusal:
                log.warning("A reminder was refused: %s", refusal)
    return count


@task()
def remind_everywhere() -> int:
    """Remind the patients of every practice."""
    practices = practice_ids()
    for practice_id in practices:
        remind.enqueue(str(practice_id))
    return len(practices)
