"""The book in a real browser: by keyboard and by mouse, on a desk and on a phone."""

import re
from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from frontdesk.core.clock import at_wall, now, today
from frontdesk.people import operations as people
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, Hold
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tomorrow(clinic):
    return today(clinic.site) + timedelta(days=1)


@pytest.fixture
def ann(clinic):
    return people.register(
        {
            "first_name": "Ann",
            "last_name": "Lee",
            "birth_date": today(clinic.site) - timedelta(days=15000),
            "sex": "F",
        },
        by=clinic.anybody(),
    )


def wall(clinic, day, hour):
    return at_wall(clinic.site, day, time(hour))


def book(clinic, patient, starts_at):
    return operations.book(
        patient,
        clinic.visit_type,
        clinic.provider,
        clinic.site,
        starts_at,
        now(),
        by=clinic.anybody(),
    )


def test_a_visit_is_found_held_and_booked_by_keyboard(new_page, live_server, clinic, tomorrow, ann):
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("receptionist"))
    page.goto(f"{live_server.url}/schedule/?on={tomorrow}")
    settled(page)
    assert axe(page) == []

    page.keyboard.press("b")
    first = page.locator("#times .chip").first
    expect(first).to_contain_text("8:00 AM")
    assert axe(page) == []
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".held [data-left]")).to_have_text("4:59")
    assert axe(page) == []
    page.keyboard.type("lee ann")
    page.get_by_role("option", name="Ann Lee").wait_for()
    page.keyboard.press("Enter")
    page.get_by_label("Why they come").fill("Knee")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Booked Ann Lee:")).to_be_visible()
    card = page.get_by_role("link", name=re.compile("Ann Lee 8:00 .*Follow-up, Booked"))
    expect(card).to_be_visible()
    with clinic.reading():
        assert Appointment.objects.get().reason == "Knee"
        assert Hold.objects.get().status == "booked"

    card.click()
    page.get_by_role("button", name="Will come").click()
    expect(page.get_by_text("Ann Lee will come.")).to_be_visible()
    card.click()
    expect(page.get_by_role("link", name="Cancel visit")).to_be_visible()
    page.keyboard.press("x")
    page.get_by_label("Reason").fill("Ill")
    page.get_by_role("button", name="Cancel the visit").click()
    expect(card).to_have_count(0)
    page.keyboard.press("u")
    expect(card).to_be_visible()


def test_a_held_time_goes_back_with_its_drawer(new_page, live_server, clinic, tomorrow):
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("receptionist"))
    page.goto(f"{live_server.url}/schedule/?on={tomorrow}")
    settled(page)
    column = page.locator(".cal-col").bounding_box()
    page.mouse.click(column["x"] + 60, column["y"] + 96 + 4)  # one hour down: nine o'clock
    expect(page.locator(".held")).to_contain_text("ends 9:20 AM")
    page.get_by_role("button", name="Close").click()
    with clinic.reading():
        for _ in range(50):
            if Hold.objects.get().status == "released":
                break
            page.wait_for_timeout(100)
        assert Hold.objects.get().status == "released"


def test_a_visit_is_dragged_and_put_back(new_page, live_server, clinic, tomorrow, ann):
    starts_at = wall(clinic, tomorrow, 9)
    appointment = book(clinic, ann, starts_at)
    book(clinic, clinic.patient("Bo", "Reyes"), starts_at + timedelta(hours=1))
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("receptionist"))
    page.goto(f"{live_server.url}/schedule/?on={tomorrow}")
    settled(page)

    def drag(rows, key=""):
        box = page.locator(f"#appt-{appointment.pk}").bounding_box()
        x, y = box["x"] + 40, box["y"] + 6
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y + 8 * rows / 2, steps=3)
        page.mouse.move(x, y + 8 * rows, steps=3)
        said = page.locator(".is-ghost").inner_text()
        if key:
            page.keyboard.press(key)
        page.mouse.up()
        return said

    assert re.search("Taken by Bo Reyes|taken until", drag(11, key="Escape"))
    expect(page.locator(".is-ghost")).to_have_count(0)
    assert "9:40" in drag(8)
    expect(page.get_by_text("Moved Ann Lee")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Ann Lee 9:40 "))).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name=re.compile("Ann Lee 9:00 "))).to_be_visible()
    with clinic.reading():
        assert Appointment.objects.get(pk=appointment.pk).starts_at == starts_at


def test_the_book_fits_a_phone(new_page, live_server, clinic, tomorrow, ann):
    appointment = book(clinic, ann, wall(clinic, tomorrow, 9))
    page = sign_in(new_page(PHONE), live_server, clinic.member("receptionist"))
    page.goto(f"{live_server.url}/schedule/?on={tomorrow}")
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []
    page.locator(f"#appt-{appointment.pk}").tap()
    expect(page.get_by_role("link", name="Move")).to_be_visible()
    page.get_by_role("link", name="Move").tap()
    page.get_by_role("button", name="11:00 AM").first.tap()
    expect(page.get_by_text("Moved Ann Lee")).to_be_visible()


@pytest.mark.parametrize("path", ["visit-types/", "sessions/", "time-off/", "week/", "sheet/"])
def test_every_other_page_is_accessible(new_page, live_server, clinic, path):
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("manager"))
    page.goto(f"{live_server.url}/schedule/{path}")
    settled(page)
    assert axe(page) == []
    if page.get_by_role("link", name="New ").count():
        page.keyboard.press("c")
        page.locator("#drawer form").first.wait_for()
        assert axe(page) == []
