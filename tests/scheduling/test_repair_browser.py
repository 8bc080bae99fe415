"""The day breaks, in a real browser on a phone. A provider out: see the scheduler's day."""

from contextlib import suppress
from datetime import time, timedelta

import pytest
import time_machine
from playwright.sync_api import Error, expect

from frontdesk.core.clock import at_wall, today
from frontdesk.scheduling import operations
from frontdesk.scheduling.jobs import repairing
from frontdesk.scheduling.models import Repair
from tests.browser import ASKED, PHONE, axe, settled, sign_in
from tests.scheduling.test_repair import book

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.django_db(transaction=True)]

REPAIR = "**/repairs/*/"  # the address of a plan, which asks again and again how it stands


@pytest.fixture
def day(clinic):
    """Tomorrow: the clock of the browser is not ours."""
    return today(clinic.site) + timedelta(days=1)


@pytest.fixture
def at(clinic, day):
    with time_machine.travel(at_wall(clinic.site, day, time(8, 5)), tick=True):
        yield lambda hour, minute=0: at_wall(clinic.site, day, time(hour, minute))


def worker(clinic, page):
    """Do what the worker does while the page waits: a database in memory has one at a time."""
    held, at_work = [], True
    page.route(REPAIR, lambda route: held.append(route) if at_work else route.continue_())
    page.wait_for_timeout(400)
    ASKED.settle()
    with clinic.reading():
        repair = Repair.objects.get()
    repairing.work_out.func(str(clinic.practice.pk), str(repair.pk), repair.round)
    at_work = False
    for route in held:
        with suppress(Error):  # the page may have asked anew in the meantime
            route.continue_()
    page.unroute(REPAIR)


def pressed(page, name):
    """Press a button, and wait until the office has heard of it."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name=name).click()


def test_late_is_told_from_the_book_and_fits_a_phone(new_page, live_server, clinic, at):
    book(clinic, at(8, 20), clinic.patient("Ann", "Lee", email="ann@example.com"))
    page = sign_in(new_page(PHONE), live_server, clinic.member("receptionist"))
    page.goto(f"{live_server.url}/schedule/")
    settled(page)
    page.get_by_text("Out or late").tap()
    page.get_by_role("link", name="Somebody runs late").tap()
    page.get_by_label("Who runs late").select_option(label="Dr. Okafor")
    page.get_by_label("Minutes late now").fill("40")
    page.get_by_role("button", name="Show the rest of the day").tap()
    expect(page.get_by_text("25 min", exact=True)).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Tell the patients").tap()
    expect(page.get_by_text("Dr. Okafor is running 40 min late")).to_be_visible()
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []
    page.get_by_role("button", name="On time again").tap()
    expect(page.get_by_text("Dr. Okafor is on time again")).to_be_visible()
    with clinic.reading():
        operations.start_repair(
            resource_kind="provider", resource_id=clinic.provider.pk, site=clinic.site,
            starts_at=at(8), ends_at=at(17), because="Ill", at=at(8, 6), by=clinic.anybody(),
        )  # fmt: skip
    worker(clinic, page)
    with clinic.reading():
        key = Repair.objects.get().pk
    page.goto(f"{live_server.url}/schedule/repairs/{key}/")
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []
