"""A bill from statement to payment: read, asked about, answered and paid on a phone."""

import os
from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from frontdesk.billing import jobs, operations
from frontdesk.billing.models import Dispute, Statement
from frontdesk.comms import operations as comms
from frontdesk.core.clock import now, today
from frontdesk.ledger import jobs as jobs_of_cards
from frontdesk.ledger.models import Payment
from tests.billing.office import ADDRESS, Office
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in
from tests.ledger.test_cards import api_url, confirm, gateway, stripe_url

__all__ = ["api_url", "gateway", "stripe_url"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHOTS = os.environ.get("FRONTDESK_SHOTS")
# What Stripe's script does for the page: the fields are there, and confirming succeeds.
SCRIPT = (
    "window.Stripe = () => ({elements: () => ({create: () => ({mount: box => "
    "{ box.textContent = 'Card'; }})}), confirmPayment: async () => ({})});"
)


def shot(page, name):
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.fixture
def office(db, settings):
    cache.clear()
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    return Office()


def owing(office, first="Ann", **more):
    said = {"birth_date": "1968-03-14", "email": f"{first.lower()}@example.org", **ADDRESS, **more}
    bill = office.seen(patient=office.patient(first, **said), at=now())
    office.sign(bill, at=now())
    return bill.visit.patient


def door(office, live_server, statement):
    made = comms.make_link(
        "pay", patient=statement.patient, subject=statement,
        expires_at=now().replace(year=now().year + 1, day=1), by=office.anybody(),
    )  # fmt: skip
    return live_server.url + made.url[made.url.index("/l/") :]


def billed(office, page, live_server):
    """The biller makes the statements; the worker does the rest."""
    page.goto(live_server.url + reverse("billing:statements"))
    settled(page)
    shot(page, "statements-before")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Make 1 statement").click()
    expect(page.get_by_text("Statements are being made: run 101")).to_be_visible()
    with office.reading():
        (run,) = operations_runs()
    jobs.make_run.func(str(office.practice.pk), str(run.pk))
    with office.reading():
        statement = Statement.objects.select_related("patient").get()
    jobs.print_statement.func(str(office.practice.pk), str(statement.pk))
    page.goto(live_server.url + reverse("billing:statements"))
    settled(page)
    shot(page, "statements")
    assert axe(page) == []
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("aside.drawer")).to_contain_text("grade")
    shot(page, "statement-look")
    assert axe(page) == []
    return statement


def operations_runs():
    from frontdesk.billing.queries import runs

    return list(runs())


def asks(page):
    """Ann reads why, and asks about a line she does not know."""
    page.get_by_label("Your birth date").fill("3/14/1968")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="You owe $214.00")).to_be_visible()
    settled(page)
    shot(page, "phone-bill")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_text("No insurance was billed for this visit.").first).to_be_visible()
    page.get_by_role("link", name="Ask about this line").first.click()
    page.get_by_label("I do not know what this is").check()
    page.get_by_label("What would you like to ask?").fill("I had no such test.")
    shot(page, "phone-ask")
    assert axe(page) == []
    page.get_by_role("button", name="Send the question").click()
    expect(page.get_by_text("We have it, and will answer soon.")).to_be_visible()
    shot(page, "phone-thread")
    assert axe(page) == []
    page.get_by_role("link", name="Back to the bill").click()
    expect(page.get_by_role("heading", name="You owe $148.00")).to_be_visible()


def answers(page, live_server):
    """The biller finds the question on the list, and answers it."""
    page.goto(live_server.url + reverse("billing:questions"))
    settled(page)
    shot(page, "questions")
    assert axe(page) == []
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    drawer = page.locator("aside.drawer")
    expect(drawer).to_contain_text("I had no such test.")
    drawer.get_by_label("Answer").fill("It was done at the desk before you saw the doctor.")
    drawer.get_by_label("Outcome").select_option("explained")
    shot(page, "question")
    assert axe(page) == []
    drawer.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("Written. The patient gets a message with the link.")).to_be_visible()


def pays(office, page, stripe):
    """Ann reads the answer, and pays all of it by card."""
    page.reload()
    expect(page.get_by_role("heading", name="You owe $214.00")).to_be_visible()
    page.get_by_role("link", name="99").or_(page.locator(".portal-list a")).first.click()
    expect(page.get_by_text("It was done at the desk before you saw the doctor.")).to_be_visible()
    page.get_by_role("link", name="Back to the bill").click()
    page.get_by_role("button", name="Pay by card").click()
    expect(page.get_by_role("button", name="Pay now")).to_be_visible()
    settled(page)
    shot(page, "phone-card")
    with office.reading():
        payment = Payment.objects.get()
    jobs_of_cards.settle_card.func(str(office.practice.pk), str(payment.pk))  # names it there
    with office.reading():
        confirm(stripe, Payment.objects.get().gateway_id)
    page.get_by_role("button", name="Pay now").click()
    expect(page.get_by_text("Paid, thank you.")).to_be_visible()
    shot(page, "phone-paid")
    assert axe(page) == []


@pytest.mark.journey
def test_a_bill_is_read_questioned_answered_and_paid(
    office, live_server, new_page, gateway, stripe_url
):
    owing(office)
    desk = sign_in(new_page(DESKTOP), live_server, office.member("biller"))
    statement = billed(office, desk, live_server)
    phone = new_page(PHONE)
    phone.route("https://js.stripe.com/**", lambda route: route.fulfill(
        body=SCRIPT, content_type="text/javascript"
    ))  # fmt: skip
    phone.goto(door(office, live_server, statement))
    asks(phone)
    answers(desk, live_server)
    pays(office, phone, stripe_url)
    with office.reading():
        assert Statement.objects.get().status == Statement.Status.PAID
        assert Dispute.objects.get().outcome == "explained"
        assert office.standing(statement.patient) == ("0.00", "0.00", "0.00")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_of_patients_bills_is_readable_by_everybody(office, live_server, new_page, size):
    page = sign_in(new_page(size), live_server, office.member("manager"))
    ann, by = owing(office), office.role("manager")
    statement = operations.make_statement(ann, on=today(office.site), at=now(), by=by)
    asked = operations.ask_about_bill(
        ann, about="amount", words="Too much", statement=statement, at=now(), by=by
    )
    ben = owing(office, "Ben")
    help_asked = operations.ask_for_help(ben, household=3, income=21000, at=now(), by=by)
    run = operations.start_run(on=today(office.site), at=now(), by=by)
    jobs.make_run.func(str(office.practice.pk), str(run.pk))
    operations.save_agency(None, name="Fair Recovery", fee_percent=25, by=by)
    pages = {
        "run": reverse("billing:statement_run", args=[run.pk]),
        "bill": reverse("billing:bill", args=[ben.pk]),
        "look": reverse("billing:statement_look", args=[statement.pk]),
        "policy": reverse("billing:policy"),
        "question-page": reverse("billing:question", args=[asked.pk]),
        "help": reverse("billing:help_requests"),
        "help-request": reverse("billing:help_request", args=[help_asked.pk]),
        "ask-for-help": reverse("billing:ask_for_help", args=[ann.pk]),
        "ask-about": reverse("billing:ask_about", args=[ann.pk]),
        "collections": reverse("billing:collections"),
        "report": reverse("billing:agency_report"),
        "agency": reverse("billing:new_agency"),
    }
    for name, url in pages.items():
        page.goto(live_server.url + url)
        settled(page)
        shot(page, f"{name}-{size['width']}")
        assert axe(page) == [], name
        wide, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= shown, name
