"""Telling the schedule how long visits take, for the template lab."""

from uuid import UUID

from django_tasks import task

from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.practice.models import Site
from frontdesk.scheduling import operations as scheduling
from frontdesk.staff.queries import practice_ids, the_clock
from frontdesk.visits.queries import pace


@task()
def tell_pace(practice_id: str) -> int:
    """Tell the pace of every site of one practice that has seen enough visits."""
    clock, at, told = the_clock(UUID(practice_id)), now(), 0
    with practice_scope(clock.practice_id):
        sites = list(Site.objects.filter(is_active=True).order_by("pk"))
        found = [(site, pace.stages_of(site, at)) for site in sites]
    for site, stages in found:
        if stages:
            scheduling.learn_pace(site, stages, at=at, by=clock)
            told += 1
    return told


@task()
def tell_everywhere() -> int:
    """Every day: tell the pace of every practice."""
    practices = practice_ids()
    for practice_id in practices:
        tell_pace.enqueue(str(practice_id))
    return len(practices)
