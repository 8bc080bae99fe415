"""Measuring how late a provider runs, for those of whom somebody said so."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django_tasks import task

from frontdesk.core.clock import local, now
from frontdesk.core.scoping import practice_scope
from frontdesk.scheduling import operations as scheduling
from frontdesk.scheduling.models import Lateness
from frontdesk.staff.queries import practice_ids, the_clock
from frontdesk.visits.models import Stage, Visit


@task()
def measure_everywhere() -> int:
    """Take the floor's measure of every provider who is known to run late; return how many."""
    measured = 0
    for practice_id in practice_ids():
        clock, at = the_clock(practice_id), now()
        with practice_scope(practice_id):
            running = Lateness.objects.filter(status=Lateness.Status.RUNNING)
            held = list(running.select_related("provider", "site"))
            figures = [(one, minutes_late(one, at)) for one in held]
        for one, minutes in figures:
            if local(one.site, at).date() != one.on:  # the day is over
                scheduling.caught_up(one, at=at, by=clock)
            elif minutes is not None:
                scheduling.measure_late(one.provider, one.site, minutes, at=at, by=clock)
                measured += 1
    return measured


def minutes_late(lateness: Lateness, at: datetime) -> int | None:
    """Return by how much the provider is behind; None when nobody is here to tell by.

    It is the longest that anybody waits past the promised time, or by which the one who is being
    seen was begun with late.
    """
    here = Visit.objects.filter(
        provider=lateness.provider,
        site=lateness.site,
        on=lateness.on,
        stage__in=(Stage.ARRIVED, Stage.ROOMED, Stage.WITH_PROVIDER),
    ).select_related("appointment")
    spans = list(_spans(here, at))
    return max(0, int(max(spans) / timedelta(minutes=1))) if spans else None


def _spans(here: Iterable[Visit], at: datetime) -> Iterable[timedelta]:
    for visit in here:
        promised = visit.appointment.starts_at
        seen = visit.stage == Stage.WITH_PROVIDER
        arrived_late = visit.stage_since if visit.stage == Stage.ARRIVED else promised
        yield visit.stage_since - promised if seen else at - max(promised, arrived_late)
