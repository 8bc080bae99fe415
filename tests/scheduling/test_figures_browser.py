"""Figures and the template lab in a real browser, on a desk and on a phone."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from frontdesk.core.clock import now, today
from frontdesk.scheduling import operations
from frontdesk.scheduling.jobs import lab
from frontdesk.scheduling.models import Appointment, Replay
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lived(clinic):
    """Some weeks of visits, a few of them missed, and figures counted from them."""
    patient, rows = clinic.patient(), []
    for back in range(1, 60):
        starts = (now() - timedelta(days=back)).replace(hour=15, minute=0, second=0, microsecond=0)
        rows.append(
            Appointment(
                patient=patient, provider=clinic.provider, site=clinic.site, room=clinic.room,
                visit_type=clinic.visit_type, starts_at=starts,
                ends_at=starts + timedelta(minutes=20), booked_at=starts - timedelta(days=3),
                booked_by="Maria", status="no_show" if back % 6 == 0 else "fulfilled",
            )
        )  # fmt: skip
    with clinic.writing():
        Appointment.objects.bulk_create(rows)
    operations.take_access(at=now(), by=clinic.anybody())


def test_figures_are_read_shown_as_a_table_and_opened_to_their_visits(
    new_page, live_server, clinic, lived
):
    member = clinic.member("manager")
    for size in (DESKTOP, PHONE):
        page = sign_in(new_page(size), live_server, member)
        page.goto(f"{live_server.url}/schedule/figures/")
        settled(page)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        for path in ("no-shows/", "one-more/", "lab/"):
            page.goto(f"{live_server.url}/schedule/figures/{path}")
            settled(page)
            assert axe(page) == []
    page = sign_in(new_page(DESKTOP), live_server, member)
    page.goto(f"{live_server.url}/schedule/figures/")
    settled(page)
    chart = page.locator("#chart-lost")
    chart.get_by_text("Show as table").click()
    chart.get_by_role("link", name="%").first.click()
    page.wait_for_url("**/figures/rows/**")
    expect(page.get_by_role("heading", name="Visits behind a figure")).to_be_visible()
    expect(page.get_by_text("No-show").first).to_be_visible()


def test_a_week_is_copied_changed_played_and_put_live_by_keyboard(
    new_page, live_server, clinic, lived
):
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("manager"))
    page.goto(f"{live_server.url}/schedule/figures/lab/")
    settled(page)
    page.keyboard.press("c")
    page.get_by_label("Name").fill("Shorter Mondays")
    page.get_by_role("button", name="Begin the draft").click()
    page.wait_for_url("**/lab/*-*/")
    settled(page)

    page.locator("a.session").first.click()
    page.get_by_label("To", exact=True).first.fill("12:00")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("a.session").first).to_contain_text("8:00–12:00 PM")
    expect(page.locator("#drawer .drawer")).to_have_count(0)
    page.get_by_role("button", name="Play the last 12 weeks").click()
    expect(page.get_by_text("Playing the last 12 weeks")).to_be_visible()

    with clinic.reading():
        replay = Replay.objects.get()
    lab.play.call(str(clinic.practice.pk), str(replay.pk))
    page.reload()
    settled(page)
    expect(page.get_by_role("heading", name="Today's week and the draft")).to_be_visible()
    assert axe(page) == []
    page.get_by_label("Live from").fill(str(today(clinic.site) + timedelta(days=7)))
    page.get_by_role("button", name="Put it live from this day").click()
    expect(page.get_by_text("Goes live on").first).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back: the week stays as it is").first).to_be_visible()
