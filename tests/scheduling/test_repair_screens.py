"""The screens of a broken day: drawn for whoever may see them, the same queries for any number."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.core.clock import at_wall
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, Bump, Lateness, Repair, RepairLine
from frontdesk.scheduling.rules.time import span_words
from tests.scheduling.test_repair import TUESDAY, bo, book, work

__all__ = ["bo"]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _eight_o_five(clinic):
    with time_machine.travel(at_wall(clinic.site, TUESDAY, time(8, 5)), tick=False):
        yield


@pytest.fixture
def desk(clinic, client):
    client.force_login(clinic.member("receptionist").user)
    return client


def url(name, *args):
    return reverse(f"scheduling:{name}", args=args)


def nine(clinic):
    return at_wall(clinic.site, TUESDAY, time(9))


def said(clinic, **more):
    return {
        "who": f"provider:{clinic.provider.pk}", "on": TUESDAY.isoformat(), "because": "Ill",
        "may_touch": "on", **more,
    }  # fmt: skip


def started(desk, clinic, **more):
    answer = desk.post(url("out"), said(clinic, **more), **HTMX)
    assert answer.status_code == 204, answer.content.decode()
    with clinic.reading():
        repair = Repair.objects.get()
    assert answer["HX-Redirect"] == url("repair", repair.pk)
    return repair


def test_out_looked_at_changed_and_applied(desk, clinic, bo):
    book(clinic, nine(clinic), clinic.patient("Ann", mobile_phone="+16145550111"))
    book(clinic, nine(clinic) + timedelta(minutes=20), clinic.patient("Dan"))
    repair = started(desk, clinic)
    waiting = desk.get(url("repair", repair.pk)).content.decode()
    assert "being worked out" in waiting
    assert "Dr. Okafor is out" in desk.get(url("troubles")).content.decode()

    work(clinic, repair)
    page = desk.get(url("repair", repair.pk)).content.decode()
    assert "No plan costs the patients less: 90 points." in page
    assert "2 visits move" in page
    assert "somebody else 45" in page

    with clinic.reading():
        line = RepairLine.objects.get(appointment__patient__first_name="Ann")
    drawer = desk.get(url("repair_line", line.pk), **HTMX).content.decode()
    assert "Other times, the gentlest first" in drawer
    desk.post(url("repair_line", line.pk), {"wish": "call"}, **HTMX)
    repair = work(clinic, repair)
    page = desk.get(url("repair", repair.pk)).content.decode()
    assert "1 patient to call" in page
    assert "(614) 555-0111" in page

    stale = desk.post(url("repair_apply", repair.pk), {"of_round": 1}, **HTMX)
    assert (stale.status_code, b"Look at the new one" in stale.content) == (409, True)
    answer = desk.post(url("repair_apply", repair.pk), {"of_round": repair.round}, **HTMX)
    assert answer["HX-Redirect"] == url("to_call")
    assert "Ann Lee" in desk.get(url("to_call")).content.decode()
    with clinic.reading():
        bumped = Bump.objects.get()
    desk.post(url("note_call", bumped.pk), **HTMX)
    desk.post(url("rebooked", bumped.pk), **HTMX)
    page = desk.get(url("to_call")).content.decode()
    assert "Nobody to call" in page
    assert "Settled lately" in page


def test_what_can_not_be_read_is_said_on_the_form(desk, clinic):
    for wrong in (
        {"who": "provider:x"},
        {"on": "soon"},
        {"last": "2026-11-20"},
        {"on": "2026-11-20"},
    ):
        answer = desk.post(url("out"), said(clinic, **wrong), **HTMX)
        assert answer.status_code == 422
    with clinic.reading():
        assert not Repair.objects.exists()


def test_they_are_back(desk, clinic, bo):
    book(clinic, nine(clinic), clinic.patient("Ann"))
    repair = started(desk, clinic)
    desk.post(url("repair_drop", repair.pk), {"is_back": "on"}, **HTMX)
    with clinic.reading():
        repair = Repair.objects.select_related("time_off").get()
        assert (repair.status, repair.time_off.is_active) == ("dropped", False)
        assert Appointment.objects.get().provider == clinic.provider


def test_late_is_looked_at_before_anybody_is_told(desk, clinic):
    book(clinic, nine(clinic), clinic.patient("Ann", email="a@example.com"))
    form = {"provider": clinic.provider.pk, "minutes": "70"}
    shown = desk.post(url("late"), form, **HTMX).content.decode()
    assert "15 min" in shown
    with clinic.reading():
        assert not Lateness.objects.exists()
    desk.post(url("late"), {**form, "tell": "1"}, **HTMX)
    with clinic.reading():
        lateness = Lateness.objects.get()
    assert "is running 70 min late" in desk.get(url("troubles")).content.decode()
    assert "Ann Lee" in desk.get(url("lateness", lateness.pk), **HTMX).content.decode()
    desk.post(url("caught_up", lateness.pk), **HTMX)
    assert "running" not in desk.get(url("troubles")).content.decode()
    assert desk.post(url("late"), {**form, "minutes": "900"}, **HTMX).status_code == 422


def test_the_same_queries_for_one_visit_and_for_eight(desk, clinic, bo):
    def count(name, *args):
        with CaptureQueriesContext(connection) as made:
            assert desk.get(url(name, *args), **HTMX).status_code == 200
        return len(made)

    book(clinic, nine(clinic), clinic.patient("Ann"))
    repair = work(clinic, started(desk, clinic))
    count("repair", repair.pk)
    one = count("repair", repair.pk), count("troubles")
    operations.drop_repair(repair, is_back=True, at=nine(clinic), by=clinic.anybody())
    for number in range(1, 8):
        book(clinic, nine(clinic) + timedelta(minutes=20 * number), clinic.patient(f"P{number}"))
    desk.post(url("out"), said(clinic), **HTMX)
    with clinic.reading():
        repair = Repair.objects.get(status="asked")
    repair = work(clinic, repair)
    assert (count("repair", repair.pk), count("troubles")) == one


def test_only_whoever_may_repair_sees_the_menu(client, clinic):
    for role, may in (("receptionist", True), ("biller", False), ("provider", False)):
        client.force_login(clinic.member(role).user)
        assert (url("out") in client.get(url("day")).content.decode()) == may
        assert (client.get(url("out")).status_code == 200) == may


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        ("2026-11-24T00:00", "2026-11-25T00:00", "Tue, Nov 24"),
        ("2026-11-24T00:00", "2026-11-27T00:00", "Tue, Nov 24 to Thu, Nov 26"),
        ("2026-11-24T09:00", "2026-11-24T13:00", "Tue, Nov 24, 9:00 AM to 1:00 PM"),
        ("2026-11-24T13:00", "2026-11-25T00:00", "Tue, Nov 24, from 1:00 PM"),
        ("2026-11-24T13:00", "2026-11-25T09:00", "Tue, Nov 24, 1:00 PM to Wed, Nov 25, 9:00 AM"),
    ],
)
def test_for_when_is_said_as_one_says_it(starts, ends, words):
    assert span_words(datetime.fromisoformat(starts), datetime.fromisoformat(ends)) == words
