"""Patients in a real browser, by keyboard: found, registered, looked at, without barriers."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from frontdesk.people import operations
from frontdesk.people.models import Patient
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def okafor(live_server, clinic):
    """Marguerite Okafor, a patient."""
    details = {
        "first_name": "Marguerite",
        "last_name": "Okafor",
        "birth_date": date(1968, 3, 14),
        "mobile_phone": "614-555-0177",
        "alert": "Latex allergy",
    }
    return operations.register(details, by=clinic.role("receptionist"))


def test_a_caller_is_registered_by_keyboard_beside_who_looks_alike(
    live_server, new_page, clinic, okafor
):
    page = sign_in(new_page(), live_server, clinic.member("receptionist"), clinic.site)
    page.goto(live_server.url + reverse("people:patients"))
    page.keyboard.press("Escape")  # out of the search field, which has the focus
    page.keyboard.press("c")
    expect(page.locator("#id_first_name")).to_be_focused()

    page.keyboard.type("Margaret")
    page.keyboard.press("Tab")
    page.keyboard.type("Okafor")
    page.keyboard.press("Tab")
    page.keyboard.type("3/14/68")
    page.keyboard.press("Tab")
    expect(page.locator("#alike")).to_contain_text("same birth date, first name sounds alike")
    expect(page.locator("#alike")).to_contain_text("Marguerite Okafor")

    page.fill("#id_mobile_phone", "614 555 0177")
    expect(page.locator("#alike")).to_contain_text("Very likely")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer [role=alert]")).to_contain_text("seems to be the same person")

    page.fill("#id_despite", "Her sister, checked the ID")
    page.keyboard.press("Enter")
    expect(page.locator(".phead h1")).to_have_text("Margaret Okafor")
    with clinic.reading():
        assert Patient.objects.count() == 2


def test_the_palette_opens_a_chart(live_server, new_page, clinic, okafor):
    page = sign_in(new_page(), live_server, clinic.member("receptionist"), clinic.site)
    page.goto(live_server.url + reverse("people:patients"))
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    page.keyboard.type("okofor 3/14/68")  # misspelt, with the birth date
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("Marguerite")
    page.keyboard.press("Enter")
    expect(page.locator(".phead h1")).to_contain_text("Marguerite Okafor")
    expect(page.locator(".phead")).to_contain_text("Latex allergy")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_screen_about_patients_has_a_barrier(live_server, new_page, clinic, okafor, size):
    operations.register(
        {"first_name": "Marg", "last_name": "Okafor", "birth_date": date(1968, 3, 14)},
        by=clinic.role("receptionist"),
    )
    operations.propose_duplicates(by=clinic.role("manager"))
    page = sign_in(
        new_page(size, bypass_csp=True), live_server, clinic.member("manager"), clinic.site
    )
    found = {}
    for name, *args in (
        ("people:patients",),
        ("people:new",),
        ("people:duplicates",),
        ("people:imports",),
        ("workspace:patient", okafor.pk),
        ("coding:charges",),
    ):
        page.goto(live_server.url + reverse(name, args=args))
        found[name] = axe(settled(page))
    details = reverse("workspace:patient_tab", args=[okafor.pk, "details"])
    page.goto(live_server.url + details)
    found["details"] = axe(settled(page))
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
