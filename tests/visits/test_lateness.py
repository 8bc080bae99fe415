"""The floor measures a provider who is known to run late, until they have caught up."""

from datetime import date, time, timedelta

import pytest
import time_machine

from frontdesk.core.clock import at_wall, now
from frontdesk.scheduling import operations as scheduling
from frontdesk.scheduling.models import Lateness
from frontdesk.visits.jobs.lateness import measure_everywhere
from frontdesk.visits.models import Stage

TUESDAY = date(2026, 11, 24)


@pytest.fixture
def clock(clinic):
    with time_machine.travel(at_wall(clinic.site, TUESDAY, time(9, 30)), tick=False) as clock:
        yield clock


def here(clinic, starts_at, stage, since):
    visit = clinic.visit(at=starts_at, patient=clinic.patient(f"P{starts_at:%H%M}"))
    with clinic.writing():
        visit.stage, visit.stage_since = stage, since
        visit.save()
    return visit


def known(clinic):
    with clinic.reading():
        return Lateness.objects.get()


def test_it_follows_who_waits_and_ends_when_caught_up(clinic, clock):
    at = now()
    measure_everywhere.func()
    scheduling.run_late(clinic.provider, clinic.site, 30, at=at, by=clinic.anybody())
    assert measure_everywhere.func() == 0  # nobody is here to tell by
    assert known(clinic).minutes == 30
    waits = here(clinic, at - timedelta(minutes=15), Stage.ARRIVED, at - timedelta(minutes=40))
    assert measure_everywhere.func() == 1
    assert (known(clinic).minutes, known(clinic).is_measured) == (15, True)
    with clinic.writing():
        waits.stage, waits.stage_since = Stage.WITH_PROVIDER, at - timedelta(minutes=12)
        waits.save()
    measure_everywhere.func()
    assert known(clinic).status == "caught_up"


def test_who_came_late_does_not_make_the_provider_late(clinic, clock):
    at = now()
    scheduling.run_late(clinic.provider, clinic.site, 30, at=at, by=clinic.anybody())
    here(clinic, at - timedelta(minutes=25), Stage.ARRIVED, at - timedelta(minutes=6))
    measure_everywhere.func()
    assert known(clinic).minutes == 6


def test_a_day_that_is_over_ends_it(clinic, clock):
    scheduling.run_late(clinic.provider, clinic.site, 30, at=now(), by=clinic.anybody())
    clock.shift(timedelta(days=1))
    measure_everywhere.func()
    assert known(clinic).status == "caught_up"
