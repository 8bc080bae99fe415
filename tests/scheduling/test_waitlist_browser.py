"""The waitlist and what is not ready, in a real browser by keys; an offer: the scheduler's day."""

from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from frontdesk.core.clock import at_wall, now, today
from frontdesk.scheduling import operations
from tests.browser import DESKTOP, axe, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def booked(clinic, patient, days, hour):
    starts_at = at_wall(clinic.site, today(clinic.site) + timedelta(days=days), time(hour))
    return operations.book(
        patient, clinic.visit_type, clinic.provider, clinic.site, starts_at, now(),
        by=clinic.anybody(),
    )  # fmt: skip


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
