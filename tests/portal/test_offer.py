"""An offered time answered by link: yes, no, no more; and sixteen who say yes at once."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connections
from django.urls import reverse

from frontdesk.comms import operations as comms
from frontdesk.core.clock import at_wall, now
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, FreedTime, Offer, Wait
from frontdesk.staff.queries import the_clock
from frontdesk.staff.roles import LINK_PERMISSIONS
from tests import disk
from tests.clinic import Clinic

MONDAY = date(2026, 11, 23)


def offered(clinic, *names):
    """A freed time on Friday at nine, offered to each of these, who are booked weeks later."""
    by, clock = clinic.anybody(), the_clock(clinic.practice.pk)
    friday = at_wall(clinic.site, MONDAY + timedelta(days=4), time(9))

    def booked(patient, starts_at):
        return operations.book(
            patient, clinic.visit_type, clinic.provider, clinic.site, starts_at, now(), by=by
        )

    said = {"preferred_channel": "email"}
    for number, name in enumerate(names):
        patient = clinic.patient(name, email=f"{name.lower()}@x.example", **said)
        later = booked(patient, friday + timedelta(days=17 + number % 9, minutes=20 * number))
        operations.want_earlier(later, at=now(), by=by)
    lost = booked(clinic.patient("Bo"), friday)
    operations.save_refill_rule(None, {"mode": "auto", "target": 99, "most_at_once": 20}, by=by)
    operations.cancel(lost, because="Ill", whose="patient", at=now(), by=by)
    with clinic.reading():
        freed = FreedTime.objects.get()
        keys = list(Wait.objects.values_list("pk", flat=True))
    operations.offer_to(freed, keys, at=now(), by=clock)
    with clinic.reading():
        return list(Offer.objects.select_related("patient", "wait").order_by("pk"))


def link_for(clinic, offer):
    made = comms.make_link(
        "offer", patient=offer.patient, subject=offer, expires_at=offer.expires_at,
        by=clinic.anybody(),
    )  # fmt: skip
    return re.search(r"/l/([^/]+)/", made.url).group(1)


def url(name, secret):
    return reverse(f"portal:{name}", args=[secret])


def fresh(clinic, record):
    with clinic.reading():
        return type(record).objects.get(pk=record.pk)


@pytest.fixture
def at_ten(clinic):
    with time_machine.travel(at_wall(clinic.site, MONDAY, time(10)), tick=False) as traveller:
        yield traveller


def test_a_patient_takes_the_time_by_link_and_once(clinic, client, at_ten):
    (offer,) = offered(clinic, "Ann")
    secret = link_for(clinic, offer)
    page = client.get(url("offer", secret)).content.decode()
    assert "Fri" in page and "9:00" in page
    assert "Follow-up" not in page and "Okafor" not in page  # nothing of what the visit is for
    assert fresh(clinic, offer).status == "viewed"
    assert client.get(url("offer_accept", secret)).status_code == 405  # only a person's POST acts

    answer = client.post(url("offer_accept", secret), follow=True)
    assert "This time is yours." in answer.content.decode()
    with clinic.reading():
        assert Appointment.objects.get(patient=offer.patient).starts_at == offer.starts_at
    again = client.post(url("offer_accept", secret), follow=True)
    assert "This time is yours." in again.content.decode()
    assert "used" not in client.get(url("offer", secret)).content.decode()


def test_whoever_comes_second_is_told_kindly_in_their_language(clinic, client, at_ten):
    first, second = offered(clinic, "Ann", "Cy")
    with clinic.writing():
        second.patient.language = "es"
        second.patient.save()
    late = link_for(clinic, second)
    client.post(url("offer_accept", link_for(clinic, first)))
    page = client.post(url("offer_accept", late), follow=True).content.decode()
    assert "Alguien fue más rápido" in page and "sigue en nuestra lista" in page
    assert fresh(clinic, second).status == "gone"
    assert fresh(clinic, second.wait).status == "waiting"


def test_no_and_no_more(clinic, client, at_ten):
    first, second = offered(clinic, "Ann", "Cy")
    page = client.post(url("offer_decline", link_for(clinic, first)), follow=True)
    assert "You stay on our list." in page.content.decode()
    page = client.post(url("offer_stop", link_for(clinic, second)), follow=True)
    assert "We will send no more offers" in page.content.decode()
    assert [fresh(clinic, one).status for one in (first, second)] == ["declined", "opted_out"]
    assert not fresh(clinic, second.wait).takes_offers


def test_an_offer_that_ran_out_opens_nothing(clinic, client, at_ten):
    (offer,) = offered(clinic, "Ann")
    secret = link_for(clinic, offer)
    at_ten.move_to(offer.expires_at + timedelta(seconds=1))
    assert client.get(url("offer", secret)).status_code == 410
    assert client.post(url("offer_accept", secret)).status_code == 410
    assert fresh(clinic, offer).status == "pending"  # the job says so when it comes


def test_the_link_lets_do_nothing_else():
    assert LINK_PERMISSIONS["offer"] == {"comms.follow_link", "scheduling.answer_offer"}


@pytest.mark.django_db(transaction=True)
def test_sixteen_say_yes_at_once_and_one_gets_it(tmp_path, monkeypatch):
    clinic = Clinic()
    with time_machine.travel(at_wall(clinic.site, MONDAY, time(10)), tick=False):
        offers = offered(clinic, *(f"Ann{chr(97 + n)}" for n in range(16)))
    disk.share(tmp_path, monkeypatch)
    at = at_wall(clinic.site, MONDAY, time(10, 5))
    by = clinic.actor("scheduling.answer_offer")
    gate = Barrier(len(offers))

    def attempt(offer):
        try:
            gate.wait(timeout=60)
            return operations.accept_offer(offer, at=at, by=by).status
        except Exception as trouble:  # every kind counts here
            return f"{type(trouble).__name__}: {trouble}"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(offers)) as pool:
        came_to = Counter(pool.map(attempt, offers))
    assert came_to == {"accepted": 1, "gone": len(offers) - 1}
    with ThreadPoolExecutor(1) as pool:  # a thread's connection is to the shared database
        assert pool.submit(_left, clinic, offers[0].starts_at).result() == [1, 1, 1, 1]


def _left(clinic, starts_at):
    try:
        with clinic.reading():
            return [
                Appointment.objects.filter(starts_at=starts_at, status="booked").count(),
                Offer.objects.filter(status="accepted").count(),
                Wait.objects.filter(status="placed").count(),
                FreedTime.objects.filter(status="filled").count(),
            ]
    finally:
        connections.close_all()
