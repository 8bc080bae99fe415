"""Files that are wrong, brought in on screen: a clear answer, nothing lost, and what to do next."""

import pytest
from django.urls import reverse

from frontdesk import x12
from frontdesk.billing import jobs, operations
from frontdesk.billing.models import Claim, Exchange
from tests.billing.decisions import USUAL
from tests.billing.office import NOON, Office
from tests.billing.payer import decided, remittance
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(settings):
    """An office with a claim that was sent."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    office = Office()
    by = office.anybody()
    office.claim = office.signed(office.insured())
    office.sent = operations.note_sent(operations.queue_batch(at=NOON, by=by), at=NOON, by=by)
    return office


def bring(page, live_server, content):
    """Choose a file and press Enter, as a biller does."""
    page.goto(live_server.url + reverse("billing:files"))
    settled(page)
    page.keyboard.press("b")
    page.wait_for_selector("aside.drawer input[type=file]")
    file = {"name": "from the website.txt", "mimeType": "text/plain", "buffer": content}
    page.set_input_files("aside.drawer input[type=file]", files=[file])
    page.get_by_role("button", name="Bring in", exact=False).last.click()


def opened(page, live_server, house):
    """Read what came last, as the worker does, and open it from the list."""
    page.get_by_text("Brought in. It is read next").wait_for()
    with house.reading():
        key = Exchange.objects.filter(direction="in").order_by("-pk").values_list("pk", flat=True)
        jobs_of = (str(house.practice.pk), str(key[0]))
    jobs.read_brought.func(*jobs_of)
    page.goto(live_server.url + reverse("billing:files"))
    settled(page)
    listed = page.text_content("main")
    page.goto(live_server.url + reverse("billing:file", args=[jobs_of[1]]))
    settled(page)
    assert axe(page) == []
    wide, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= shown
    return listed, page.text_content("main")


def untouched(house):
    """The claim is where it was, and not a cent was booked."""
    with house.reading():
        assert Claim.objects.get(pk=house.claim.pk).status == Claim.Status.SENT
    return "bank" not in house.books()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_wrong_files_are_answered_and_nothing_is_lost(house, live_server, new_page, size):
    page = sign_in(new_page(size), live_server, house.member("biller"))
    right = remittance(decided(house.claim.number, *USUAL), trace="T1")

    # it pays another practice
    bring(page, live_server, right.replace(b"1234567893", b"1999999984"))
    listed, told = opened(page, live_server, house)
    assert "another practice" in listed
    assert "it pays another practice" in told
    assert "do not pass it on" in told
    assert untouched(house)

    # a receipt for a file nobody sent
    note = x12.FunctionalAcknowledgement(
        control="987654", group="HC", version="005010X222A1", status="A"
    )
    envelope = x12.Envelope(sender="PAYER", receiver="OFFICE", control=77, at=NOON)
    bring(page, live_server, x12.write(envelope, [note]))
    listed, told = opened(page, live_server, house)
    assert "for a file that we did not send" in listed
    assert "Ask the clearinghouse whose it is" in told
    assert untouched(house)

    # it does not balance
    wrong = right.replace(b"BPR*I*80*", b"BPR*I*81*")
    bring(page, live_server, wrong)
    listed, told = opened(page, live_server, house)
    assert "oes not balance" in listed
    assert untouched(house)
    page.keyboard.press("r")
    page.wait_for_url("**/remittances/**")
    settled(page)
    assert "81.00" in page.text_content("main")
    assert "T1" in page.inner_text(".page-head")
    assert "Ask the payer for a corrected file" in page.text_content("main")
    assert axe(page) == []

    # the same file once more
    bring(page, live_server, wrong)
    page.get_by_text("Nothing is taken in twice").wait_for()
    with house.reading():
        assert Exchange.objects.filter(direction="in").count() == 3

    # the right one takes its place
    bring(page, live_server, right)
    opened(page, live_server, house)
    with house.reading():
        states = sorted(Exchange.objects.filter(direction="in").values_list("status", flat=True))
    assert states == ["read", "read", "read", "unreadable"]
