"""A denial in a real browser: worked from the list, appealed, won; a second plan is billed."""

import pytest
from django.urls import reverse

from frontdesk.billing.models import Claim, Denial
from tests.billing.decisions import USUAL, sent
from tests.billing.denying import BACK, PAID, REFUSED
from tests.billing.office import Office
from tests.billing.payer import decided, received, remittance
from tests.billing.test_appeals import SECOND_BACK
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(settings):
    """Ann Lee's visit was refused; what the first plan left of Tom Roe's waits for the second."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    office = Office()
    office.claim = office.signed(office.insured())
    two = office.insured("Tom", "Roe")
    office.second_plan(two)
    office.other = office.signed(two)
    sent(office)
    received(office, remittance(decided(office.claim.number, REFUSED, USUAL[1])))
    received(office, remittance(decided(office.other.number, *USUAL)))
    return office


@pytest.mark.journey
def test_a_denial_is_worked_appealed_and_won_and_the_second_plan_is_billed(
    house, live_server, new_page
):
    page = sign_in(new_page(DESKTOP), live_server, house.member("biller"))
    page.goto(live_server.url + reverse("billing:denials"))
    settled(page)
    assert axe(page) == []

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("aside.drawer")
    settled(page)
    assert "Prior authorization" in page.text_content("aside.drawer")
    assert axe(page) == []
    page.keyboard.press("a")
    page.get_by_text("It is yours", exact=False).first.wait_for()
    settled(page)
    page.keyboard.press("e")
    page.get_by_label("Argument").wait_for()
    settled(page)
    assert axe(page) == []
    page.get_by_label("Argument").fill("The note shows why it could not wait.")
    page.get_by_label("Receipt or tracking number").fill("FX 12")
    page.get_by_role("button", name="Note as sent").click()
    page.get_by_text("is sent", exact=False).first.wait_for()
    with house.reading():
        assert Denial.objects.get().status == Denial.Status.APPEALED

    back = decided(house.claim.number, BACK, SECOND_BACK, status="22")
    received(house, remittance(back, decided(house.claim.number, PAID, USUAL[1])))
    page.goto(live_server.url + reverse("billing:denials") + "?show=won")
    settled(page)
    assert "Won" in page.text_content("#denials table")
    page.goto(live_server.url + reverse("billing:denial_report"))
    settled(page)
    assert axe(page) == []
    with house.reading():
        second = Claim.objects.get(level=2)
    page.goto(live_server.url + reverse("billing:claims") + "?show=ready")
    settled(page)
    assert second.number in page.text_content("#claims")


def test_the_pages_fit_a_phone(house, live_server, new_page):
    page = sign_in(new_page(PHONE), live_server, house.member("manager"))
    with house.reading():
        denial = Denial.objects.get()
    urls = [
        reverse("billing:denials"),
        reverse("billing:denial", args=[denial.pk]),
        reverse("billing:denial_report"),
        reverse("billing:denial_patterns"),
    ]

    for url in urls:
        page.goto(live_server.url + url)
        settled(page)
        assert axe(page) == [], url
        wide, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= shown, url
