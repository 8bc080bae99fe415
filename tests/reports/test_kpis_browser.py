"""The figures of the money in a real browser by keyboard: counted, opened, drilled, a goal set."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from frontdesk.core.clock import today
from frontdesk.reports.jobs.kpis import count_figures
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in
from tests.reports import kpi_story
from tests.reports.kpi_story import Story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lived(clinic, monkeypatch):
    """Ten days up to yesterday in which one claim of two was denied."""
    monkeypatch.setattr(kpi_story, "ON", today(clinic.site) - timedelta(days=12))
    told = Story(clinic)
    for number, (name, end) in enumerate((("ann", "paid"), ("bob", "denied"))):
        told.visit(name, number)
        told.moves(name, "charge", "100.00", number)
        told.claim(name)
        told.happens(name, (number, "sent"), (number + 1, "277CA", "A2:20"), (number + 8, end))
    told.moves("ann", "pay", "80.00", 9, kind="remittance")
    count_figures.func(str(clinic.practice.pk))
    return told


def test_a_manager_reads_the_figures_and_opens_what_was_denied(
    new_page, live_server, clinic, lived
):
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("manager"))
    page.goto(f"{live_server.url}/books/figures/")
    settled(page)
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Denied at first"))
    expect(row.first).to_contain_text("50.0%")
    expect(row.first).to_contain_text("≤ 4.0%")
    assert axe(page) == []

    page.keyboard.press("o")
    expect(page.locator("#drawer")).to_contain_text("Goals and rates")
    page.locator("#id_goal_initial_denial").fill("60")
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(row.first).to_contain_text("≤ 60.0%")

    row.first.get_by_role("link", name="Denied at first", exact=True).click()
    settled(page)
    expect(page.get_by_role("heading", name="How it is counted")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/books/figures/rows/**")
    settled(page)
    expect(page.locator("[data-row]")).to_have_count(2)
    page.get_by_role("link", name="Denied at first", exact=True).click()
    page.wait_for_url("**part=counted**")
    settled(page)
    expect(page.locator("[data-row]")).to_have_count(1)
    assert axe(page) == []


def test_the_figures_fit_a_phone(new_page, live_server, clinic, lived):
    page = sign_in(new_page(PHONE), live_server, clinic.member("manager"))
    page.goto(f"{live_server.url}/books/figures/")
    settled(page)
    assert axe(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
