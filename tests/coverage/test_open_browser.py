"""Coverage to settle, in a real browser: the list by keyboard, a plan added, an estimate given."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from frontdesk.coding.models import Fee, FeeSchedule
from frontdesk.core.clock import local, now
from frontdesk.coverage.models import EligibilityCheck, GoodFaithEstimate, Policy, Proposal
from frontdesk.scheduling import operations
from frontdesk.staff.queries import the_clock
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def open_visits(clinic):
    """Edna, whose plan ended and names another; and somebody who pays themselves."""
    with clinic.writing():
        schedule = FeeSchedule.objects.create(name="Ours", starts_on=date(2020, 1, 1))
        Fee.objects.create(schedule=schedule, code="Z9213", amount=Decimal("150.00"))
    other = clinic.payer("DEMOEPO", name="Demo United EPO")
    edna = clinic.patient("Edna", "Ended")
    policy = clinic.policy(edna)
    noon = local(clinic.site, now()).replace(hour=12, minute=0, second=0, microsecond=0)
    booked = clinic.booked(at=noon + timedelta(days=2), patient=edna)
    clinic.booked(at=noon + timedelta(days=20), patient=clinic.patient("Self", "Pay"))
    with clinic.writing():
        check = EligibilityCheck.objects.create(
            policy=policy, patient=edna, appointment_id=booked.pk, status="inactive",
            service_on=booked.starts_at.date(), trace="T1", asked_at=now(), answered_at=now(),
        )  # fmt: skip
        Proposal.objects.create(
            patient=edna, kind="named", asked=check, payer=other, payer_name=other.name,
            member_id="E77", made_at=now(),
        )  # fmt: skip
    operations.verify_upcoming(by=the_clock(clinic.practice.pk))
    return policy


def test_the_list_is_worked_by_keyboard(new_page, live_server, clinic, open_visits):
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("receptionist"))
    page.goto(f"{live_server.url}/schedule/coverage/?kind=proposal")
    settled(page)

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("#drawer").get_by_role("button", name="Add this plan").click()
    page.get_by_text("Nothing to settle").wait_for()
    with clinic.reading():
        assert Policy.objects.get(rank=2).subscription.member_id == "E77"

    page.goto(f"{live_server.url}/schedule/coverage/?kind=good_faith")
    settled(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("#drawer").get_by_role("button", name="It was given").click()
    page.get_by_text("Nothing to settle").wait_for()
    with clinic.reading():
        assert GoodFaithEstimate.objects.get().given_how == "paper"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_everybody_can_use_these_lists(new_page, live_server, clinic, open_visits, size):
    page = sign_in(new_page(size), live_server, clinic.member("manager"))
    for path in ("schedule/coverage", "coverage/good-faith", "coverage/plans", "coverage/accuracy"):
        page.goto(f"{live_server.url}/{path}/")
        settled(page)
        assert axe(page) == []
