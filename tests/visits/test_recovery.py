"""Entering what happened on paper: the times of the sheet, not those of the typing."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from frontdesk.core.clock import at_wall
from frontdesk.visits.models import FlowEvent, Visit

TUESDAY = date(2026, 11, 24)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _two_o_clock(clinic):
    with time_machine.travel(at_wall(clinic.site, TUESDAY, time(14)), tick=False):
        yield


@pytest.fixture
def ann(clinic):
    return clinic.booked(at=at_wall(clinic.site, TUESDAY, time(9)))


@pytest.fixture
def desk(clinic, client):
    client.force_login(clinic.member("receptionist").user)
    return client


def came(desk, one, clock):
    return desk.post(reverse("visits:paper_came", args=[one.pk]), {"came": clock}, **HTMX)


def test_who_came_by_paper_came_at_the_time_of_the_paper(desk, clinic, ann):
    clinic.booked(at=at_wall(clinic.site, TUESDAY, time(16)), patient=clinic.patient("Bo", "Reyes"))
    page = desk.get(reverse("visits:paper")).content.decode()
    assert 'value="09:00"' in page
    assert "Bo Reyes" not in page  # that time has not come yet
    assert came(desk, ann, "8:55").status_code == 200
    with clinic.reading():
        visit = Visit.objects.get()
        event = FlowEvent.objects.get(visit=visit)
    assert event.at == at_wall(clinic.site, TUESDAY, time(8, 55))
    assert "Everything is entered" in desk.get(reverse("visits:paper")).content.decode()
    assert came(desk, ann, "9:10").status_code == 200  # said twice, the first one counts
    with clinic.reading():
        assert FlowEvent.objects.get(visit=visit).at == event.at


@pytest.mark.parametrize("clock", ["", "25:00", "soon", "15:00"])
def test_a_time_that_cannot_be_is_refused_in_words(desk, clinic, ann, clock):
    answer = came(desk, ann, clock)
    assert answer.status_code == 409
    assert "time" in answer.content.decode()
    with clinic.reading():
        assert not Visit.objects.exists()


def test_another_day_can_be_entered_and_nonsense_shows_today(desk, clinic, ann):
    yesterday = TUESDAY - timedelta(days=1)
    assert "Ann Lee" not in desk.get(reverse("visits:paper"), {"on": yesterday}).content.decode()
    assert "Ann Lee" in desk.get(reverse("visits:paper"), {"on": "x"}).content.decode()
