"""Finding a time in a real browser: the best ones, why not elsewhere, and going against a rule."""

from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from frontdesk.core.clock import at_wall, now, today
from frontdesk.people import operations as people
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Override
from tests.browser import DESKTOP, axe, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_full_morning_says_why_and_is_booked_against_with_a_reason(new_page, live_server, clinic):
    tomorrow = today(clinic.site) + timedelta(days=1)
    by = clinic.anybody()
    born = {"birth_date": tomorrow - timedelta(days=15000), "sex": "F"}
    people.register({"first_name": "Ann", "last_name": "Lee", **born}, by=by)
    for number in range(12):
        starts_at = at_wall(clinic.site, tomorrow, time(8)) + timedelta(minutes=20 * number)
        operations.book(
            clinic.patient(f"P{number}"), clinic.visit_type, clinic.provider, clinic.site,
            starts_at, now(), by=by,
        )  # fmt: skip
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("manager"))
    page.goto(f"{live_server.url}/schedule/?on={tomorrow}")
    settled(page)

    page.keyboard.press("b")
    expect(page.locator("#times .slot").first).to_contain_text("12:00 PM")
    why = page.locator("#why")
    expect(why).to_contain_text("Dr. Okafor")
    assert axe(page) == []
    why.get_by_role("link", name="double-booked with Dr. Okafor").first.click()
    page.get_by_label("Book it all the same, because").fill("Fever since the night")
    page.get_by_role("combobox", name="Patient").fill("lee ann")
    page.get_by_role("option", name="Ann Lee").wait_for()
    page.keyboard.press("Enter")
    assert axe(page) == []
    page.get_by_role("button", name="Book the visit").click()
    expect(page.get_by_text("Booked Ann Lee:")).to_be_visible()

    page.goto(f"{live_server.url}/schedule/overrides/")
    expect(page.get_by_role("cell", name="Fever since the night")).to_be_visible()
    assert axe(page) == []
    with clinic.reading():
        assert Override.objects.get().kind == "taken"
