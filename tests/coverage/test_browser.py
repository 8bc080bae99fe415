"""Coverage in a real browser: verified live, added by keyboard, readable for everybody."""

import pytest

from frontdesk.core.clock import now
from frontdesk.coverage import jobs, operations
from frontdesk.coverage.models import EligibilityCheck, Policy
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def work(clinic):
    """Let the worker ask what is queued."""
    with clinic.reading():
        waiting = list(EligibilityCheck.objects.filter(status="queued"))
    for check in waiting:
        jobs.ask_payer.func(practice_id=str(clinic.practice.pk), check_id=str(check.pk))
    return waiting


def test_verify_now_shows_the_answer_when_it_comes(new_page, live_server, clinic, policy, sandbox):
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("receptionist"))
    page.goto(f"{live_server.url}/patients/{policy.patient_id}/")
    card = page.locator("#coverage-panel")
    card.get_by_text("Not verified").wait_for()

    page.keyboard.press("v")
    card.get_by_text("Asking the payer").wait_for()
    work(clinic)

    card.get_by_text("$912.60").wait_for()
    assert card.get_by_text("Active").is_visible()


def test_a_plan_is_added_by_keyboard(new_page, live_server, clinic):
    clinic.payer(name="Demo Blue PPO")
    ann = clinic.patient()
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("receptionist"))
    page.goto(f"{live_server.url}/coverage/patients/{ann.pk}/")
    settled(page)

    page.keyboard.press("c")
    page.locator("#id_payer-text").click()
    page.keyboard.type("blue")
    page.get_by_role("option", name="Demo Blue PPO").wait_for()
    page.keyboard.press("Enter")
    page.locator("[name=member_id]").fill("W123456789")
    page.keyboard.press("Enter")

    page.get_by_role("link", name="Demo Blue PPO").wait_for()
    with clinic.reading():
        assert Policy.objects.get().patient_id == ann.pk


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_everybody_can_use_these_pages(new_page, live_server, clinic, policy, sandbox, size):
    by = clinic.anybody()
    second = clinic.payer("P2", name="Second Payer")
    with clinic.reading():
        patient = policy.patient
    operations.add_policy(patient, payer=second, member_id="S1", by=by)
    [check] = work_after_asking(clinic, policy)
    page = sign_in(new_page(size), live_server, clinic.member("manager"))

    for path in (
        f"patients/{patient.pk}/",
        f"patients/{patient.pk}/add/",
        f"patients/{patient.pk}/estimate/",
        f"policies/{policy.pk}/",
        f"policies/{policy.pk}/authorize/",
        f"checks/{check.pk}/",
        "payers/",
    ):
        page.goto(f"{live_server.url}/coverage/{path}")
        assert axe(settled(page)) == [], path
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, path


def work_after_asking(clinic, policy):
    """Ask about a policy and let the worker run."""
    operations.verify(
        policy, service_on=now().date(), service_types="98", at=now(), by=clinic.anybody()
    )
    return work(clinic)
