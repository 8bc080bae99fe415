"""A scheduler's settings in a real browser: a block, a preference, a visit of phases, leave."""

import re
from datetime import time

import pytest
from playwright.sync_api import expect

from frontdesk.scheduling.models import Block, Preference, RecurringOff, VisitType
from tests.browser import DESKTOP, axe, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_scheduler_sets_the_week_up(new_page, live_server, clinic):
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("scheduler"))
    page.goto(f"{live_server.url}/schedule/sessions/")
    page.get_by_role("link", name="Ada Okafor, MD").click()
    expect(page.get_by_role("heading", name="Ada Okafor, MD")).to_be_visible()
    settled(page)
    assert axe(page) == []

    page.get_by_role("link", name=re.compile(r"New block\s*, Tuesday")).click()
    page.get_by_label("Called").fill("Same day")
    page.get_by_label("From", exact=True).fill("09:00")
    page.get_by_label("To", exact=True).fill("19:00")
    page.get_by_role("group", name=re.compile("Kept for")).get_by_label("Follow-up").check()
    page.get_by_label(re.compile("Opens to others")).fill("1")
    page.get_by_role("button", name="Keep this time").click()
    expect(page.get_by_text("is not within the session")).to_be_visible()
    assert axe(page) == []
    page.get_by_label("To", exact=True).fill("10:00")
    page.get_by_role("button", name="Keep this time").click()
    expect(page.get_by_text("opens 24 h before")).to_be_visible()

    page.keyboard.press("p")
    page.get_by_label("What").select_option("lunch")
    page.get_by_label("Minutes that stay free").fill("30")
    page.get_by_label("Between").fill("12:00")
    page.get_by_label("and", exact=True).fill("13:00")
    assert axe(page) == []
    page.get_by_role("button", name="Add the preference").click()
    kept = page.get_by_role("link", name="30 minutes free between 12:00 PM and 1:00 PM")
    expect(kept).to_be_visible()
    with clinic.reading():
        assert Block.objects.get().release_hours == 24
        assert Preference.objects.get().starts == time(12)


def test_a_visit_of_phases_and_leave_are_typed_in(new_page, live_server, clinic):
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("scheduler"))
    page.goto(f"{live_server.url}/schedule/visit-types/")
    settled(page)
    page.keyboard.press("c")
    page.get_by_label("Name", exact=True).fill("Check")
    page.get_by_label("Short name").fill("check")
    expect(page.locator(".phase-picture .bar")).to_have_count(2)
    row = page.locator(".phase-rows tbody tr").nth(2)
    row.get_by_label("Who or what").select_option("device")
    row.get_by_label("For minutes").fill("10")
    row.get_by_label("For minutes").press("Tab")
    expect(page.locator(".phase-picture .bar")).to_have_count(3)
    assert axe(page) == []
    page.get_by_role("button", name="Add the visit type").click()
    expect(page.get_by_text("Elm Street has no device.").first).to_be_visible()
    with clinic.reading():
        assert len(VisitType.objects.get(code="check").active_phases) == 3

    page.goto(f"{live_server.url}/schedule/time-off/")
    settled(page)
    page.keyboard.press("c")
    page.get_by_label("Who or what").select_option(label="Ada Okafor, MD")
    page.get_by_label(re.compile("From time")).fill("13:00")
    page.get_by_label(re.compile("To time")).fill("14:00")
    page.get_by_label(re.compile("^Again")).select_option("2")
    page.get_by_label("Reason").fill("Teaching")
    page.get_by_role("button", name="Keep free").click()
    expect(page.get_by_text("every 2 weeks")).to_be_visible()
    assert axe(page) == []
    with clinic.reading():
        assert RecurringOff.objects.get().every_weeks == 2
