"""A drawer from its float to the bank, and the day closed, in a real browser by keyboard."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from frontdesk.core.clock import now
from frontdesk.core.keys import new_key
from frontdesk.ledger import operations
from frontdesk.staff.queries import actor_of
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def take(clinic, member, amount, method="cash"):
    return operations.take_payment(
        clinic.patient(),
        amount=Decimal(amount),
        method=method,
        kind="balance",
        reference="" if method == "cash" else "2077",
        approval="0A1" if method == "card" else "",
        site=clinic.site,
        key=str(new_key()),
        at=now(),
        by=actor_of(member),
    )


def test_a_drawer_is_opened_counted_explained_and_deposited(new_page, live_server, clinic):
    member = clinic.member("receptionist")
    page = sign_in(new_page(DESKTOP), live_server, member)
    page.goto(f"{live_server.url}/ledger/drawers/")
    settled(page)
    page.keyboard.press("c")
    expect(page.get_by_label("Float")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#drawers")).to_contain_text("not counted")
    expect(page.get_by_role("link", name="Count your drawer")).to_be_visible()
    take(clinic, member, "25.00")
    take(clinic, member, "40.00", "check")
    take(clinic, member, "50.00", "card")
    page.goto(f"{live_server.url}/ledger/drawers/")
    settled(page)
    assert axe(page) == []

    page.keyboard.press("c")
    expect(page.get_by_label("$100")).to_be_focused()
    expect(page.locator("#drawer")).not_to_contain_text("125")
    page.keyboard.type("1")
    page.get_by_label("$20").fill("1")
    page.get_by_label("All checks together").fill("40")
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#drawer")).to_contain_text("Short")
    page.get_by_label("Reason").fill("A five given as change")
    page.keyboard.press("Enter")

    expect(page.locator("#drawers")).to_contain_text("A five given as change")
    expect(page.get_by_role("link", name="Open your drawer")).to_be_visible()
    expect(page.locator("#drawers")).to_contain_text("$60.00")
    page.keyboard.press("d")
    expect(page.locator("#drawers")).to_contain_text("Deposit 1")
    expect(page.locator("#drawer").get_by_role("link", name="Print the slip")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#drawer").get_by_role("link", name="Print the slip")).to_have_count(0)
    note_the_card_money(page)


def note_the_card_money(page):
    """$50 were paid by card; the processor brings $48.60."""
    settled(page)
    page.keyboard.press("p")
    expect(page.get_by_label("What the bank has")).to_be_focused()
    page.keyboard.type("48.60")
    page.get_by_label("Fee the processor kept").fill("1.40")
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#drawers")).to_contain_text("$48.60")


def test_a_manager_closes_the_day_and_finds_what_is_owed(new_page, live_server, clinic):
    manager = clinic.member("manager")
    take(clinic, manager, "40.00")
    page = sign_in(new_page(PHONE), live_server, manager)
    page.goto(f"{live_server.url}/books/close/")
    settled(page)
    assert axe(page) == []
    expect(page.locator(".checks")).to_contain_text("Cash and checks in no drawer")

    page.get_by_label("Why it is closed all the same").fill("Counted by hand")
    page.get_by_role("button", name="Close the day").click()
    expect(page.locator("#closings")).to_contain_text("Counted by hand")
    for path in ("", "trial/", "profit/", "?side=credit"):
        page.goto(f"{live_server.url}/books/{path}")
        settled(page)
        assert axe(page) == [], path
