"""What the floor does by itself: foretell waits, look for the forgotten, learn every night."""

from typing import Any
from uuid import UUID

from django_tasks import task

from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.practice.models import Site
from frontdesk.staff.queries import practice_ids, the_clock
from frontdesk.visits import operations
from frontdesk.visits.models import Visit
from frontdesk.visits.operations.waits import see_times
from frontdesk.visits.signals import visit_arrived


@task()
def foretell(practice_id: str, visit_id: str) -> None:
    """Write down what a patient who has just arrived can expect."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        visit = Visit.objects.select_related("site").get(pk=visit_id)
    operations.foretell(visit, at=now(), by=clock)


def foretell_soon(sender: object, *, visit: Visit, **_: Any) -> None:
    """Queue the foretelling beside the arrival, so that the desk does not wait for it."""
    foretell.enqueue(str(visit.practice_id), str(visit.pk))


def listen() -> None:
    """Hear of patients who arrive."""
    visit_arrived.connect(foretell_soon, dispatch_uid="visits.foretell")


@task()
def watch_everywhere() -> int:
    """Look in every office for patients of whom nothing was noted for too long."""
    found = 0
    for practice_id in practice_ids():
        clock = the_clock(practice_id)
        with practice_scope(practice_id):
            busy = _busy_sites()
        for site in busy:
            found += operations.watch(site, at=now(), by=clock)
    return found


def _busy_sites() -> list[Site]:
    """Return the sites where anybody is, so that an empty office is not written about."""
    here = Visit.objects.exclude(stage__in=("expected", "gone")).values("site_id")
    return list(Site.objects.filter(is_active=True, pk__in=here))


@task()
def learn_everywhere() -> int:
    """Learn in every practice how long things take there."""
    practices = practice_ids()
    for practice_id in practices:
        at = now()
        with practice_scope(practice_id):
            seen = see_times(at)
        operations.learn_times(at=at, by=the_clock(practice_id), seen=seen)
    return len(practices)
