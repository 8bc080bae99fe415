"""Cash and the rest by a card on file, in one press: at check-in and at check-out."""

from datetime import timedelta
from decimal import Decimal

import pytest

from frontdesk.core.clock import now, today
from frontdesk.ledger import operations as ledger
from frontdesk.ledger.models import Payment
from frontdesk.visits import operations
from frontdesk.visits.models import CheckIn, CheckOutItem, Stage, Superbill, Visit
from frontdesk.visits.queries import money
from tests.ledger.test_payments import balance, charge
from tests.ledger.test_plans import card_of, stripe

stripe = stripe  # a gateway that answers at once

CASH = {"method_2": "cash", "amount_2": "20.00"}


@pytest.fixture
def visit(clinic):
    patient = clinic.patient()
    booked = clinic.booked(at=now(), patient=patient)
    charge(clinic, patient, "50.00", on=today(clinic.site) - timedelta(days=90))
    visit = operations.arrive(booked, at=now(), by=clinic.anybody())
    visit.patient = patient
    with clinic.writing():
        held = CheckIn.objects.get(visit=visit)
        held.copay_due, held.pays = Decimal("25.00"), CheckIn.Pays.INSURANCE
        held.identity_confirmed_at = held.coverage_confirmed_at = now()
        held.save()
    return visit


@pytest.fixture
def copay(monkeypatch):
    for file in ("check_in", "check_in_page"):
        name = f"frontdesk.visits.queries.{file}.copay_due"
        monkeypatch.setattr(name, lambda *_: Decimal("25.00"))


@pytest.fixture
def card(clinic, visit):
    return card_of(clinic, visit.patient)


@pytest.fixture
def desk(clinic, client):
    client.force_login(clinic.member("receptionist").user)
    return client


def taken(clinic):
    with clinic.reading():
        rows = Payment.objects.order_by("pk")
        return [(p.method, p.kind, str(p.amount), p.status, str(p.of_visit)) for p in rows]


@pytest.mark.usefixtures("copay")
def test_cash_and_the_rest_by_the_card_on_file_answer_the_step_in_one_press(
    clinic, visit, card, desk, stripe
):
    page = f"/visits/{visit.pk}/check-in/"
    shown = desk.get(f"{page}?step=payment").content.decode()
    assert "Visa 4242" in shown
    said = {"amount": "25.00", "balance": "50.00", "method": f"kept:{card.pk}", "key": "press"}
    for _ in range(2):
        assert desk.post(f"{page}payment/", {**said, **CASH})["Location"] == page

    assert taken(clinic) == [
        ("cash", "copay", "20.00", "posted", "20.00"),
        ("card", "balance", "55.00", "posted", "5.00"),
    ]
    assert stripe.charged == [Decimal("55.00")]
    with clinic.reading():
        held = CheckIn.objects.get()
        left = money.due(Visit.objects.select_related("patient").get())
    assert bool(held.payment_done_at)
    assert (left.paid_today, left.before.to_pay) == (Decimal("25.00"), Decimal("0.00"))
    assert balance(clinic, visit.patient) == ("0.00", "0.00", "25.00")


@pytest.mark.usefixtures("copay")
def test_a_declined_card_leaves_the_cash_taken_and_asks_for_the_rest(
    clinic, visit, card, desk, stripe
):
    stripe.answer = "declined"
    page = f"/visits/{visit.pk}/check-in/"
    said = {"amount": "25.00", "balance": "0", "method": f"kept:{card.pk}", "key": "press"}
    answer = desk.post(f"{page}payment/", {**said, **CASH}, follow=True).content.decode()

    assert "Visa 4242 was not charged $5.00: The card was declined" in answer
    assert [row[3] for row in taken(clinic)] == ["posted", "failed"]
    shown = desk.get(f"{page}?step=payment").content.decode()
    assert 'name="amount" value="5.00"' in shown
    desk.post(f"{page}payment/", {"amount": "5.00", "method": "cash", "key": "next"})
    with clinic.reading():
        assert CheckIn.objects.get().payment_done_at
        assert money.paid_today(Visit.objects.get()) == Decimal("25.00")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"method_2": "cash", "amount_2": ""}, "Enter what is paid like this."),
        ({"method_2": "", "amount_2": "5"}, "Choose how this is paid."),
        ({"method_2": "check", "amount_2": "5"}, "Enter the number of the check."),
        ({"method_2": "cash", "amount_2": "25"}, "Nothing is left for the card."),
        ({"method": "kept:somebody"}, "Select a valid choice"),
    ],
)
@pytest.mark.usefixtures("copay")
def test_what_does_not_add_up_takes_nothing(clinic, visit, card, desk, stripe, said, why):
    first = {"amount": "25.00", "method": f"kept:{card.pk}", "key": "press"}
    sent = desk.post(f"/visits/{visit.pk}/check-in/payment/", {**first, **said})
    assert why in sent.content.decode()
    assert taken(clinic) == []
    assert stripe.charged == []


def test_more_than_the_card_may_pay_takes_no_cash_either(clinic, visit, card, desk, stripe):
    first = {"amount": "300.00", "method": f"kept:{card.pk}", "key": "press", **CASH}
    sent = desk.post(f"/visits/{visit.pk}/check-in/payment/", first)
    assert "agreed to at most $200" in sent.content.decode()
    assert taken(clinic) == []


@pytest.mark.parametrize("answer", ["succeeded", "declined"])
def test_check_out_takes_both_and_closes_once_the_card_is_charged(
    clinic, visit, card, desk, stripe, answer
):
    stripe.answer = answer
    by = clinic.anybody()
    with clinic.writing():
        held = CheckIn.objects.get()
        held.payment_done_at = now()
        held.save()
        Superbill.objects.create(visit=visit, status="no_charge")
    operations.move(visit, Stage.CHECK_OUT, at=now(), by=by)
    for kind in ("superbill", "follow_up"):
        done = "done" if kind == "superbill" else "declined"
        operations.answer_item(visit, kind, done, because="No", at=now(), by=by)
    sent = {"amount": "60.00", "method": f"kept:{card.pk}", "key": "press", **CASH}
    desk.post(f"/visits/{visit.pk}/check-out/finish/", sent)

    assert [row[:3] for row in taken(clinic)] == [
        ("cash", "balance", "20.00"),
        ("card", "balance", "40.00"),
    ]
    with clinic.reading():
        found = Visit.objects.get()
        item = CheckOutItem.objects.get(kind="balance")
        left = money.due(Visit.objects.select_related("patient").get())
    is_paid = answer == "succeeded"
    assert (bool(found.closed_at), item.answer == "done") == (is_paid, is_paid)
    assert left.paid_today == (Decimal("10.00") if is_paid else Decimal("0.00"))
    assert left.before.to_pay == (Decimal("0.00") if is_paid else Decimal("30.00"))


def test_one_charge_pays_what_is_from_before_and_today_to_the_cent(clinic, visit):
    """A part of the old balance and all of today's: neither takes from the other."""
    payment = ledger.start_card_payment(
        visit.patient, amount=Decimal("35.00"), for_visit=Decimal("25.00"), kind="balance",
        visit_id=visit.pk, site=clinic.site, key="k", at=now(), by=clinic.anybody(),
    )  # fmt: skip
    ledger.settle_card(payment, last_four="4242", at=now(), by=clinic.anybody())
    with clinic.reading():
        left = money.due(Visit.objects.select_related("patient").get())
    assert (left.paid_today, left.before.owed) == (Decimal("25.00"), Decimal("40.00"))
    assert balance(clinic, visit.patient) == ("40.00", "0.00", "25.00")
