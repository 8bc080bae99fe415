"""The waitlist and what is not ready, in a real browser by keys; an offer: the scheduler's day."""

from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from frontdesk.core.clock import at_wall, now, today
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, FreedTime, Offer
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in
from tests.portal.test_offer import link_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def booked(clinic, patient, days, hour):
    starts_at = at_wall(clinic.site, today(clinic.site) + timedelta(days=days), time(hour))
    return operations.book(
        patient, clinic.visit_type, clinic.provider, clinic.site, starts_at, now(),
        by=clinic.anybody(),
    )  # fmt: skip


def test_the_lists_by_keyboard(new_page, live_server, clinic):
    ann = booked(clinic, clinic.patient("Ann", "Lee"), 9, 9)
    operations.want_earlier(ann, at=now(), by=clinic.anybody())
    operations.need_results(ann, what="MRI", clear_by=None, at=now(), by=clinic.anybody())
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("manager"))
    settled(page)
    page.goto(f"{live_server.url}/schedule/")
    settled(page)
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name="Waitlist")).to_be_visible()
    settled(page)
    assert axe(page) == []
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Open times that suit")).to_be_visible()
    assert axe(page) == []
    page.goto(f"{live_server.url}/schedule/not-ready/")
    settled(page)
    assert axe(page) == []
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.get_by_text("MRI is here")).to_be_visible()
    expect(page.get_by_text("Every visit is ready")).to_be_visible()


def test_two_phones_say_yes_to_one_time_and_a_link_is_used_twice(new_page, live_server, clinic):
    by, wanting = clinic.anybody(), []
    for number, first in enumerate(("Ann", "Cy")):
        mail = {"email": f"{first}@x.example", "preferred_channel": "email"}
        wanting.append(booked(clinic, clinic.patient(first, "Lee", **mail), 20 + number, 9))
        operations.want_earlier(wanting[-1], at=now(), by=by)
    lost = booked(clinic, clinic.patient("Bo", "Reyes"), 5, 9)
    operations.cancel(lost, because="Ill", whose="patient", at=now(), by=by)
    with clinic.reading():
        freed, waits = FreedTime.objects.get(), [one.waits.get().pk for one in wanting]
    operations.offer_to(freed, waits, at=now(), by=by)
    with clinic.reading():
        offers = [Offer.objects.select_related("patient").get(wait_id=key) for key in waits]
    secrets = [link_for(clinic, offer) for offer in offers]
    phones = [new_page(PHONE) for _ in secrets]
    for phone, secret in zip(phones, secrets, strict=True):
        phone.goto(f"{live_server.url}/l/{secret}/")
        settled(phone)
    for phone in phones:
        phone.get_by_role("button", name="Yes, I take this time").click(no_wait_after=True)
    ours = phones[0].get_by_text("This time is yours.")
    expect(ours.or_(phones[0].get_by_text("Somebody was quicker"))).to_be_visible()
    quick, late = (0, 1) if ours.is_visible() else (1, 0)
    expect(phones[quick].get_by_text("This time is yours.")).to_be_visible()
    expect(phones[late].get_by_text("Somebody was quicker")).to_be_visible()
    assert axe(phones[late]) == []

    phones[quick].goto(f"{live_server.url}/l/{secrets[quick]}/")  # once more says the same
    expect(phones[quick].get_by_text("This time is yours.")).to_be_visible()
    with clinic.reading():
        times = [Appointment.objects.get(pk=one.pk).starts_at for one in wanting]
    assert times[quick] == lost.starts_at
    assert times[late] == wanting[late].starts_at
