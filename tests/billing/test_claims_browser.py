"""A claim in a real browser: rejected, planned, corrected, accepted; compared and on paper."""

import pytest
from django.urls import reverse

from frontdesk.billing import operations
from frontdesk.billing.models import Claim
from tests.billing.decisions import USUAL
from tests.billing.office import NOON, Office
from tests.billing.payer import decided, received, remittance
from tests.billing.test_answers import payer_says, read
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(settings):
    """An office with a claim that was rejected, and one that was paid and has a later version."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    office = Office()
    by = office.anybody()
    office.rejected = office.signed(office.insured())
    office.paid = office.signed(office.insured("Bo"))
    operations.note_sent(operations.queue_batch(at=NOON, by=by), at=NOON, by=by)
    read(office, payer_says(office.rejected.number, "A7", "164"))
    received(office, remittance(decided(office.paid.number, *USUAL, control="ICN1")))
    office.later = operations.replace_claim(office.paid, at=NOON, by=by)
    return office


def test_a_rejected_claim_is_planned_corrected_and_accepted(house, live_server, new_page):
    page = sign_in(new_page(DESKTOP), live_server, house.member("biller"))
    page.goto(live_server.url + reverse("billing:claims") + "?show=rejected")
    settled(page)

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("aside.drawer")
    settled(page)
    told = page.text_content("aside.drawer")
    assert "Correct it and send it again" in told
    assert "First claim" in told  # its clock runs
    page.get_by_text("Plan the next step").click()
    page.locator("[name=step]").fill("Read the card")
    page.get_by_role("button", name="Plan", exact=True).click()
    page.get_by_text("Read the card").first.wait_for()
    settled(page)
    assert axe(page) == []

    page.keyboard.press("Enter")  # check again
    page.get_by_text("Passes every check", exact=False).first.wait_for()
    by = house.anybody()
    operations.note_sent(operations.queue_batch(at=NOON, by=by), at=NOON, by=by)
    read(house, payer_says(house.rejected.number, "A2", "20", "ICN7"), control=902)
    page.goto(live_server.url + reverse("billing:claim", args=[house.rejected.pk]))
    page.get_by_text("Taken in by the payer (A2)", exact=False).first.wait_for()
    with house.reading():
        assert Claim.objects.get(pk=house.rejected.pk).status == Claim.Status.ACCEPTED


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_versions_batches_limits_and_paper_are_readable_by_everybody(
    house, live_server, new_page, size
):
    page = sign_in(new_page(size), live_server, house.member("manager"))
    urls = [
        reverse("billing:compare", args=[house.later.pk]),
        reverse("billing:claim", args=[house.paid.pk]),
        reverse("billing:batches"),
        reverse("billing:batch", args=[batch_of(house).pk]),
        reverse("billing:new_batch"),
        reverse("billing:limits_new"),
        reverse("billing:paper_claim_choice", args=[house.paid.pk]),
    ]

    for url in urls:
        page.goto(live_server.url + url)
        settled(page)
        assert axe(page) == [], url
        wide, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= shown, url


def batch_of(house):
    """The file both claims went out in."""
    with house.reading():
        return house.paid.transmissions.get().exchange
