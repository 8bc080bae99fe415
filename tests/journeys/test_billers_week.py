"""A biller's week with the training payer, and the month's end, on their screens.

Ann's claim is paid and later corrected, so that the payer takes its first decision back; Bo's is
rejected for a wrong member id; Cy's is denied and won on appeal; Dee's goes on to her second plan.
What Ann owes becomes a plan, and what she then pays too much goes back to her.
"""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from frontdesk.billing.models import Claim, Denial, Exchange
from frontdesk.cli.audit import walk
from frontdesk.core.clock import now, today
from frontdesk.ledger import jobs as money
from frontdesk.ledger import operations as ledger
from frontdesk.ledger import queries as books
from frontdesk.ledger.jobs import cards as card_jobs
from frontdesk.ledger.jobs import watching
from frontdesk.ledger.models import Plan, Refund
from frontdesk.ledger.queries.ties import ties
from frontdesk.staff.models import WorkItem
from tests.billing.office import Office
from tests.billing.payer import decided, line, received, remittance
from tests.browser import DESKTOP, settled, sign_in
from tests.journeys.people import Staff, payers, says
from tests.ledger.test_plans import FakeStripe, card_of
from tests.sandbox.office import running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]
BORN = {"Ann": date(1980, 5, 4), "Bo": date(1971, 2, 3), "Cy": date(1966, 7, 8)}
BORN["Dee"] = date(1958, 9, 10)
LAST = {"Ann": "Lee", "Bo": "Reyes", "Cy": "Novak", "Dee": "Roe"}
MEMBER = {"Ann": "W123456789", "Bo": "W200200200", "Cy": "W300300300", "Dee": "W400400400"}
VISIT, TEST, THERAPY = ("99213", "148.00", "A"), ("36415", "400.00", "A"), ("97110", "148.00", "A")


def world():
    """The training payers, who cover our four."""
    told = payers()
    for first in ("Bo", "Cy", "Dee"):
        told["members"].append(_member(first, "DEMOPPO-1", MEMBER[first]))
    told["members"].append(_member("Dee", "DEMOEPO-1", "E400400400"))
    return told


def _member(first, plan, number):
    return {
        "id": number, "plan": plan, "last": LAST[first], "first": first,
        "born": BORN[first].isoformat(), "sex": "F", "begins": "2024-01-01",
    }  # fmt: skip


@pytest.fixture
def house(live_server, tmp_path, settings):
    """Four visits of yesterday are signed; their claims are ready to go."""
    settings.VAR = tmp_path
    office = Office()
    office.people = {first: insured(office, first) for first in BORN}
    second = office.payer("DEMOEPO", name="Demo United EPO")
    later = office.policy(office.people["Dee"].patient, second, rank=2)
    renumber(office, later, "E400400400")
    yesterday = now() - timedelta(days=1)
    lines = {"Ann": (VISIT, TEST), "Bo": (VISIT,), "Cy": (THERAPY,), "Dee": (VISIT,)}
    for first, policy in office.people.items():
        bill = office.seen(policy, lines=lines[first], diagnoses=("E11.9",), at=yesterday)
        office.sign(bill, at=yesterday + timedelta(hours=1))
    with running(tmp_path / "sandbox", world=world()) as server:
        settings.CLEARINGHOUSE_URL = server.url
        yield office


def insured(office, first):
    policy = office.insured(first, LAST[first], birth_date=BORN[first])
    renumber(office, policy, "W999999999" if first == "Bo" else MEMBER[first])
    return policy


def renumber(office, policy, number):
    with office.writing():
        policy.subscription.member_id = number
        policy.subscription.save()


@pytest.fixture
def staff(house, live_server, new_page):
    return Staff(house, live_server, new_page, DESKTOP)


@pytest.fixture
def stripe(monkeypatch):
    gateway = FakeStripe()
    monkeypatch.setattr(card_jobs, "card_gateway", lambda: gateway)
    monkeypatch.setattr(watching, "card_gateway", lambda: gateway)
    return gateway


