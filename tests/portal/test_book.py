"""A visit that is due, booked by the link in the message: once, and never twice the same time."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from threading import Barrier

import pytest
import time_machine
from django.core import mail
from django.db import connections

from frontdesk.comms import jobs as comms_jobs
from frontdesk.comms.models import Link, Message
from frontdesk.core.clock import at_wall, local, now
from frontdesk.people.models import ChannelConsent
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, PlannedVisit
from frontdesk.scheduling.queries import planned as queries
from frontdesk.staff.models import WorkItem
from frontdesk.staff.roles import LINK_PERMISSIONS
from tests import disk
from tests.clinic import Clinic

MONDAY = date(2026, 11, 23)


@pytest.fixture
def at_ten(clinic):
    with time_machine.travel(at_wall(clinic.site, MONDAY, time(10)), tick=False) as traveller:
        yield traveller


def due(clinic, patient=None, **more):
    patient = patient or clinic.patient(email="ann@example.com")
    with clinic.writing():
        ChannelConsent.objects.create(
            patient=patient, channel="email", is_given=True, said_at=now(), how="form"
        )
    said = {"due_on": MONDAY + timedelta(days=3), "because": "Sugar check"} | more
    return operations.plan_visit(
        patient, clinic.visit_type, from_on=MONDAY, until_on=MONDAY + timedelta(days=14),
        list_on=MONDAY, at=now(), by=clinic.anybody(), **said,
    )  # fmt: skip


def told(clinic, planned):
    """The address in the e-mail that the patient really got."""
    message = operations.tell_due(planned, at=now(), by=clinic.anybody())
    assert "/l/" not in message.body
    mail.outbox.clear()
    comms_jobs.deliver.func(str(message.pk), str(clinic.practice.pk))
    (found,) = re.findall(r"https?://[^/]+(/l/[\w-]+/)", mail.outbox[0].body)
    return f"{found}book/"


@pytest.fixture
def planned(clinic, at_ten):
    return due(clinic)


@pytest.fixture
def door(clinic, planned):
    return told(clinic, planned)


def first_time(page):
    """What the first button of a page sends."""
    form = page.split('<div class="portal-times">')[1]
    names = ("starts_at", "provider", "site")
    return {name: re.search(rf'name="{name}" value="([^"]+)"', form).group(1) for name in names}


def fresh(clinic, record):
    with clinic.reading():
        return type(record).objects.get(pk=record.pk)


def test_the_message_leads_to_times_and_tells_nothing_of_the_visit(client, door, planned):
    page = client.get(door).content.decode()
    assert "Choose a time for your visit" in page
    assert page.count('class="btn" type="submit"') > 3
    assert "Follow-up" not in page and "Sugar" not in page and "Okafor" not in page
    assert "Follow-up" not in mail.outbox[0].body and "Sugar" not in mail.outbox[0].body


def test_a_time_is_booked_with_one_tap_and_confirmed(clinic, client, door, planned):
    chosen = first_time(client.get(door).content.decode())
    page = client.post(f"{door}time/", chosen, follow=True).content.decode()
    assert "Your visit is booked." in page
    with clinic.reading():
        booked = Appointment.objects.get()
        assert booked.starts_at.isoformat() == chosen["starts_at"]
        assert booked.confirmed_at is not None
        assert Message.objects.filter(kind="appointment.booked").count() == 1
        link = Link.objects.get(purpose="book")
        assert link.used_at is not None
    again = fresh(clinic, planned)
    assert (again.status, again.appointment_id) == ("booked", booked.pk)


def test_a_second_use_books_nothing_and_shows_the_visit(clinic, client, door, planned):
    chosen = first_time(client.get(door).content.decode())
    client.post(f"{door}time/", chosen)
    later = {**chosen, "starts_at": chosen["starts_at"].replace("T1", "T2")}
    for said in (chosen, later):
        page = client.post(f"{door}time/", said, follow=True).content.decode()
        assert "Your visit is booked." in page
    other = told(clinic, due(clinic, fresh(clinic, planned.patient), due_on=MONDAY))
    assert "Choose a time" in client.get(other).content.decode()  # a plan of its own, its own link
    with clinic.reading():
        assert Appointment.objects.count() == 1


def test_a_link_whose_visit_was_cancelled_does_not_book_again(clinic, client, door, planned):
    client.post(f"{door}time/", first_time(client.get(door).content.decode()))
    with clinic.reading():
        booked = Appointment.objects.get()
    operations.cancel(booked, because="Ill", whose="patient", at=now(), by=clinic.anybody())
    assert fresh(clinic, planned).status == "open"  # on the list again; the desk takes it from here
    page = client.get(door).content.decode()
    assert "There is nothing to book here any more" in page
    assert "555" in page  # whom to call


def test_who_comes_second_gets_other_times_and_may_still_book(clinic, client, door, planned):
    chosen = first_time(client.get(door).content.decode())
    starts_at = next(
        one.starts_at for one in times(clinic, planned)
        if one.starts_at.isoformat() == chosen["starts_at"]
    )  # fmt: skip
    operations.book(
        clinic.patient("Bo"), clinic.visit_type, clinic.provider, clinic.site, starts_at, now(),
        by=clinic.anybody(),
    )  # fmt: skip
    page = client.post(f"{door}time/", chosen).content.decode()
    assert "Somebody has just taken this time." in page
    assert chosen["starts_at"] not in page
    assert fresh(clinic, planned).status == "open"
    page = client.post(f"{door}time/", first_time(page), follow=True).content.decode()
    assert "Your visit is booked." in page


def times(clinic, planned):
    with clinic.reading():
        return queries.times_by_link(queries.planned_visits().get(pk=planned.pk), now())


def test_the_times_lie_on_several_days_and_over_each_day(clinic, planned):
    found = times(clinic, planned)
    days = [local(clinic.site, one.starts_at).date() for one in found]
    assert sorted(Counter(days).values()) == [4] * 5
    assert days[0] == planned.due_on  # the best one comes first
    assert len({one.starts_at for one in found}) == len(found)
    hours = [local(clinic.site, one.starts_at).hour for one in found[:4]]
    assert max(hours) >= 12 and hours == sorted(hours)


@pytest.mark.parametrize("minutes", [-30, 5, 60 * 24 * 400])
def test_a_time_that_was_not_offered_is_not_booked(clinic, client, door, planned, minutes):
    chosen = first_time(client.get(door).content.decode())
    said = {**chosen, "starts_at": (now() + timedelta(minutes=minutes)).isoformat()}
    page = client.post(f"{door}time/", said).content.decode()
    assert "Please choose another." in page
    with clinic.reading():
        assert not Appointment.objects.exists()


@pytest.mark.parametrize("said", [{}, {"starts_at": "soon"}, {"provider": "x", "site": "y"}])
def test_what_can_not_be_read_is_asked_again(clinic, client, door, said):
    page = client.post(f"{door}time/", said)
    assert page.status_code < 500
    assert "Choose a time." in page.content.decode()


def test_it_speaks_spanish(clinic, client, at_ten):
    ann = clinic.patient(email="ann@example.com", language="es")
    door = told(clinic, due(clinic, ann))
    assert "Elija una hora que le quede bien: http" in mail.outbox[0].body.replace("\n", " ")
    page = client.get(door).content.decode()
    assert "Elija una hora para su cita" in page and "Ninguna: llámenme" in page
    page = client.post(f"{door}time/", first_time(page), follow=True).content.decode()
    assert "Su cita está reservada." in page


def test_who_finds_no_time_is_called_once_and_the_work_ends_with_the_booking(
    clinic, client, door, planned
):
    for _ in range(2):
        assert "We will call you." in client.post(f"{door}call/").content.decode()
    with clinic.reading():
        item = WorkItem.objects.get(kind="scheduling.call_to_book")
        assert item.patient_id == planned.patient_id
        assert "Sugar" not in item.title
    client.post(f"{door}time/", first_time(client.get(door).content.decode()))
    assert fresh(clinic, item).status == "done"


def test_a_plan_that_was_declined_offers_nothing(clinic, client, door, planned):
    operations.decline_planned(planned, at=now(), by=clinic.anybody())
    assert "There is nothing to book here any more" in client.get(door).content.decode()
    chosen = {
        "starts_at": now().isoformat(),
        "provider": clinic.provider.pk,
        "site": clinic.site.pk,
    }
    assert client.post(f"{door}time/", chosen).status_code == 302
    with clinic.reading():
        assert not Appointment.objects.exists()


def test_the_link_ends_after_a_month(clinic, client, door, at_ten):
    at_ten.move_to(now() + timedelta(days=31))
    assert client.get(door).status_code == 410


def test_looking_books_nothing(clinic, client, door):
    assert client.get(f"{door}time/").status_code == 405
    assert client.head(door).status_code == 200
    with clinic.reading():
        assert not Appointment.objects.exists()


def test_the_link_lets_do_nothing_else():
    assert LINK_PERMISSIONS["book"] == {"comms.follow_link", "scheduling.book_self"}


@pytest.mark.django_db(transaction=True)
def test_eight_choose_the_same_time_at_once_and_one_gets_it(tmp_path, monkeypatch):
    clinic = Clinic()
    with time_machine.travel(at_wall(clinic.site, MONDAY, time(10)), tick=False):
        plans = [
            due(clinic, clinic.patient(f"Ann{chr(97 + n)}", email=f"{n}@example.com"))
            for n in range(8)
        ]
        for plan in plans:
            operations.tell_due(plan, at=now(), by=clinic.anybody())
        with clinic.reading():
            links = {one.subject_id: one for one in Link.objects.filter(purpose="book")}
        starts_at = times(clinic, plans[0])[0].starts_at
    disk.share(tmp_path, monkeypatch)
    at = at_wall(clinic.site, MONDAY, time(10, 5))
    by = clinic.actor("scheduling.book_self", "comms.follow_link")
    gate = Barrier(len(plans))

    def attempt(plan):
        try:
            gate.wait(timeout=60)
            operations.book_by_link(
                plan, starts_at, provider=clinic.provider, site=clinic.site, link=links[plan.pk],
                at=at, by=by,
            )  # fmt: skip
            return "booked"
        except Exception as trouble:  # every kind counts here
            return type(trouble).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(plans)) as pool:
        came_to = Counter(pool.map(attempt, plans))
    assert came_to == {"booked": 1, "Taken": len(plans) - 1}
    with ThreadPoolExecutor(1) as pool:  # a thread's connection is to the shared database
        assert pool.submit(_left, clinic, starts_at).result() == [1, 1, 1]


def _left(clinic, starts_at):
    try:
        with clinic.reading():
            booked = Appointment.objects.filter(starts_at=starts_at, status="booked")
            assert local(clinic.site, starts_at).date() >= MONDAY
            return [
                booked.count(),
                PlannedVisit.objects.filter(status="booked").count(),
                Link.objects.filter(purpose="book", used_at__isnull=False).count(),
            ]
    finally:
        connections.close_all()
