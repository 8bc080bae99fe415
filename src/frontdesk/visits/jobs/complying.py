"""Every night: the rules about compliance are asked again of what they wait for."""

from uuid import UUID

from django_tasks import task

from frontdesk.core.clock import now, today
from frontdesk.core.scoping import practice_scope
from frontdesk.practice.models import Site
from frontdesk.staff.queries import practice_ids, the_clock
from frontdesk.visits.operations.complying import ask_compliance_again


@task()
def ask_again(practice_id: str) -> int:
    """Ask the rules of one practice again; return of how many visits."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        site = Site.objects.order_by("pk").first()
    if site is None:
        return 0
    return ask_compliance_again(on=today(site), at=now(), by=clock)


@task()
def ask_everywhere() -> int:
    """Ask the rules of every practice again."""
    practices = practice_ids()
    for practice_id in practices:
        ask_again.enqueue(str(practice_id))
    return len(practices)
