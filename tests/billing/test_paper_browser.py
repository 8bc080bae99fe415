"""A paper EOB in a real browser: typed from the check to the last cent without a mouse."""

import re

import pytest
from django.urls import reverse

from frontdesk.billing import operations
from frontdesk.billing.models import Remittance
from tests.billing.office import NOON, Office
from tests.billing.payer import posted
from tests.browser import DESKTOP, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_check_is_typed_and_posted_by_keyboard(settings, live_server, new_page):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    office = Office()
    by = office.anybody()
    claim = office.signed(office.insured())
    operations.note_sent(operations.queue_batch(at=NOON, by=by), at=NOON, by=by)
    with office.reading():
        payer = claim.payer.name
    page = sign_in(new_page(DESKTOP), live_server, office.member("biller"))
    page.goto(live_server.url + reverse("billing:paper"))
    settled(page)

    page.select_option("#id_payer", label=payer)
    page.fill("#id_check", "5551")
    page.fill("#id_paid_on", "2026-11-20")
    page.fill("#id_amount", f"${claim.total}")
    page.fill("#find", str(claim.number))
    page.keyboard.press("Enter")  # adds the claim, and does not try to post
    page.wait_for_selector("#eob-claims table")
    page.wait_for_selector("[name^=allowed-]:focus")
    assert page.locator(".note-red, [role=alert]:visible").count() == 0

    rows = page.locator("#eob-claims tbody tr")
    for place in range(rows.count()):
        paid = rows.nth(place).locator("td.n").first.inner_text().replace("$", "")
        rows.nth(place).locator("[name^=allowed-]").fill(paid)
        rows.nth(place).locator("[name^=paid-]").fill(paid)
    page.keyboard.press("Tab")
    page.wait_for_selector("#balance .badge")
    page.locator("[name^=paid-]").last.press("Enter")
    page.wait_for_url(re.compile(r"/remittances/[0-9a-f-]{36}/"))
    posted(office)

    with office.reading():
        remittance = Remittance.objects.get()
        claim.refresh_from_db()
    assert (remittance.trace, remittance.amount) == ("5551", claim.total)
    assert claim.paid == claim.total
