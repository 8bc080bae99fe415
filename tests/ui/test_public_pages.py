"""The pages before and around a session, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser import PHONE, axe, settled, sign_in
from tests.clinic import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("path", ["/account/login/?ended=1", "/account/password/reset/", "/none/"])
def test_pages_before_signing_in_are_accessible(new_page, live_server, path):
    page = new_page(PHONE, shade="dark")
    page.goto(live_server.url + path)
    settled(page)

    assert axe(page) == []


@pytest.mark.parametrize("path", ["/account/two-step/", "/account/password/change/"])
def test_pages_about_ones_own_sign_in_are_accessible(new_page, live_server, clinic, path):
    page = sign_in(new_page(), live_server, clinic.member("receptionist"))
    page.goto(live_server.url + path)
    settled(page)

    assert axe(page) == []


def test_one_signs_in_and_lands_where_one_wanted_to_go(new_page, live_server, clinic):
    clinic.member("manager", email="grace@elm.example")
    page = new_page()
    page.goto(f"{live_server.url}/settings/practice/rooms/")

    page.get_by_label("Email").fill("grace@elm.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_url("**/settings/practice/rooms/")
    expect(page.get_by_role("heading", name="Rooms")).to_be_visible()


def test_a_lost_session_leads_from_a_drawer_to_sign_in_and_back(new_page, live_server, clinic):
    clinic.member("manager", email="grace@elm.example")
    page = new_page()
    page.goto(f"{live_server.url}/account/login/?next=/settings/practice/rooms/")
    page.get_by_label("Email").fill("grace@elm.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms/")
    settled(page)

    page.context.clear_cookies()
    page.keyboard.press("c")

    # Several requests of the page may find the session gone and lead to the same place.
    expect(page.get_by_text("You were signed out")).to_be_visible()
    assert page.url.endswith("/account/login/?next=%2Fsettings%2Fpractice%2Frooms%2F&ended=1")
