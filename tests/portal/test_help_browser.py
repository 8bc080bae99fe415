"""Asking for financial help on a phone, with the network gone in the middle of it."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from frontdesk.billing.models import HelpRequest
from frontdesk.core.clock import now
from frontdesk.records.models import Document
from tests.billing.office import Office
from tests.browser import PHONE, axe
from tests.portal.test_pay import billed, link, owing
from tests.records import cards

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAITS = "Object.keys(localStorage).filter((key) => key.startsWith('fd-kept:')).length"


@pytest.fixture
def office(db, settings, tmp_path):
    cache.clear()
    settings.VAR = tmp_path
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    return Office()


@pytest.fixture
def door(office, live_server):
    """The address of a bill sent to a phone."""
    return live_server.url + link(office, billed(office, owing(office)))


def asking(new_page, door, income="24000"):
    """A phone on which everything is typed in and nothing is sent."""
    page = new_page(PHONE)
    page.goto(f"{door}pay/help/")
    page.get_by_label("birth date").fill("3/14/1968")
    page.get_by_role("button", name="Continue").click()
    page.goto(f"{door}pay/help/")
    page.get_by_label("How many people live with you").fill("3")
    page.get_by_label("What do all of you earn").fill(income)
    return page


def with_paper(page, tmp_path):
    file = tmp_path / "pay-slip.jpg"
    file.write_bytes(cards.bytes_of(cards.lined(cards.CARDS[0])))
    page.get_by_label("A picture of a pay slip").set_input_files(file)
    return page


def told(page):
    """The bill, on which each line says that help was asked for."""
    expect(page.get_by_text("You asked for financial help. We will decide first.")).to_have_count(2)


def filed(office):
    """Requests, and papers filed with them."""
    with office.reading():
        return HelpRequest.objects.count(), Document.objects.filter(kind="other").count()


def test_a_request_made_without_network_waits_for_a_page_opened_later(
    office, door, new_page, tmp_path
):
    page = with_paper(asking(new_page, door), tmp_path)
    page.context.set_offline(True)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("No connection just now.")).to_be_visible()
    expect(page.get_by_text("Sending …")).to_be_hidden()
    assert axe(page) == []
    assert filed(office) == (0, 0)
    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)
    again.goto(f"{door}pay/help/")
    told(again)
    assert again.evaluate(WAITS) == 0
    assert filed(office) == (1, 1)


def test_a_request_whose_receipt_was_lost_counts_once(office, door, new_page, tmp_path):
    page, lost = with_paper(asking(new_page, door), tmp_path), []

    def swallow(route):
        """The server hears the request, but the phone hears nothing back."""
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch(max_redirects=0).status)
            route.abort()
        else:
            route.continue_()

    page.route("**/pay/help/", swallow)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("No connection just now.")).to_be_visible()
    assert filed(office) == (1, 1)
    told(page)
    assert lost == [302]
    assert page.evaluate(WAITS) == 0
    assert filed(office) == (1, 1)


def test_two_phones_that_ask_at_once_make_one_request_of_what_was_said_last(office, door, new_page):
    first, second = asking(new_page, door), asking(new_page, door, income="21000")
    first.context.set_offline(True)
    first.get_by_role("button", name="Send").click()
    expect(first.get_by_text("No connection just now.")).to_be_visible()
    second.get_by_role("button", name="Send").click()
    told(second)
    first.context.set_offline(False)
    told(first)
    with office.reading():
        asked = HelpRequest.objects.get()
        assert (asked.household, asked.income) == (3, 24000)
        assert asked.asked_at <= now()


def test_what_can_not_be_taken_is_said_and_what_was_typed_stays(office, door, new_page, tmp_path):
    page = asking(new_page, door, income="-5")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Write 0 or more.")).to_be_visible()
    expect(page.get_by_label("How many people live with you")).to_have_value("3")
    assert page.evaluate(WAITS) == 0
    page.get_by_label("What do all of you earn").fill("24000")
    empty = tmp_path / "empty.jpg"
    empty.write_bytes(b"")
    page.get_by_label("A picture of a pay slip").set_input_files(empty)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("This file is empty.")).to_be_visible()
    text = tmp_path / "notes.docx"
    text.write_bytes(b"PK\x03\x04 not a picture")
    page.get_by_label("A picture of a pay slip").set_input_files(text)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("This is not a JPEG or PNG picture")).to_be_visible()
    assert filed(office) == (0, 0)