def test_a_billers_week_and_the_months_end(house, staff, live_server, new_page, stripe):
    with staff.at_work("biller") as page:
        send_and_ask(page, staff, 4)
    assert states(house) == {"Ann": "paid", "Bo": "rejected", "Cy": "denied", "Dee": "paid"}

    with staff.at_work("biller") as page:
        correct_the_member_id(page, staff, house)
        send_and_ask(page, staff, 2)  # Bo's anew, and Dee's second plan
    assert states(house)["Bo"] == "paid"
    second_plan_has_paid(house)

    with staff.at_work("biller") as page:
        appeal(page, staff)
    the_payer_gives_in(house)
    with staff.at_work("biller") as page:
        correct_what_was_paid(page, staff, house)
        send_and_ask(page, staff, 1)
    it_was_taken_back_and_decided_anew(house)

    ann = house.people["Ann"].patient
    card_of(house, ann, expires=today(house.site) + timedelta(days=400))
    with staff.at_work("biller") as page:
        agree_on_a_plan(page, staff, ann, house)
    the_clock_charges_and_she_pays_too_much(house, ann, stripe)
    with staff.at_work("biller") as page:
        ask_for_the_refund(page, staff)
    manager = sign_in(
        new_page(DESKTOP), live_server, house.member("manager", email="m@elm.example")
    )
    approve_it(manager, live_server)
    close_the_month(manager, live_server)
    the_books_are_right(house)


def states(house):
    """The state of the newest claim to each patient's first plan."""
    with house.reading():
        rows = Claim.objects.filter(level=1).order_by("pk")
        return {row.patient.first_name: row.status for row in rows.select_related("patient")}


def send_and_ask(page, staff, count):
    staff.open(page, "/billing/?show=ready")
    words = f"Send {count} claims" if count > 1 else "Send 1 claim"
    page.get_by_role("button", name=words).click()
    page.get_by_role("dialog").get_by_role("button", name=words).click()
    expect(page.get_by_role("button", name=words)).to_have_count(0)
    staff.work(page)
    staff.open(page, "/billing/remittances/")
    page.get_by_role("button", name="Ask for answers").click()
    staff.work(page)


def correct_the_member_id(page, staff, house):
    staff.open(page, "/billing/?show=rejected")
    page.get_by_role("link", name="Bo Reyes").first.click()
    expect(page.locator("#drawer")).to_contain_text("Why it came back")
    staff.open(page, reverse("coverage:policy", args=[house.people["Bo"].pk]))
    page.locator("[name=member_id]").fill(MEMBER["Bo"])
    page.locator("[name=member_id]").press("Enter")
    settled(page)
    staff.open(page, "/billing/?show=rejected")
    page.get_by_role("link", name="Bo Reyes").first.click()
    page.locator("#drawer").get_by_role("button", name="Check again").click()
    expect(page.locator("#drawer")).to_contain_text("Passes every check")


def second_plan_has_paid(house):
    with house.reading():
        second = Claim.objects.get(level=2)
        files = Exchange.objects.filter(kind="835").values_list("status", flat=True)
        owed = books.balance_of(second.patient)
    assert second.status == Claim.Status.PAID
    assert set(files) == {"read"}
    assert owed.insurance_due == 0


def appeal(page, staff):
    staff.open(page, reverse("billing:denials"))
    page.get_by_role("link", name="Cy Novak").first.click()
    expect(page.locator("#drawer")).to_contain_text("Prior authorization")
    settled(page)
    page.keyboard.press("e")
    page.get_by_label("Argument").fill("The note shows why it could not wait.")
    page.get_by_label("Receipt or tracking number").fill("FX 12")
    page.get_by_role("button", name="Note as sent").click()
    page.get_by_text("is sent", exact=False).first.wait_for()


def the_payer_gives_in(house):
    """The appeal is answered by a remittance: the refusal is taken back, and the visit paid."""
    cy = house.people["Cy"].patient
    with house.reading():
        claim = Claim.objects.get(patient=cy)
    back = line("97110", "-148.00", "0.00", "CO-197 -148.00")
    paid = line("97110", "148.00", "60.00", "CO-45 63.00", "PR-3 25.00")
    reversal = decided(claim.number, back, status="22")
    received(house, remittance(reversal, decided(claim.number, paid)))
    with house.reading():
        assert Denial.objects.get(claim=claim).status == Denial.Status.WON
    assert house.standing(cy) == ("25.00", "0.00", "0.00")


