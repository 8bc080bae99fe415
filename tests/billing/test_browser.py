"""Billing in a real browser: by keyboard, at desktop and phone width, asked by axe."""

import pytest
from django.urls import reverse

from frontdesk.billing.models import Claim
from tests.billing.office import Office
from tests.billing.test_screens import busy
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(settings):
    """An office with claims in every state."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    office = Office()
    busy(office)
    return office


def test_a_biller_opens_a_claim_by_keyboard_and_corrects_it(house, live_server, new_page):
    page = sign_in(new_page(DESKTOP), live_server, house.member("biller"))
    page.goto(live_server.url + reverse("billing:claims"))
    settled(page)

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("aside.drawer")
    settled(page)
    assert "Why it is held" in page.text_content("aside.drawer")
    with house.writing():
        patient = Claim.objects.select_related("patient").get(status="held").patient
        patient.zip_code = "43215"
        patient.save()
    page.keyboard.press("Enter")
    page.get_by_text("Passes every check", exact=False).first.wait_for()

    with house.reading():
        assert not Claim.objects.filter(status="held").exists()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_is_readable_by_everybody(house, live_server, new_page, size):
    page = sign_in(new_page(size), live_server, house.member("manager"))
    with house.reading():
        claim = Claim.objects.select_related("patient").order_by("pk").first()
        remittance = claim.remittances.get().remittance
    urls = [
        reverse("billing:claims"),
        reverse("billing:claim", args=[claim.pk]),
        reverse("billing:remittances"),
        reverse("billing:remittance", args=[remittance.pk]),
        reverse("billing:statements"),
        reverse("billing:files"),
        reverse("ledger:payments"),
        reverse("ledger:account", args=[claim.patient_id]),
        reverse("ledger:take") + f"?patient={claim.patient_id}",
    ]

    for url in urls:
        page.goto(live_server.url + url)
        settled(page)
        assert axe(page) == [], url
        wide, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= shown, url
