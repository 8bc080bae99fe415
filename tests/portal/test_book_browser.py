"""On the phone: a visit that is due is booked with one tap, in English and Spanish."""

import pytest
from playwright.sync_api import expect

from frontdesk.comms import operations as comms
from frontdesk.core.clock import now, today
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment
from frontdesk.scheduling.operations.planned import LINK_HOLDS
from tests.browser import PHONE, axe, settled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def door(clinic, live_server, patient):
    on = today(clinic.site)
    planned = operations.plan_visit(
        patient, clinic.visit_type, source="recall", due_on=on, list_on=on, at=now(),
        because="Annual physical", by=clinic.anybody(),
    )  # fmt: skip
    made = comms.make_link(
        "book", patient=patient, subject=planned, expires_at=now() + LINK_HOLDS,
        by=clinic.anybody(),
    )  # fmt: skip
    return live_server.url + made.url[made.url.index("/l/") :]


@pytest.mark.journey
def test_a_patient_books_what_is_due_with_one_tap(clinic, live_server, new_page):
    page = new_page(PHONE)
    page.goto(door(clinic, live_server, clinic.patient()))
    settled(page)
    expect(page.get_by_role("heading", name="Choose a time for your visit")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []
    page.get_by_role("button", name="Please call me").or_(
        page.get_by_role("button", name="None of these")
    ).first.tap()
    expect(page.get_by_text("We will call you.")).to_be_visible()
    page.get_by_role("link", name="Look at the times again").tap()
    page.locator(".portal-times button").first.tap()
    expect(page.get_by_text("Your visit is booked. We will see you then.")).to_be_visible()
    assert axe(page) == []
    page.go_back()  # the times once more, from the browser's memory or anew
    page.goto(page.url)
    expect(page.get_by_role("heading", name="Your visit")).to_be_visible()
    with clinic.reading():
        assert Appointment.objects.count() == 1


def test_the_page_is_read_in_spanish(clinic, live_server, new_page):
    page = new_page(PHONE)
    page.goto(door(clinic, live_server, clinic.patient(language="es")))
    settled(page)
    expect(page.get_by_role("heading", name="Elija una hora para su cita")).to_be_visible()
    page.locator(".portal-times button").first.tap()
    expect(page.get_by_text("Su cita está reservada. Le esperamos.")).to_be_visible()
    assert axe(page) == []