def correct_what_was_paid(page, staff, house):
    staff.open(page, "/billing/?show=paid")
    page.get_by_role("link", name="Ann Lee").first.click()
    page.locator("#drawer").get_by_role("button", name="Build a corrected claim").click()
    expect(page.locator("#drawer")).to_contain_text("Passes every check")


def it_was_taken_back_and_decided_anew(house):
    ann = house.people["Ann"].patient
    with house.reading():
        first, second = Claim.objects.filter(patient=ann).order_by("pk")
    assert (second.frequency, second.status, second.replaces_id) == ("7", "paid", first.pk)
    assert first.status == Claim.Status.CLOSED
    assert house.standing(ann) == ("257.00", "0.00", "0.00")  # as it was: nothing counted twice


def agree_on_a_plan(page, staff, ann, house):
    staff.open(page, reverse("ledger:account", args=[ann.pk]))
    page.keyboard.press("l")
    page.get_by_role("link", name=re.compile("^3 × ")).click()
    expect(page.locator("#id_each")).to_have_value("85.67")
    page.locator("#id_first_on").fill(today(house.site).isoformat())
    page.locator("#id_card").select_option(index=1)
    expect(page.locator("#plan-preview")).to_contain_text("3 instalments")
    page.locator("#id_each").press("Enter")
    expect(page.locator("#drawer")).to_contain_text("What happened")


def the_clock_charges_and_she_pays_too_much(house, ann, stripe):
    for _ in range(2):
        money.watch_money.func(str(house.practice.pk))
    assert len(stripe.charged) == 1
    with house.reading():
        plan = Plan.objects.get()
        left = books.balance_of(ann).to_pay
    assert left == Decimal(257) - stripe.charged[0]
    told = {"at": now(), "by": house.anybody()}
    ledger.end_plan(plan, because="Pays it all", **told)
    ledger.take_payment(
        ann, amount=left + 40, method="cash", kind="balance", site=house.site, key="over", **told
    )


def ask_for_the_refund(page, staff):
    staff.open(page, reverse("ledger:credits"))
    says(page, "$40.00")
    page.keyboard.press("j")
    page.keyboard.press("f")
    page.get_by_label("Reason").fill("Paid twice")
    page.keyboard.press("Enter")
    expect(page.locator("#credits")).to_contain_text("A refund is proposed")


def approve_it(page, live_server):
    page.goto(live_server.url + reverse("ledger:refunds"))
    settled(page)
    page.get_by_role("link", name="Ann Lee").first.click()
    page.get_by_role("button", name="Approve $40.00").click()
    expect(page.locator("#drawer")).to_contain_text("At the gateway")


def close_the_month(page, live_server):
    """The last day of the month before is closed, with all before it; then the month."""
    last = date.today().replace(day=1) - timedelta(days=1)  # noqa: DTZ011 - any day of that month
    month = f"{reverse('reports:month')}?month={last:%Y-%m}"
    for path, what in ((f"{reverse('reports:close')}?on={last}", "day"), (month, "month")):
        page.goto(live_server.url + path)
        settled(page)
        why = page.get_by_label("Why it is closed all the same")
        if why.is_visible():
            why.fill("Looked at, one by one")
        page.get_by_role("button", name=f"Close the {what}").click()
        expect(page.get_by_text(f"The {what} is closed").first).to_be_visible()
    page.goto(live_server.url + month)
    says(page, "Closed by")


def the_books_are_right(house):
    with house.reading():
        apart = [tie for tie in ties() if not tie.holds]
        [refund] = Refund.objects.all()
        failed = list(WorkItem.objects.filter(status="open", kind__contains="unreadable"))
        assert sum((row.balance for row in books.trial_balance()), Decimal(0)) == 0
    assert apart == []
    assert failed == []
    assert refund.status == "paying"
    assert walk(house.practice).findings == []
