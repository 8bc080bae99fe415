"""The book by hand in a real browser: by mouse, by keyboard, by finger; said in words."""

import re
from datetime import time, timedelta

import pytest
from playwright.sync_api import expect
from pypdfium2 import PdfDocument

from frontdesk.core.clock import at_wall, now, today
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROW = 8  # pixels of five minutes


@pytest.fixture
def tomorrow(clinic):
    return today(clinic.site) + timedelta(days=1)


@pytest.fixture
def two(clinic, tomorrow):
    """Ann Lee at nine, Bo Reyes at ten."""
    nine = at_wall(clinic.site, tomorrow, time(9))
    return [
        operations.book(
            clinic.patient(*name), clinic.visit_type, clinic.provider, clinic.site,
            nine + timedelta(hours=hour), now(), by=clinic.anybody(),
        )
        for hour, name in enumerate([("Ann", "Lee"), ("Bo", "Reyes")])
    ]  # fmt: skip


def opened(new_page, live_server, clinic, tomorrow, role="receptionist", size=DESKTOP):
    page = sign_in(new_page(size), live_server, clinic.member(role))
    page.goto(f"{live_server.url}/schedule/?on={tomorrow}")
    return settled(page)


def grab(page, appointment, rows, *, edge=False):
    """Take a visit in the hand and hold it some rows lower; return what is said there."""
    box = page.locator(f"#appt-{appointment.pk}").bounding_box()
    x = box["x"] + box["width"] / 2
    y = box["y"] + (box["height"] - 3 if edge else 6)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + ROW * rows / 2, steps=3)
    page.mouse.move(x, y + ROW * rows, steps=3)
    return page.locator(".is-ghost")


def fresh(clinic, appointment):
    with clinic.reading():
        return Appointment.objects.get(pk=appointment.pk)


def test_a_visit_is_dragged_with_words_at_the_pointer(new_page, live_server, clinic, tomorrow, two):
    ann, _bo = two
    page = opened(new_page, live_server, clinic, tomorrow)
    assert axe(page) == []

    ghost = grab(page, ann, 11)
    expect(ghost.locator("[data-why]")).to_have_text(re.compile("Okafor is taken until 10:20 AM"))
    page.mouse.up()  # it snaps back, with the words
    expect(ghost).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("It stays where it was.")
    assert fresh(clinic, ann).starts_at == ann.starts_at

    ghost = grab(page, ann, 24)
    expect(ghost.locator(".at")).to_have_text("11:00")
    expect(ghost.locator("[data-why]")).to_have_text("")
    page.mouse.up()
    expect(page.locator("#toasts")).to_contain_text("Moved Ann Lee to")
    expect(page.get_by_role("link", name=re.compile("Ann Lee 11:00"))).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_role("link", name=re.compile("Ann Lee 9:00"))).to_be_visible()

    ghost = grab(page, ann, 4, edge=True)
    expect(ghost.locator(".at")).to_have_text("9:00–9:40")
    page.mouse.up()
    expect(page.locator("#toasts")).to_contain_text("Ann Lee: 40 min")
    assert fresh(clinic, ann).minutes == 40


def test_a_visit_is_moved_by_keyboard_alone(new_page, live_server, clinic, tomorrow, two):
    ann, _bo = two
    page = opened(new_page, live_server, clinic, tomorrow, role="manager")
    page.keyboard.press("1")
    expect(page.locator(f"#appt-{ann.pk}")).to_be_focused()
    page.keyboard.press("m")
    expect(page.locator("#live-say")).to_contain_text("In your hand")
    for _ in range(4):
        page.keyboard.press("PageDown")
    expect(page.locator(".is-ghost [data-why]")).to_have_text(re.compile("taken until 10:20"))
    expect(page.locator("#live-say")).to_contain_text("taken until")
    page.keyboard.press("Escape")
    expect(page.locator(".is-ghost")).to_have_count(0)
    assert fresh(clinic, ann).starts_at == ann.starts_at

    page.keyboard.press("m")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("+")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#live-say")).to_contain_text("It fits.")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Moved Ann Lee to")
    moved = fresh(clinic, ann)
    assert moved.minutes == 25
    assert moved.starts_at.timestamp() - ann.starts_at.timestamp() in (
        (24 * 60 - 5) * 60, (25 * 60 - 5) * 60, (23 * 60 - 5) * 60,
    )  # fmt: skip


def test_who_may_is_led_to_a_reason(new_page, live_server, clinic, tomorrow, two):
    ann, _bo = two
    page = opened(new_page, live_server, clinic, tomorrow, role="manager")
    grab(page, ann, 12)
    expect(page.locator(".is-ghost [data-why]")).to_have_text(re.compile("taken until"))
    page.mouse.up()
    page.get_by_label("Move it all the same, because").fill("Chest pain")
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Moved Ann Lee")
    assert fresh(clinic, ann).override_reason == "Chest pain"


def test_the_second_hears_who_was_first(new_page, live_server, clinic, tomorrow, two):
    ann, _bo = two
    page = opened(new_page, live_server, clinic, tomorrow)
    grab(page, ann, 24)
    operations.move(ann, ann.starts_at + timedelta(hours=4), at=now(), by=clinic.anybody())
    page.mouse.up()
    expect(page.locator("#toasts")).to_contain_text("Grace has changed this visit")
    assert fresh(clinic, ann).starts_at == ann.starts_at + timedelta(hours=4)


def test_from_the_month_to_the_day_to_the_list(new_page, live_server, clinic, tomorrow, two):
    page = opened(new_page, live_server, clinic, tomorrow)
    page.keyboard.press("m")
    page.wait_for_url("**/schedule/month/**")
    settled(page)
    assert axe(page) == []
    page.locator(f'.month-day[href*="on={tomorrow}"]').click()
    expect(page.locator(f"#appt-{two[0].pk}")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**on={tomorrow + timedelta(days=1)}*")
    settled(page)
    page.keyboard.press("j")
    page.keyboard.type(tomorrow.strftime("%m/%d"))
    page.keyboard.press("Enter")
    expect(page.locator(f"#appt-{two[0].pk}")).to_be_visible()
    settled(page)
    page.keyboard.press("l")
    page.wait_for_url("**/schedule/list/**")
    settled(page)
    expect(page.get_by_role("link", name="Ann Lee")).to_be_visible()
    assert axe(page) == []


def test_the_list_and_the_month_fit_a_phone(new_page, live_server, clinic, tomorrow, two):
    page = sign_in(new_page(PHONE), live_server, clinic.member("receptionist"))
    for path in ("month", "list"):
        page.goto(f"{live_server.url}/schedule/{path}/?on={tomorrow}")
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe(page) == []


def test_the_printed_day_sheet_leaves_nobody_out(
    new_page, live_server, clinic, tomorrow, two, tmp_path
):
    at = two[1].starts_at
    for nth in range(40):  # more than a page holds
        clinic.booked(at=at + timedelta(minutes=nth), patient=two[0].patient)
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("receptionist"))
    page.goto(f"{live_server.url}/schedule/sheet/?on={tomorrow}")
    settled(page)
    page.pdf(path=tmp_path / "sheet.pdf", format="Letter")
    pages = [one.get_textpage().get_text_range() for one in PdfDocument(tmp_path / "sheet.pdf")]
    assert sum(one.count("Ann Lee") for one in pages) == 41
    assert "Bo Reyes" in pages[0]
    assert "Confidential" in pages[-1]
