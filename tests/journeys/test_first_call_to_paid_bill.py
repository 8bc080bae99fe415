"""From the first call to the paid bill, on the screens of those whose work each step is."""

import re
import socket
from decimal import Decimal
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import expect

from frontdesk.billing.models import Claim, Exchange, Remittance, Statement
from frontdesk.cli.audit import walk
from frontdesk.comms.models import Message
from frontdesk.core.models import AuditEntry
from frontdesk.coverage.models import EligibilityCheck
from frontdesk.ledger import queries as books
from frontdesk.ledger.models import Payment
from frontdesk.people.models import Patient
from frontdesk.scheduling.models import Appointment, Hold
from frontdesk.visits.models import Stage, Visit
from tests.browser import DESKTOP, PHONE, settled
from tests.journeys.people import NAMES, Staff, furnish, payers, pick, says
from tests.sandbox.office import running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]


class Postbox:
    """A mail server that keeps what it is given."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 Taken"


@pytest.fixture
def postbox(settings):
    box = Postbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield box
    server.stop()


@pytest.fixture
def sandbox(tmp_path, settings):
    with running(tmp_path / "sandbox", world=payers()) as server:
        settings.CLEARINGHOUSE_URL = server.url
        yield server


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def staff(request, clinic, live_server, new_page, settings, tmp_path):
    settings.VAR = tmp_path
    furnish(clinic)
    return Staff(clinic, live_server, new_page, request.param)


def test_a_caller_is_registered_booked_seen_billed_and_has_paid(clinic, staff, sandbox, postbox):
    with staff.at_work("receptionist") as page:
        register(page, staff)
        insure(page, staff)
        book(page, staff)
    ann = booked_and_verified(clinic, postbox)

    with staff.at_work("receptionist") as page:
        arrive(page, staff, ann)
        check_in(page, staff)
    visit = checked_in(clinic, ann)
    with staff.at_work("assistant") as page:
        room(page, staff)
    with staff.at_work("provider") as page:
        see(page, staff, visit)
    with staff.at_work("receptionist") as page:
        check_out(page, staff)
    closed_and_charged(clinic, visit)

    with staff.at_work("biller") as page:
        send(page, staff)
        read_answers(page, staff)
    claim_is_paid(clinic, ann)
    with staff.at_work("biller") as page:
        bill_the_patient(page, staff, ann)
    with staff.at_work("receptionist") as page:
        take_the_rest(page, staff, ann)
    all_is_settled(clinic, ann)


def register(page, staff):
    staff.picture(page, "today")
    staff.open(page, "/people/")
    page.get_by_role("link", name="New patient").click()
    page.get_by_label("First name", exact=True).fill("Ann")
    page.get_by_label("Last name", exact=True).fill("Lee")
    page.get_by_label("Birth date", exact=True).fill("5/4/1980")
    page.get_by_label("Sex on insurance").select_option("F")
    page.locator("#id_mobile_phone").fill("614 555 0123")
    page.locator("#id_email").fill("ann@lee.example")
    page.get_by_label("Send e-mail").check()
    page.locator("#id_address_1").fill("2 Elm Street")
    page.locator("#id_city").fill("Columbus")
    page.locator("#id_state").fill("oh")
    page.locator("#id_zip_code").fill("43215")
    page.locator("#id_contact_name").fill("Tom Lee")
    page.locator("#id_contact_phone").fill("614 555 0124")
    page.get_by_role("button", name="Open chart").click()
    expect(page.locator(".phead h1")).to_contain_text("Ann Lee")


def insure(page, staff):
    staff.whole(page)
    page.locator("#coverage-panel").get_by_role("link", name="Add plan").click()
    pick(page, "id_payer", "blue", "Demo Blue PPO")
    page.locator("[name=member_id]").fill("W123456789")
    page.locator("[name=plan_name]").fill("Choice")
    page.get_by_role("button", name="Add plan").click()
    expect(page.locator("#coverage-panel")).to_contain_text("W123456789")


def book(page, staff):
    staff.whole(page)
    page.get_by_role("link", name="Book", exact=True).click()
    page.locator("#drawer [name=provider]").select_option(str(staff.provider.pk))
    settled(page)
    page.locator("#times .chip").first.click()
    expect(page.locator(".held [data-left]")).to_have_text(re.compile(r"4:\d\d"))
    page.get_by_label("Why they come").fill("Sugar check")
    page.get_by_role("button", name="Book the visit").click()
    expect(page.get_by_text("Booked Ann Lee:")).to_be_visible()
    expect(page.get_by_role("link", name="Book", exact=True)).to_be_focused()


def booked_and_verified(clinic, postbox):
    with clinic.reading():
        ann = Patient.objects.get(last_name="Lee")
        appointment = Appointment.objects.get(patient=ann)
        assert Hold.objects.get().status == "booked"
        check = EligibilityCheck.objects.get()
        message = Message.objects.get()
        copay = check.benefits.get(code="B", service_types="98", network="Y")
    assert (appointment.patient_id, appointment.reason) == (ann.pk, "Sugar check")
    assert (check.status, copay.amount) == ("active", Decimal("25.00"))
    assert (message.status, message.attempts, message.failed_because) == ("sent", 1, "")
    [letter] = postbox.letters
    [invitation] = letter.iter_attachments()
    assert letter["To"] == "ann@lee.example"
    assert invitation.get_filename().endswith(".ics")
    assert "BEGIN:VEVENT" in invitation.get_content()
    return ann


def arrive(page, staff, ann):
    staff.open(page, "/schedule/")
    says(page, "Ann Lee")
    staff.picture(page, "schedule")
    staff.open(page, f"/patients/{ann.pk}/")
    says(page, "Demo Blue PPO")
    staff.picture(page, "patient")
    visit = visit_in(page, staff, "Expected")
    visit.get_by_role("button", name="Arrived, check in").click()
    page.wait_for_url("**/check-in/")


def check_in(page, staff):
    staff.whole(page)
    page.locator("[name=said]").fill("5/4/1980")
    page.get_by_role("button", name="Compare, go to Details").click()
    page.get_by_role("button", name="Still right, go to Coverage").click()
    says(page, "$25.00")
    staff.picture(page, "check-in")
    page.get_by_role("button", name="Use this plan, go to Forms").click()
    for title in ("Consent to care", "How I pay for my care", "I was given the privacy notice"):
        expect(page.locator("h2", has_text=title)).to_be_visible()
        page.locator("[name=signed_name]").fill("Ann Lee")
        page.get_by_role("button", name="Signed").click()
    expect(page.locator("h2", has_text="Payment")).to_be_visible()
    staff.whole(page)
    expect(page.locator("[name=amount]")).to_have_value("25.00")
    page.locator("fieldset").get_by_text("Cash", exact=True).click()
    page.get_by_role("button", name="Take $25.00").click()
    says(page, "Ann Lee is checked in")
    receipt = page.locator("a[href*='/receipt/']").first.get_attribute("href")
    paper = page.request.get(staff.url + receipt)
    assert paper.body().startswith(b"%PDF")


def checked_in(clinic, ann):
    with clinic.reading():
        visit = Visit.objects.select_related("check_in").get(patient=ann)
        payment = Payment.objects.get()
    assert visit.check_in.finished_at
    assert (payment.method, payment.amount, payment.status) == (
        "cash",
        Decimal("25.00"),
        "posted",
    )
    return visit


def visit_in(page, staff, name):
    """Open the visit from its lane of the board; a phone shows one lane at a time."""
    staff.open(page, "/")
    chip = page.locator(".lanes-tabs a", has_text=name)
    if chip.is_visible():
        chip.click()
    page.locator(f".lane[aria-label='{name}'] .vcard", has_text="Ann Lee").click()
    drawer = page.locator("#drawer")
    expect(drawer).to_contain_text("Ready for the visit?")
    return drawer


def room(page, staff):
    drawer = visit_in(page, staff, "Arrived")
    drawer.get_by_role("link", name="Room", exact=True).click()
    drawer.get_by_role("button", name="Room 1").click()
    expect(page.locator("#drawer")).not_to_contain_text("A room for")
    visit_in(page, staff, "Roomed").get_by_role("link", name="Vitals").click()
    for name, value in (("Systolic", "128"), ("Diastolic", "82"), ("Pulse", "74")):
        page.get_by_label(name, exact=True).fill(value)
    page.get_by_label("Weight", exact=True).fill("164")
    page.get_by_role("button", name="Keep vitals").click()
    expect(page.locator("#drawer")).not_to_contain_text("Vitals of")


def see(page, staff, visit):
    visit_in(page, staff, "Roomed").get_by_role("button", name="With provider").click()
    drawer = visit_in(page, staff, "With provider")
    drawer.get_by_role("link", name="Superbill").last.click()
    page.wait_for_url("**/superbill/")
    staff.whole(page)
    pick(page, "diagnosis", "E11", "E11.65")
    says(page, "Type 2 diabetes mellitus with hyperglycemia")
    page.get_by_role("button", name="Z9630").click()
    says(page, "$116.00")
    says(page, "Passes all checks")
    staff.picture(page, "superbill")
    page.get_by_role("button", name="Sign for $116.00").click()
    says(page, "Signed by")
    drawer = visit_in(page, staff, "With provider")
    drawer.get_by_role("button", name="To check-out").click()


def check_out(page, staff):
    visit_in(page, staff, "Check-out").get_by_role("link", name="Check out").click()
    page.wait_for_url("**/check-out/")
    staff.whole(page)
    says(page, "$35.44")
    says(page, "$10.44")
    staff.picture(page, "check-out")
    page.get_by_role("link", name="Declined, or later").click()
    page.locator("#drawer").get_by_text("Declined", exact=True).click()
    page.get_by_label("Why").fill("Calls when she knows her shifts")
    page.get_by_role("button", name="Keep the answer").click()
    says(page, "Calls when she knows her shifts")
    page.get_by_role("button", name="Bill later").click()
    says(page, "Closed by")


def closed_and_charged(clinic, visit):
    with clinic.reading():
        visit.refresh_from_db()
        answers = dict(visit.check_out_items.values_list("kind", "answer"))
        claim = Claim.objects.get()
        owed = books.balance_of(visit.patient)
    assert visit.stage == Stage.GONE
    assert visit.closed_at
    assert answers == {"superbill": "done", "follow_up": "declined", "balance": "done"}
    assert (claim.status, claim.total) == (Claim.Status.READY, Decimal("116.00"))
    assert owed.insurance_due + owed.patient_due - owed.credit == Decimal("91.00")


def send(page, staff):
    staff.open(page, "/billing/?show=ready")
    staff.picture(page, "claims")
    page.get_by_role("button", name="Send 1 claim").click()
    page.get_by_role("dialog").get_by_role("button", name="Send 1 claim").click()
    expect(page.get_by_role("button", name="Send 1 claim")).to_have_count(0)
    staff.work(page)


def read_answers(page, staff):
    staff.open(page, "/billing/remittances/")
    page.get_by_role("button", name="Ask for answers").click()
    staff.work(page)
    says(page, "Demo Blue PPO")
    page.get_by_role("link", name="Demo Blue PPO").first.click()
    staff.whole(page)
    says(page, "$31.84")


def claim_is_paid(clinic, ann):
    with clinic.reading():
        claim = Claim.objects.get()
        events = list(claim.events.order_by("pk").values_list("kind", flat=True))
        files = set(Exchange.objects.values_list("kind", "status"))
        remittance = Remittance.objects.get()
        owed = books.balance_of(ann)
    assert events == ["built", "ready", "queued", "sent", "999", "277CA", "paid"]
    assert (claim.status, claim.paid) == (Claim.Status.PAID, Decimal("31.84"))
    assert claim.patient_responsibility == Decimal("35.44")
    assert files == {
        ("837P", "acknowledged"),
        ("999", "read"),
        ("277CA", "read"),
        ("835", "read"),
    }
    assert (remittance.status, remittance.amount) == ("posted", Decimal("31.84"))
    assert (owed.patient_due, owed.insurance_due, owed.credit) == (Decimal("10.44"), 0, 0)


def bill_the_patient(page, staff, ann):
    staff.open(page, f"/ledger/patients/{ann.pk}/")
    says(page, "Owes $10.44")
    staff.picture(page, "account")
    page.get_by_role("button", name="Statement").click()
    settled(page)
    staff.work(page)
    staff.open(page, "/billing/statements/")
    says(page, "Ann Lee")
    says(page, "$10.44")


def take_the_rest(page, staff, ann):
    staff.open(page, f"/ledger/patients/{ann.pk}/")
    page.get_by_role("link", name="Take a payment").click()
    expect(page.locator("#drawer [name=amount]")).to_have_value("10.44")
    page.locator("#drawer").get_by_text("Check", exact=True).first.click()
    page.locator("#drawer [name=reference]").fill("2077")
    page.get_by_role("button", name="Take the payment").click()
    expect(page.locator("#drawer")).to_contain_text("Payment taken")
    staff.open(page, f"/ledger/patients/{ann.pk}/")
    says(page, "Settled")


def all_is_settled(clinic, ann):
    with clinic.reading():
        owed = books.balance_of(ann)
        rows = {row.code: row.balance for row in books.trial_balance() if row.balance}
        statement = Statement.objects.get()
        seen_by = set(
            AuditEntry.objects.filter(practice=clinic.practice, patient_id=ann.pk).values_list(
                "actor", flat=True
            )
        )
        chain = walk(clinic.practice)
    assert (owed.patient_due, owed.insurance_due, owed.credit) == (0, 0, 0)
    assert (statement.status, statement.total) == ("paid", Decimal("10.44"))
    assert {code: str(amount) for code, amount in rows.items()} == {
        "cash": "25.00",
        "checks": "10.44",
        "bank": "31.84",
        "adjustment.contractual": "48.72",
        "income.services": "-116.00",
    }
    assert set(NAMES.values()) <= seen_by
    assert chain.findings == []
    assert chain.entries > 0
