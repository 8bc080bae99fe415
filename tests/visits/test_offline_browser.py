"""The desk without network: answers kept and sent once, a page that says so, conflicts in words."""

import pytest
from playwright.sync_api import expect

from frontdesk.core.clock import now
from frontdesk.people.models import Patient
from frontdesk.visits import operations
from frontdesk.visits.models import CheckIn
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BACK = 15_000  # milliseconds until what waits was tried again


@pytest.fixture
def visit(clinic, settings, tmp_path):
    settings.VAR = tmp_path
    ann = clinic.patient(birth_date="1968-03-14", mobile_phone="+16145550147")
    return operations.arrive(clinic.booked(at=now(), patient=ann), at=now(), by=clinic.anybody())


@pytest.fixture
def desk(clinic, visit, new_page, live_server):
    """The check-in of Ann at its second step, with the stand-in for lost pages ready."""
    operations.confirm_identity(visit, how="photo ID", at=now(), by=clinic.anybody())
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("receptionist"))
    page.goto(f"{live_server.url}/visits/{visit.pk}/check-in/?step=details")
    settled(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def kept(page):
    return page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('fd-kept:')).length"
    )


def correct(page, number):
    page.locator("summary", has_text="Change something").click()
    page.get_by_label("Mobile phone").fill(number)
    page.get_by_label("Mobile phone").press("Enter")


def number_of(clinic, visit):
    with clinic.reading():
        return Patient.objects.get(pk=visit.patient_id).mobile_phone


def test_an_answer_at_the_desk_is_kept_and_sent_once(desk, clinic, visit):
    desk.context.set_offline(True)
    correct(desk, "614 555 0188")
    expect(desk.get_by_text("No connection just now.")).to_be_visible()
    assert kept(desk) == 1
    desk.context.set_offline(False)
    expect(desk.get_by_role("heading", name="Still right?")).not_to_be_visible(timeout=BACK)
    assert kept(desk) == 0
    assert number_of(clinic, visit) == "+16145550188"
    with clinic.reading():
        assert CheckIn.objects.get().details_confirmed_at is not None


def test_a_tab_opened_without_network_says_so_and_sends_what_waits(desk, clinic, visit):
    address = desk.url
    desk.context.set_offline(True)
    correct(desk, "614 555 0188")
    expect(desk.get_by_text("No connection just now.")).to_be_visible()
    again = desk.context.new_page()
    desk.close()
    again.goto(address)
    expect(again.get_by_role("heading", name="The office can’t be reached")).to_be_visible()
    expect(again.get_by_text("1 answer.")).to_be_visible()
    expect(again.get_by_role("heading", name="No connection")).to_be_hidden()
    assert axe(again) == []
    assert "Ann" not in again.content()
    again.context.set_offline(False)
    expect(again.get_by_role("heading", name="To take today")).to_be_visible(timeout=BACK)
    expect(again.get_by_role("heading", name="Still right?")).not_to_be_visible(timeout=BACK)
    assert kept(again) == 0
    assert number_of(clinic, visit) == "+16145550188"


def test_what_waits_is_sent_from_any_page_of_the_same_person(desk, clinic, visit, live_server):
    desk.context.set_offline(True)
    correct(desk, "614 555 0188")
    expect(desk.get_by_text("No connection just now.")).to_be_visible()
    again = desk.context.new_page()
    desk.close()
    again.context.set_offline(False)
    again.goto(f"{live_server.url}/visits/waits/")
    expect(again.get_by_text("The answer that was kept without network is sent.")).to_be_visible(
        timeout=BACK
    )
    assert number_of(clinic, visit) == "+16145550188"


def test_what_somebody_changed_meanwhile_is_said_and_nothing_is_overwritten(desk, clinic, visit):
    desk.context.set_offline(True)
    correct(desk, "614 555 0188")
    expect(desk.get_by_text("No connection just now.")).to_be_visible()
    with clinic.writing():
        ann = Patient.objects.get(pk=visit.patient_id)
        ann.mobile_phone = "+16145550199"
        ann.save()
    desk.context.set_offline(False)
    expect(desk.locator("main [role=alert], main .wrong").first).to_be_visible(timeout=BACK)
    expect(desk.get_by_label("Mobile phone")).to_have_value("614 555 0188")  # nothing typed is lost
    assert number_of(clinic, visit) == "+16145550199"
    assert axe(desk) == []


def test_a_session_that_ended_meanwhile_keeps_the_answer(desk, clinic, visit):
    desk.context.set_offline(True)
    correct(desk, "614 555 0188")
    expect(desk.get_by_text("No connection just now.")).to_be_visible()
    desk.context.clear_cookies(name="sessionid")
    desk.context.set_offline(False)
    desk.wait_for_url("**/account/login/**", timeout=BACK)
    assert kept(desk) == 1


def test_a_patient_reads_it_in_both_languages(new_page, live_server, clinic):
    page = new_page(PHONE)
    page.goto(f"{live_server.url}/account/login/")
    settled(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto(f"{live_server.url}/l/anything/")
    expect(page.get_by_role("heading", name="Sin conexión")).to_be_visible()
    expect(page.get_by_role("heading", name="The office can’t be reached")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []
