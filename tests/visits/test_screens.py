"""Every screen of visits answers, and costs the same for one visit and many."""

from datetime import date, time, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.core import kept
from frontdesk.core.clock import at_wall, local, now
from frontdesk.visits import operations
from frontdesk.visits.models import Stage, Visit


@pytest.fixture
def desk(client, clinic):
    """A browser at which the manager is signed in."""
    client.force_login(
        clinic.member("manager", "provider", "assistant", provider=clinic.provider).user
    )
    return client


def arrived(clinic, at, first="Ann"):
    patient = clinic.patient(first, "Lee")
    return operations.arrive(clinic.booked(at=at, patient=patient), at=at, by=clinic.anybody())


def test_the_board_costs_the_same_for_one_visit_and_many(clinic, desk):
    def cost():
        kept.forget()
        with CaptureQueriesContext(connection) as made:
            assert desk.get("/").status_code == 200
        return len(made)

    at = now()
    clinic.booked(at=at + timedelta(minutes=1), patient=clinic.patient("Bea", "Orr"))
    arrived(clinic, at)
    gone = arrived(clinic, at, first="Gil")
    operations.move(gone, Stage.GONE, at=at, by=clinic.anybody())
    cost()
    one = cost()
    for number in range(5):
        clinic.booked(at=at + timedelta(minutes=number), patient=clinic.patient(f"P{number}", "X"))
        visit = arrived(clinic, at, first=f"Q{number}")
        if number % 2:
            operations.move(visit, Stage.CHECK_OUT, at=at, by=clinic.anybody())
            operations.move(visit, Stage.GONE, at=at, by=clinic.anybody())

    assert cost() == one


PAGES = ["check_in", "room", "left", "vitals", "superbill", "check_out", "superbill_pdf"]


@pytest.mark.parametrize("name", PAGES)
def test_each_page_of_a_visit_answers(clinic, desk, name):
    visit = arrived(clinic, now())
    operations.begin_superbill(visit, by=clinic.anybody())

    assert desk.get(reverse(f"visits:{name}", args=[visit.pk])).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_another_practices_visit_is_not_found(clinic, other, desk, name):
    theirs = arrived(other, now())

    assert desk.get(reverse(f"visits:{name}", args=[theirs.pk])).status_code == 404


def test_drawer_walk_in_and_panel_answer(clinic, desk):
    visit = arrived(clinic, now())

    for url in (
        reverse("visits:drawer", args=[visit.appointment_id]),
        reverse("visits:walk_in"),
        reverse("visits:panel", args=[visit.patient_id]),
    ):
        assert desk.get(url).status_code == 200
    nobody = desk.post(reverse("visits:walk_in"), {"reason": "Cut"}, headers={"HX-Request": "true"})
    assert nobody.status_code == 422
    assert "Choose the patient from the list." in nobody.content.decode()


def test_a_walk_in_is_offered_who_is_free_next(clinic, client):
    day = at_wall(clinic.site, date(2026, 11, 23), time(9, 2))  # a Monday
    with time_machine.travel(day, tick=False):
        client.force_login(clinic.member("receptionist").user)
        ann, ben = clinic.patient(), clinic.patient("Ben", "Ash")
        address = reverse("visits:walk_in")
        said = {"patient": ann.pk, "visit_type": clinic.visit_type.pk}
        [free] = client.get(address).context["free"]
        assert local(clinic.site, free[1].starts_at).time() == time(9, 5)
        assert client.post(address, {**said, "when": free[0]}).status_code == 302
        assert client.get(address).context["free"][0][1].starts_at > free[1].starts_at
        taken = client.post(address, {**said, "patient": ben.pk, "when": free[0]})
        assert taken.status_code == 422  # and the next free time stands chosen
        assert taken.context["picked"] == taken.context["free"][0][0] != free[0]
        for wrong in ("soon", f"{clinic.provider.pk}|2026-11-23T09:00:00", f"{ann.pk}|{day}"):
            answer = client.post(address, {**said, "when": wrong})
            assert (answer.status_code, b"Choose one of the times." in answer.content) == (
                422,
                True,
            )
        nobody = client.post(address, said)
        led = client.get(address).context["new_chart"]  # and back with the new chart
        assert parse_qs(urlsplit(led).query)["then"] == [f"{address}?when="]
        back = client.get(address, {"when": "", "patient": ben.pk})
        assert b'value="Ben Ash"' in back.content
        assert back.context["new_chart"] == ""
        assert b"Choose whom they come to see." in nobody.content
    with clinic.reading():
        assert Visit.objects.get().appointment.starts_at == free[1].starts_at
