"""A split payment, a plan, its instalment, and a refund two people agree on: by keyboard."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from frontdesk.core.clock import now, today
from frontdesk.ledger import jobs, operations, queries
from frontdesk.ledger.gateways import Disputed
from frontdesk.ledger.jobs import cards as card_jobs
from frontdesk.ledger.jobs import watching
from frontdesk.ledger.models import Payment, Plan, Refund
from frontdesk.people.models import Guarantor
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in
from tests.ledger.test_payments import charge
from tests.ledger.test_plans import FakeStripe, card_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def pay_in_two_ways(page):
    """$50: $30 in cash of $40 handed over, the rest by check."""
    page.keyboard.press("m")
    page.get_by_label("Amount", exact=True).first.fill("50")
    page.locator("#drawer").get_by_text("Cash", exact=True).first.click()
    page.get_by_label("Cash handed over").fill("40")
    page.get_by_text("And a part in another way").click()
    page.get_by_label("And with").first.select_option("check")
    page.locator("#id_amount_2").fill("20")
    page.locator("#id_reference_2").fill("2077")
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#drawer")).to_contain_text("Give $10.00 back")
    expect(page.locator("#drawer").get_by_role("link", name="Receipt").nth(1)).to_be_in_viewport()
    page.locator("#drawer [data-close]").first.click()
    expect(page.locator("#account")).to_contain_text("$300.00")


def agree_on_a_plan(page, on):
    """Three instalments by the card on file, the first one today."""
    page.keyboard.press("l")
    expect(page.locator("#drawer")).to_contain_text("3 × $100.00")
    page.get_by_role("link", name="3 × $100.00").click()
    expect(page.locator("#id_each")).to_have_value("100.00")
    page.locator("#id_first_on").fill(on.isoformat())
    page.locator("#id_card").select_option(index=1)
    expect(page.locator("#plan-preview")).to_contain_text("3 instalments")
    assert axe(page) == []
    page.locator("#id_each").press("Enter")
    expect(page.locator("#drawer")).to_contain_text("What happened")
    assert axe(page) == []


def charge_by_the_clock(clinic, patient, monkeypatch):
    """The clock comes by twice, and charges once; then the patient pays too much."""
    stripe = FakeStripe()
    monkeypatch.setattr(card_jobs, "card_gateway", lambda: stripe)
    monkeypatch.setattr(watching, "card_gateway", lambda: stripe)
    for _ in range(2):
        jobs.watch_money.func(str(clinic.practice.pk))
    assert stripe.charged == [Decimal(100)]
    with clinic.reading():
        plan = Plan.objects.get()
        assert queries.plans.left_of(plan) == Decimal(200)
    told = {"at": now(), "by": clinic.anybody()}
    operations.end_plan(plan, because="Pays it all", **told)
    operations.take_payment(
        patient, amount=Decimal(240), method="cash", kind="balance", site=clinic.site,
        key="over", **told,
    )  # fmt: skip


def propose_a_refund(page, live_server):
    """The credit is given back from the list of credits."""
    page.goto(f"{live_server.url}{reverse('ledger:credits')}")
    settled(page)
    expect(page.locator("#credits")).to_contain_text("$40.00")
    assert axe(page) == []
    page.keyboard.press("j")
    page.keyboard.press("f")
    page.get_by_label("Reason").fill("Paid twice")
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#credits")).to_contain_text("A refund is proposed")


def approve_it(phone, live_server):
    """Another person approves, on a phone."""
    phone.goto(f"{live_server.url}{reverse('ledger:refunds')}")
    settled(phone)
    assert axe(phone) == []
    phone.get_by_role("link", name="Ann Lee").first.click()
    phone.get_by_role("button", name="Approve $40.00").click()
    expect(phone.locator("#drawer")).to_contain_text("At the gateway")


def pay_for_the_family(page, live_server, clinic, patient):
    """What Ann and her brother owe is paid by one check."""
    charge(clinic, patient, "15.00")
    charge(clinic, clinic.patient("Ben", guarantor=patient.guarantor), "25.00")
    page.goto(f"{live_server.url}{reverse('ledger:family', args=[patient.guarantor_id])}")
    settled(page)
    page.keyboard.press("m")
    expect(page.get_by_label("Amount", exact=True).first).to_have_value("40.00")
    page.locator("#drawer").get_by_text("Check", exact=True).first.click()
    page.locator("#id_reference").fill("3011")
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#drawer")).to_contain_text("Payment taken")
    with clinic.reading():
        paid = Payment.objects.exclude(together=None).filter(reference="3011")
        assert [one.amount for one in paid.order_by("amount")] == [Decimal(15), Decimal(25)]


def answer_a_dispute(page, live_server, clinic, charged):
    """The card that paid the instalment is disputed, and the evidence goes to the bank."""
    said = Disputed("dp_1", "", charged.amount, "fraudulent", "open", now() + timedelta(days=9))
    operations.hear_dispute(charged, said, at=now(), by=clinic.anybody())
    page.goto(f"{live_server.url}{reverse('ledger:disputes')}")
    settled(page)
    assert axe(page) == []
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer")).to_contain_text("Evidence wanted")
    settled(page)
    page.keyboard.press("e")
    page.get_by_label("What was sent").fill("The signed agreement")
    page.keyboard.press("Enter")
    expect(page.locator("#disputes")).to_contain_text("With the bank")


def test_split_plan_instalment_and_refund(new_page, live_server, clinic, monkeypatch):
    with clinic.writing():
        rosa = Guarantor.objects.create(first_name="Rosa", last_name="Lee")
    patient, on = clinic.patient(guarantor=rosa), today(clinic.site)
    charge(clinic, patient, "350.00", on=on)
    card_of(clinic, patient, expires=on + timedelta(days=400))
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("manager"))
    page.goto(f"{live_server.url}{reverse('ledger:account', args=[patient.pk])}")
    settled(page)

    pay_in_two_ways(page)
    agree_on_a_plan(page, on)
    charge_by_the_clock(clinic, patient, monkeypatch)
    propose_a_refund(page, live_server)
    other = clinic.member("biller", email="other@elm.example")
    approve_it(sign_in(new_page(PHONE), live_server, other), live_server)

    with clinic.reading():
        refund = Refund.objects.get()
        charged = Payment.objects.get(method="card")
    assert (refund.status, refund.way) == ("paying", "card")
    pay_for_the_family(page, live_server, clinic, patient)
    answer_a_dispute(page, live_server, clinic, charged)
