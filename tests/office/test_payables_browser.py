"""A bill from its order to the check and the budget, in a real browser by keyboard."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from frontdesk.core.clock import now, today
from frontdesk.office import operations
from frontdesk.office.models import VendorPayment
from frontdesk.office.queries.orders import rows_of
from frontdesk.staff.models import User
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in
from tests.office.house import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def signed_in(new_page, live_server, clinic, email, size=DESKTOP):
    with clinic.reading():
        member = User.objects.get(email=email).memberships.get()
    return sign_in(new_page(size), live_server, member)


def ordered(house, clinic):
    """An order of which everything came."""
    day, vendor = today(clinic.site), house.vendor()
    line = operations.ToOrder("Gloves", "expense.supplies", Decimal(10), Decimal("12.50"))
    order = operations.place_order(
        vendor, site=clinic.site, lines=[line], ordered_on=day, by=house.omar
    )
    with clinic.reading():
        [row] = rows_of(order)
    came = {row.line.pk: Decimal(10)}
    operations.receive(order, came, received_on=day, at=now(), by=house.omar)
    return order


def test_a_bill_is_matched_approved_by_another_paid_and_seen_in_the_budget(
    new_page, live_server, clinic
):
    house = House(clinic)
    order = ordered(house, clinic)
    page = signed_in(new_page, live_server, clinic, "omar@office.example")
    page.goto(f"{live_server.url}/office/orders/{order.pk}/bill/")
    settled(page)
    expect(page.get_by_label("Amount 1")).to_have_value("125.00")
    page.get_by_label("Number on it").fill("A-17")
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#bills")).to_contain_text("A-17")
    settled(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer")).to_contain_text("Order, receipt and bill agree")
    expect(page.locator("#drawer")).to_contain_text("somebody else approves it")

    boss = signed_in(new_page, live_server, clinic, "grace@office.example")
    boss.goto(f"{live_server.url}/office/")
    settled(boss)
    boss.keyboard.press("j")
    boss.keyboard.press("Enter")
    expect(boss.locator("#drawer")).to_contain_text("Order, receipt and bill agree")
    settled(boss)
    assert axe(boss) == []
    boss.keyboard.press("a")
    expect(boss.locator("#bills")).to_contain_text("Nothing to approve")

    page.goto(f"{live_server.url}/office/pay/?until=2099-01-01")
    settled(page)
    expect(page.locator("#pay-sum")).to_contain_text("Pay 1 bill, $125.00")
    page.get_by_label("Acme Medical Supply, Bill 1").uncheck()
    expect(page.locator("#pay-sum")).to_contain_text("Pick the bills to pay")
    page.get_by_label("Acme Medical Supply, Bill 1").check()
    expect(page.locator("#pay-sum")).to_contain_text("Pay 1 bill, $125.00")
    assert axe(page) == []
    page.get_by_role("button", name="Pay 1 bill").click()
    expect(page.get_by_role("heading", name="Run 1")).to_be_visible()
    settled(page)
    assert axe(page) == []
    with clinic.reading():
        payment = VendorPayment.objects.get()
    answer = page.request.get(f"{live_server.url}/office/payments/{payment.pk}/check/")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")

    phone = signed_in(new_page, live_server, clinic, "grace@office.example", PHONE)
    phone.goto(f"{live_server.url}/office/budget/")
    settled(phone)
    expect(phone.locator("#budget")).to_contain_text("Medical supplies")
    expect(phone.locator("#budget")).to_contain_text("$125.00")
    assert axe(phone) == []
