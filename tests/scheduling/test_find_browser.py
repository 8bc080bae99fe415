"""Finding a time in a real browser: the best ones, why not elsewhere, and going against a rule."""

from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from frontdesk.core.clock import at_wall, now, today
from frontdesk.people import operations as people
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Hold, Override
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in

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
    page.keyboard.press("a")  # the first way out
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


@pytest.mark.journey
def test_on_a_phone_the_chosen_time_is_booked_for_who_has_no_chart_yet(
    new_page, live_server, clinic
):
    clinic.patient("Ann", "Lee")
    page = sign_in(new_page(PHONE), live_server, clinic.member("manager"))
    page.goto(f"{live_server.url}/schedule/find/")
    settled(page)
    expect(page.locator("#times .slot").first).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    assert axe(page) == []
    second = page.locator("#times [data-row]").nth(1)
    said = second.get_attribute("href")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("b")
    expect(page.get_by_role("button", name="Book the visit")).to_be_visible()
    starts_at = said.partition("starts_at=")[2].partition("&")[0]
    assert page.locator(f'input[name=starts_at][value^="{starts_at[:16]}"]').count() == 1
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0

    # The caller has no chart: the time stays held while one is made, and the booking goes on.
    page.get_by_role("link", name="New here?").tap()
    drawer = page.locator("#drawer")
    drawer.get_by_label("First name").fill("Zoe")
    drawer.get_by_label("Last name").fill("Quill")
    drawer.get_by_label("Birth date").fill("5/4/1980")
    drawer.get_by_label("Sex on insurance").select_option("F")
    with clinic.reading():
        assert Hold.objects.get().status == "held"
    drawer.get_by_role("button", name="Open chart").tap()
    expect(drawer.get_by_role("combobox", name="Patient")).to_have_value("Zoe Quill")
    expect(drawer.locator(".held [data-left]")).to_be_visible()
    drawer.get_by_role("button", name="Book the visit").tap()
    expect(page.get_by_text("Booked Zoe Quill:")).to_be_visible()
    with clinic.reading():
        assert sorted(Hold.objects.values_list("status", flat=True)) == ["booked", "released"]


def test_what_was_chosen_to_book_goes_along_into_a_series(new_page, live_server, clinic):
    born = {"birth_date": today(clinic.site) - timedelta(days=15000), "sex": "F"}
    people.register({"first_name": "Ann", "last_name": "Lee", **born}, by=clinic.anybody())
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("manager"))
    page.goto(f"{live_server.url}/schedule/")
    settled(page)
    page.keyboard.press("b")
    page.locator("#times .slot").first.click()
    page.get_by_role("combobox", name="Patient").fill("lee ann")
    page.get_by_role("option", name="Ann Lee").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Repeat…").click()
    expect(page.get_by_role("combobox", name="Patient")).to_have_value("Ann Lee")
    expect(page.locator("#dates h3")).to_contain_text("dates are free")
