"""The copay by card through the gateway: at check-in, at check-out, and on the patient's phone."""

from decimal import Decimal

import pytest

from frontdesk.comms import operations as comms
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.ledger import jobs
from frontdesk.ledger.models import Payment
from frontdesk.visits import operations
from frontdesk.visits.models import CheckIn, CheckOutItem, Stage, Visit
from tests.ledger import test_cards

stripe_url, api_url = test_cards.stripe_url, test_cards.api_url
gateway, confirm = test_cards.gateway, test_cards.confirm


@pytest.fixture
def visit(clinic):
    booked = clinic.booked(at=now(), patient=clinic.patient(birth_date="1968-03-14"))
    return operations.arrive(booked, at=now(), by=clinic.anybody())


@pytest.fixture
def desk(clinic, client):
    client.force_login(clinic.member("receptionist").user)
    return client


def due(clinic, visit, dollars="25.00"):
    with clinic.writing():
        held = CheckIn.objects.get(visit=visit)
        held.copay_due, held.pays = Decimal(dollars), CheckIn.Pays.INSURANCE
        held.identity_confirmed_at = held.coverage_confirmed_at = now()
        held.save()


def payments(clinic):
    with clinic.reading():
        return list(Payment.objects.order_by("pk"))


def charged(stripe, clinic, payment):
    """The patient confirms in the gateway's fields, and we ask how it stands."""
    jobs.settle_card.func(str(clinic.practice.pk), str(payment.pk))
    (payment,) = [one for one in payments(clinic) if one.pk == payment.pk]
    assert confirm(stripe, payment.gateway_id).status_code == 200


def test_the_desk_charges_the_copay_and_the_step_waits_for_the_gateway(
    clinic,
    visit,
    desk,
    gateway,
    stripe_url,
):
    page = f"/visits/{visit.pk}/check-in/"
    assert "Card, typed in" in desk.get(f"{page}?step=payment").content.decode()
    said = {"amount": "25.00", "method": "online", "key": "press"}
    first, twice = (desk.post(f"{page}payment/", said) for _ in range(2))
    desk.post(f"{page}payment/", {**said, "key": "other"})  # the page was opened anew
    (payment,) = payments(clinic)
    assert (
        first["Location"] == twice["Location"] == f"/ledger/payments/{payment.pk}/card/?next={page}"
    )
    with clinic.reading():
        assert CheckIn.objects.get().payment_done_at is None
    shown = desk.get(first["Location"])
    assert "js.stripe.com" in shown["Content-Security-Policy"]
    assert 'name="card' not in shown.content.decode()
    charged(stripe_url, clinic, payment)
    after = desk.post(first["Location"])
    assert f'href="{page}"' in desk.get(after["Location"]).content.decode()
    with clinic.reading():
        held = CheckIn.objects.get()
    assert (held.copay_payment_id, bool(held.payment_done_at)) == (payment.pk, True)
    assert payments(clinic)[0].reference == "4242"


def test_the_card_page_leads_nowhere_else(clinic, visit, desk, gateway):
    payment = operations.start_card_at_check_out(
        visit, operations.Rest("k"), amount=Decimal(5), at=now(), by=clinic.anybody()
    )
    shown = desk.get(f"/ledger/payments/{payment.pk}/card/?next=https://elsewhere.example/")
    assert 'href="https://elsewhere' not in shown.content.decode()


def test_check_out_charges_and_counts_the_balance_as_settled(
    clinic,
    visit,
    desk,
    gateway,
    stripe_url,
):
    with clinic.writing():
        held = CheckIn.objects.get(visit=visit)
        held.payment_done_at = now()
        held.save()
    operations.move(visit, Stage.CHECK_OUT, at=now(), by=clinic.anybody())
    page = f"/visits/{visit.pk}/check-out/"
    sent = desk.post(f"{page}finish/", {"amount": "40.00", "method": "online", "key": "k"})
    (payment,) = payments(clinic)
    assert sent["Location"].startswith(f"/ledger/payments/{payment.pk}/card/")
    charged(stripe_url, clinic, payment)
    jobs.settle_card.func(str(clinic.practice.pk), str(payment.pk))
    with clinic.reading():
        assert CheckOutItem.objects.get(kind="balance").answer == "done"
        assert Visit.objects.get().closed_at is None


@pytest.mark.parametrize(
    ("amount", "balance", "why"),
    [("0", "0", "Enter"), ("5", "5", "reason"), ("5", "0", "reason")],
)
def test_a_card_pays_the_whole_copay_or_somebody_says_why(
    clinic, visit, monkeypatch, amount, balance, why
):
    monkeypatch.setattr("frontdesk.visits.queries.check_in.copay_due", lambda *_: Decimal("25.00"))
    with pytest.raises(Refused, match=why):
        operations.start_card_at_check_in(
            visit, operations.Rest("k"), amount=Decimal(amount), balance=Decimal(balance),
            at=now(), by=clinic.anybody(),
        )  # fmt: skip


def phone(clinic, client, visit):
    with clinic.reading():
        booked = Visit.objects.select_related("appointment__patient").get().appointment
    made = comms.make_link(
        "check_in", patient=booked.patient, subject=booked, expires_at=visit.stage_since.replace(
            year=visit.stage_since.year + 1), by=clinic.anybody(),
    )  # fmt: skip
    path = made.url[made.url.index("/l/") :].split("/")[2]
    client.post(f"/l/{path}/who/", {"birth_date": "3/14/1968"})
    return f"/l/{path}/check-in/"


def test_a_patient_pays_the_copay_on_their_phone_once(
    clinic,
    visit,
    client,
    gateway,
    stripe_url,
):
    due(clinic, visit)
    page = phone(clinic, client, visit)
    assert "Pay by card now" in client.get(page).content.decode()
    client.post(f"{page}pay/", {"amount": "1.00"})  # what is due is not theirs to choose
    client.post(f"{page}pay/")
    (payment,) = payments(clinic)
    assert payment.amount == Decimal("25.00")
    shown = client.get(f"{page}pay/")
    assert "data-card-secret" in shown.content.decode()
    assert "js.stripe.com" in shown["Content-Security-Policy"]
    charged(stripe_url, clinic, payment)
    client.post(f"{page}pay/", {"confirmed": "1"})
    assert "Paid, thank you." in client.get(f"{page}pay/").content.decode()
    client.post(f"{page}pay/")
    assert len(payments(clinic)) == 1
    with clinic.reading():
        assert CheckIn.objects.get().copay_payment_id == payment.pk
    assert "Your copay today" not in client.get(page).content.decode()


def test_without_a_gateway_patients_pay_at_the_desk(clinic, visit, client, settings):
    settings.STRIPE_API_KEY = ""
    due(clinic, visit)
    page = phone(clinic, client, visit)
    shown = client.get(page).content.decode()
    assert "Please pay at the desk." in shown
    assert "Pay by card" not in shown
    assert client.post(f"{page}pay/").status_code == 302
    assert payments(clinic) == []
