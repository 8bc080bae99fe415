"""A patient at their phone: the e-mail's link, one tap, another time, and no visit at all."""

import re
from datetime import time, timedelta

import pytest
from django.core import mail
from playwright.sync_api import expect

from frontdesk.comms import jobs
from frontdesk.comms.models import Message
from frontdesk.core.clock import at_wall, now, today
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment
from tests.browser import PHONE, axe, settled

pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]


def door_in_the_e_mail(clinic, live_server, kind):
    """The link of the newest message of a kind, as the mail server got it."""
    with clinic.reading():
        message = Message.objects.filter(kind=kind).latest("written_at")
    jobs.deliver.func(str(message.pk), str(clinic.practice.pk))
    return live_server.url + re.findall(r"https?://[^/]+(/l/[\w-]+/)", mail.outbox[-1].body)[0]


def test_a_patient_answers_for_a_visit_on_a_phone(new_page, live_server, clinic):
    ann = clinic.patient(email="ann@example.com")
    day = today(clinic.site) + timedelta(days=3)
    visit = operations.book(
        ann, clinic.visit_type, clinic.provider, clinic.site,
        at_wall(clinic.site, day, time(9)), now(), by=clinic.anybody(),
    )  # fmt: skip
    page = new_page(PHONE)
    page.goto(door_in_the_e_mail(clinic, live_server, "appointment.booked"))
    settled(page)
    expect(page.get_by_role("heading", name="Will you come?")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("button", name="Yes, I will come").click()
    expect(page.get_by_text("We will see you then.")).to_be_visible()
    assert axe(page) == []

    page.get_by_role("link", name="Español").click()
    expect(page.get_by_text("Gracias. Le esperamos.")).to_be_visible()
    page.get_by_role("link", name="English").click()

    page.get_by_role("link", name="Choose another time").click()
    settled(page)
    assert axe(page) == []
    page.locator(".portal-times button").first.click()
    expect(page.get_by_text("We will see you then.")).to_be_visible()
    with clinic.reading():
        moved = Appointment.objects.get(pk=visit.pk)
    assert moved.starts_at != visit.starts_at
    assert moved.confirmed_at is not None

    page.get_by_role("link", name="Cancel my visit").click()
    settled(page)
    assert axe(page) == []
    page.get_by_role("button", name="Yes, cancel my visit").click()  # asks for a reason first
    expect(page.get_by_role("heading", name="Cancel your visit?")).to_be_visible()
    page.get_by_label("I have no way to get there").check()
    page.get_by_role("button", name="Yes, cancel my visit").click()
    expect(page.get_by_role("heading", name="Your visit is cancelled")).to_be_visible()
    with clinic.reading():
        assert Appointment.objects.get(pk=visit.pk).status == "cancelled"

    page.reload()
    page.goto(page.url.rpartition("cancel/")[0])
    expect(page.get_by_text("does not work any more")).to_be_visible()
    assert axe(page) == []
