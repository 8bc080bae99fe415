"""Series, families, planned visits and recalls over HTTP: who may, and what can't be read."""

from datetime import time, timedelta

import pytest

from frontdesk.core.clock import at_wall, now, today
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, PlannedVisit, VisitSet

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, clinic):
    client.force_login(clinic.member("receptionist").user)
    return client


@pytest.fixture
def planned(clinic):
    on = today(clinic.site)
    return operations.plan_visit(
        clinic.patient(), clinic.visit_type, due_on=on, list_on=on, at=now(), by=clinic.anybody()
    )


def weekly(clinic, patient, **more):
    return {
        "patient": patient.pk, "visit_type": clinic.visit_type.pk, "provider": clinic.provider.pk,
        "site": clinic.site.pk, "first_on": today(clinic.site) + timedelta(days=7),
        "at_time": "09:00", "every": "1", "unit": "week", "times": "3",
    } | more  # fmt: skip


def test_a_series_is_shown_before_anything_is_booked(desk, clinic):
    said = weekly(clinic, clinic.patient(), dates="1")
    page = desk.post("/schedule/series/new/", said)
    assert page.content.decode().count("Leave out") == 3
    with clinic.reading():
        assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"date": "nonsense"}, "This date can"),
        ({"date": "2026-12-01|x|y"}, "This time can"),
        ({}, "at least one"),
        ({"times": "", "until": ""}, "how many visits, or until when"),
        ({"until": "2020-01-01"}, "before the first visit"),
        ({"times": "500"}, "60"),
        ({"every": "0"}, "1"),
    ],
)
def test_a_series_that_cannot_be_read_is_refused_in_words(desk, clinic, more, words):
    page = desk.post("/schedule/series/new/", weekly(clinic, clinic.patient(), **more))
    assert page.status_code == 422
    assert words in page.content.decode()
    with clinic.reading():
        assert not VisitSet.objects.exists()


def rows(clinic, *people, **more):
    said = {
        "how": "after", "site": clinic.site.pk, "days": "14",
        "visit-TOTAL_FORMS": "5", "visit-INITIAL_FORMS": "0",
    }  # fmt: skip
    for number, patient in enumerate(people):
        said[f"visit-{number}-patient"] = patient.pk
        said[f"visit-{number}-visit_type"] = clinic.visit_type.pk
    return said | more


def test_a_family_is_shown_times_and_booked_whole(desk, clinic):
    said = rows(clinic, clinic.patient(), clinic.patient("Bo"))
    page = desk.post("/schedule/together/", said | {"found": "1"}).content.decode()
    chosen = page.split('name="chosen"')[1].split('value="')[1].split('"')[0]
    assert desk.post("/schedule/together/", said | {"chosen": chosen}).status_code < 400
    with clinic.reading():
        assert Appointment.objects.count() == 2


def test_lines_are_shown_as_they_are_needed_and_nothing_said_is_lost(desk, clinic):
    def hidden(page):
        return page.count('<fieldset class="form part" hidden>')

    ann = clinic.patient()
    assert hidden(desk.get("/schedule/together/").content.decode()) == 3
    said = rows(clinic, ann, shown="2", more="1")
    page = desk.post("/schedule/together/", said)
    assert page.status_code == 200 and hidden(page.content.decode()) == 2
    assert 'name="shown" value="3"' in page.content.decode()
    assert f'value="{ann.pk}"' in page.content.decode()
    page = desk.post("/schedule/together/", said | {"shown": "5"}).content.decode()
    assert hidden(page) == 0 and "Another visit" not in page
    page = desk.post("/schedule/together/", said | {"shown": "many"}).content.decode()
    assert hidden(page) == 2
    with clinic.reading():
        assert not Appointment.objects.exists()


@pytest.mark.parametrize("chosen", ["", "x", "x|y;z|z", "00000000-0000-0000-0000-000000000000|"])
def test_a_family_whose_time_cannot_be_read_is_refused(desk, clinic, chosen):
    said = rows(clinic, clinic.patient(), clinic.patient("Bo"), chosen=chosen)
    assert desk.post("/schedule/together/", said).status_code == 422
    with clinic.reading():
        assert not Appointment.objects.exists()


def test_a_planned_visit_is_booked_told_called_asked_later_and_declined(desk, clinic, planned):
    at = f"/schedule/planned/{planned.pk}/"

    def post(where, said=None):
        return desk.post(where, said or {}, headers={"HX-Request": "true"})

    assert desk.get(at).status_code == 200
    assert post(at + "tell/").status_code == 409  # agreed to nothing: call instead
    assert post(at + "called/").status_code < 400
    assert post(at + "later/", {"on": "soon"}).status_code == 409
    assert post(at + "book/", {"starts_at": "soon"}).status_code == 409
    said = {
        "starts_at": at_wall(clinic.site, today(clinic.site) + timedelta(days=1), time(9))
        .isoformat(),
        "provider": clinic.provider.pk, "site": clinic.site.pk,
    }  # fmt: skip
    assert post(at + "book/", said).status_code < 400
    assert post(at + "declined/").status_code == 409
    with clinic.reading():
        assert PlannedVisit.objects.get().status == "booked"


def test_the_pages_ask_as_many_questions_for_one_line_as_for_thirty(
    desk, clinic, planned, django_assert_max_num_queries
):
    desk.get("/schedule/planned/")
    for number in range(30):
        operations.plan_visit(
            clinic.patient(f"A{number}"), clinic.visit_type, due_on=today(clinic.site),
            list_on=today(clinic.site), at=now(), by=clinic.anybody(),
        )  # fmt: skip
    with django_assert_max_num_queries(24):
        assert desk.get("/schedule/planned/").content.decode().count("data-row") == 31


@pytest.mark.parametrize("query", ["?show=x&rule=y&page=z", "?visit_type=1&provider=2"])
def test_what_the_list_does_not_understand_is_left_out(desk, clinic, planned, query):
    assert desk.get(f"/schedule/planned/{query}").status_code == 200
    assert desk.get(f"/schedule/recall/{query}").status_code == 200
    assert desk.get(f"/schedule/series/new/{query}&patient=1&site=2&starts_at=3").status_code < 500
    assert desk.get("/schedule/together/?patient=1&visit_type=x&with=y").status_code == 200
    assert desk.get("/schedule/planned/new/?patient=x&visit_type=y").status_code == 200
    assert desk.get("/schedule/series/new/?appointment=x").status_code == 404
