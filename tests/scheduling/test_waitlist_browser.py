"""The waitlist in a real browser: put on it by one key, offered, taken on the patient's phone."""

import re
from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from frontdesk.comms.models import Message
from frontdesk.comms.queries import link_of
from frontdesk.core.clock import at_wall, now, today
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, FreedTime, Offer, Wait
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in
from tests.portal.test_offer import link_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def booked(clinic, patient, days, hour):
    starts_at = at_wall(clinic.site, today(clinic.site) + timedelta(days=days), time(hour))
    return operations.book(
        patient, clinic.visit_type, clinic.provider, clinic.site, starts_at, now(),
        by=clinic.anybody(),
    )  # fmt: skip


@pytest.mark.journey
def test_a_freed_time_goes_to_a_patient_by_their_phone(new_page, live_server, clinic):
    said = {"email": "ann@x.example", "preferred_channel": "email"}
    ann = booked(clinic, clinic.patient("Ann", "Lee", **said), 20, 9)
    lost = booked(clinic, clinic.patient("Bo", "Reyes"), 5, 9)
    desk = sign_in(new_page(DESKTOP), live_server, clinic.member("scheduler"))
    settled(desk)

    desk.goto(f"{live_server.url}/schedule/appointments/{ann.pk}/")
    settled(desk)
    desk.keyboard.press("w")
    expect(desk.get_by_text("Ann Lee is on the waitlist for an earlier time")).to_be_visible()

    operations.cancel(lost, because="Ill", whose="patient", at=now(), by=clinic.anybody())
    desk.goto(f"{live_server.url}/schedule/freed/")
    settled(desk)
    assert axe(desk) == []
    desk.locator("#freed-times a.row-link").first.click()
    expect(desk.get_by_text("To ask next")).to_be_visible()
    assert axe(desk) == []
    desk.get_by_role("button", name=re.compile("Offer it now")).click()
    expect(desk.get_by_text("Offered to 1 patient")).to_be_visible()
    with clinic.reading():
        offer = Offer.objects.select_related("patient").get()
        assert Message.objects.filter(kind="waitlist.offer").count() == 1

    phone = new_page(PHONE)
    secret = link_for(clinic, offer)
    assert link_of(secret) is not None
    phone.goto(f"{live_server.url}/l/{secret}/")
    settled(phone)
    assert axe(phone) == []
    phone.get_by_role("button", name="Yes, I take this time").click()
    expect(phone.get_by_text("This time is yours.")).to_be_visible()
    assert axe(phone) == []
    with clinic.reading():
        assert Appointment.objects.get(pk=ann.pk).starts_at == lost.starts_at
        assert FreedTime.objects.get(status="filled").booked_id == ann.pk
        assert Wait.objects.get().status == "placed"


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
