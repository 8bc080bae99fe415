"""The whole way of an authorization in a real browser: booked, asked, reviewed, used, claimed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from frontdesk.core.clock import now
from frontdesk.coverage import operations as coverage
from frontdesk.coverage.models import Authorization, AuthorizationRule
from frontdesk.scheduling.jobs import verifying
from frontdesk.scheduling.models import Appointment
from frontdesk.visits.models import Visit
from tests.billing.test_authorized import sandbox
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in
from tests.coverage.authorized import again, used, work

__all__ = ["sandbox"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SCAN = (("72148", "700.00", "A"),)  # the sandbox's payer reviews it first


def test_from_the_booking_to_the_claim(new_page, live_server, office, sandbox):
    policy = office.insured()
    with office.writing():
        payer = policy.subscription.plan.payer
        AuthorizationRule.objects.create(payer=payer, code="72148", says="On the payer’s list.")
        office.visit_type.charge_codes = ["72148"]
        office.visit_type.save()
    start = (now() + timedelta(days=5)).replace(hour=15, minute=0, second=0, microsecond=0)
    page = sign_in(new_page(DESKTOP), live_server, office.member("manager"))

    page.goto(
        f"{live_server.url}{reverse('scheduling:book')}?provider={office.provider.pk}"
        f"&site={office.site.pk}&starts_at={start:%Y-%m-%dT%H:%M}Z"
        f"&visit_type={office.visit_type.pk}&patient={policy.patient_id}"
    )
    settled(page)
    page.get_by_text("72148 needs an authorization").wait_for()
    page.get_by_role("button", name="Book the visit").click()
    page.get_by_text("Booked Ann Lee").wait_for()
    with office.reading():
        booked = Appointment.objects.get()
    verifying.ask_about_coverage.func(str(office.practice.pk), str(booked.pk))

    page.goto(live_server.url + reverse("coverage:authorizations"))
    assert axe(settled(page)) == []
    page.get_by_text("To ask for", exact=True).last.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("s")
    page.get_by_text("Asked. The decision comes by itself.").wait_for()
    with office.reading():
        one = Authorization.objects.get()
    assert work(office, one).status == "pended"

    page.goto(live_server.url + reverse("coverage:authorization", args=[one.pk]))
    settled(page)
    page.get_by_text("Being reviewed").first.wait_for()
    assert axe(page) == []
    coverage.ask_reviewers_again(at=now() + timedelta(days=2), by=office.anybody())
    decided = work(office, one)
    assert (decided.status, used(office, one)) == ("approved", {"72148": 1})

    with office.writing():
        visit = Visit.objects.create(
            appointment=booked, patient=booked.patient, provider=office.provider,
            site=office.site, on=start.date(), stage_since=start,
        )  # fmt: skip
    office.visit = lambda **_: visit
    claim = office.sign(office.seen(policy, at=start, lines=SCAN), at=start)
    page.set_viewport_size(PHONE)
    page.goto(live_server.url + reverse("billing:claim", args=[claim.pk]))
    settled(page)
    page.get_by_text(decided.number).first.wait_for()
    page.goto(live_server.url + reverse("coverage:authorization", args=[one.pk]))
    assert axe(settled(page)) == []
    page.get_by_text(f"number {decided.number}").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert used(office, again(office, one)) == {"72148": 1}
