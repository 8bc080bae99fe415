"""Every night: the rules about compliance are asked again of what they wait for."""

from datetime import timedelta
from uuid import UUID

from django_tasks import task

from frontdesk.core.clock import now, today
from frontdesk.core.scoping import practice_scope
from frontdesk.practice.models import Site
from frontdesk.staff.queries import practice_ids, the_clock
from frontdesk.visits.operations.complying import ask_compliance_again
from frontdesk.visits.queries.complying import to_ask_again

DAYS_BACK = 7
AT_ONCE = 10  # visits in one transaction: some hundredths of a second


@task()
def ask_again(practice_id: str) -> int:
    """Ask the rules of one practice again; return of how many visits.

    Those that they still wait for, and those of the last week.
    """
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        site = Site.objects.order_by("pk").first()
        if site is None:
            return 0
        visits = list(to_ask_again(today(site) - timedelta(days=DAYS_BACK)))
        for first in range(0, len(visits), AT_ONCE):
            ask_compliance_again(visits[first : first + AT_ONCE], at=now(), by=clock)
    return len(visits)


@task()
def ask_everywhere() -> int:
    """Ask the rules of every practice again."""
    practices = practice_ids()
    for practice_id in practices:
        ask_again.enqueue(str(practice_id))
    return len(practices)
