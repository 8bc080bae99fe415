"""The desk without network: answers kept and sent once, a page that says so, conflicts in words."""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from frontdesk.comms.models import Link
from frontdesk.core.clock import now
from frontdesk.people.models import Patient
from frontdesk.records.models import Document
from frontdesk.visits import operations
from frontdesk.visits.models import CheckIn
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in
from tests.records import cards

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


def nothing_waits(page):
    """Wait until what was kept has been sent; an answer may come before it is let go of."""
    page.wait_for_function(
        "() => !Object.keys(localStorage).some((key) => key.startsWith('fd-kept:'))", timeout=BACK
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
    nothing_waits(desk)
    assert number_of(clinic, visit) == "+16145550188"
    with clinic.reading():
        assert CheckIn.objects.get().details_confirmed_at is not None


@pytest.mark.parametrize("arrives", [False, True], ids=["before it arrived", "before the answer"])
def test_a_picture_taken_as_the_network_dies_is_kept_and_filed_once(
    desk, clinic, visit, tmp_path, arrives
):
    clinic.policy(visit.patient)
    desk.goto(desk.url.replace("step=details", "step=coverage"))
    settled(desk)

    def die(route):
        if arrives:
            assert route.fetch(max_redirects=0).status < 400
        route.abort()

    desk.route("**/card/", die, times=1)
    file = tmp_path / "card.jpg"
    file.write_bytes(cards.bytes_of(cards.lined(cards.CARDS[0])))
    desk.locator("input[type=file]").first.set_input_files(file)
    expect(desk.locator("#toasts")).to_contain_text(
        "It was done once." if arrives else "Insurance card, front filed.", timeout=BACK
    )
    nothing_waits(desk)
    with clinic.reading():
        assert Document.objects.count() == 1


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
    nothing_waits(again)
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


class Wire:
    """A wire to the server that can be cut: before a form arrives, or before its answer does."""

    def __init__(self, url):
        self.to = (urlsplit(url).hostname, urlsplit(url).port)
        self.port, self.cuts_answers, self.open, self.deaf = 0, False, [], []
        self.join()

    def join(self):
        self.listener = socket.create_server((self.to[0], self.port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._take, args=[self.listener], daemon=True).start()

    def cut(self):
        for one in (self.listener, *self.open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _take(self, listener):
        while True:
            try:
                here, _ = listener.accept()
                there = socket.create_connection(self.to)
            except OSError:
                return
            self.open += [here, there]
            for pair in ((here, there), (there, here)):
                threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source, target):
        try:
            while data := source.recv(65536):
                if source in self.deaf:
                    self.cut()
                    return
                if self.cuts_answers and data.startswith(b"POST "):
                    self.deaf.append(target)
                    self.cuts_answers = False
                target.sendall(data)
        except OSError:
            return
        finally:
            with suppress(OSError):
                target.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("arrives", [False, True], ids=["before it arrived", "before the answer"])
def test_a_form_sent_as_the_server_dies_is_kept_and_done_once(
    clinic, new_page, live_server, arrives
):
    wire = Wire(live_server.url)
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("manager"))
    page.goto(f"http://{wire.to[0]}:{wire.port}/visits/alarms/")
    settled(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    if arrives:
        wire.cuts_answers = True
    else:
        wire.cut()
    page.get_by_role("button", name="Add a display").click()
    expect(page.get_by_role("heading", name="The office can’t be reached")).to_be_visible()
    expect(page.get_by_text("may not have arrived.")).to_contain_text("Add a display")
    assert kept(page) == 1
    assert axe(page) == []
    wire.join()
    said = "It was done once." if arrives else "is sent."
    expect(page.locator("#toasts")).to_contain_text(said, timeout=BACK)
    expect(page.get_by_text("shown once")).to_have_count(0 if arrives else 1)
    if not arrives:  # and a camera can read the whole of the code
        assert page.locator(".qr").evaluate("box => box.scrollHeight <= box.clientHeight")
    nothing_waits(page)
    with clinic.reading():
        assert Link.objects.filter(purpose="lobby").count() == 1
