"""Money on screen: who may, whose, and what it says."""

from datetime import timedelta
from decimal import Decimal

import pypdfium2
import pytest
from django.urls import reverse

from frontdesk.core.clock import now
from frontdesk.core.keys import new_key
from frontdesk.ledger import operations, queries
from frontdesk.ledger.gateways import CardPayment, StripeGateway
from frontdesk.ledger.models import Payment
from tests.ledger.test_payments import charge


@pytest.fixture
def desk(clinic, client):
    """A signed-in receptionist."""
    client.force_login(clinic.member("receptionist").user)
    return client


@pytest.fixture
def biller(clinic, client):
    """A signed-in biller."""
    client.force_login(clinic.member("biller").user)
    return client


def paid(clinic, patient, amount="25.00", at=None, **more):
    said = {"method": "cash", "kind": "copay", "key": str(new_key()), **more}
    return operations.take_payment(
        patient,
        amount=Decimal(amount),
        site=clinic.site,
        at=at or now(),
        by=clinic.role("receptionist"),
        **said,
    )


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def form(whose, **more):
    said = {"amount": "25.00", "kind": "copay", "method": "cash", "key": str(new_key())}
    return {"patient": str(whose.pk), **said, **more}


def test_a_payment_is_taken_from_the_drawer_and_pressed_twice_taken_once(clinic, desk):
    patient = clinic.patient()
    said = form(patient)

    first = desk.post(reverse("ledger:take"), said)
    second = desk.post(reverse("ledger:take"), said)

    assert first.status_code == second.status_code == 200
    assert "1001" in first.content.decode()
    with clinic.reading():
        assert Payment.objects.count() == 1


@pytest.mark.parametrize("typed", ["4242424242424242", "4242 4242 4242 4242", "3782-822463-10005"])
def test_a_whole_card_number_is_refused_and_not_given_back(clinic, desk, typed):
    said = {"method": "card", "reference": typed, "approval": "77", "reference_2": typed}
    answer = desk.post(reverse("ledger:take"), form(clinic.patient(), **said))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Enter only the last four digits of the card." in page
    assert typed not in page
    assert 'value="77"' in page


CHECK = {"method_3": "check", "reference_3": "2077"}


def test_parts_that_come_to_more_than_the_amount_are_said_so(clinic, desk):
    said = {"method_2": "cash", "amount_2": "20", **CHECK, "amount_3": "15"}

    answer = desk.post(reverse("ledger:take"), form(clinic.patient(), **said))

    assert answer.status_code == 422
    assert "The parts come to $35.00, which is more than $25.00." in answer.content.decode()
    with clinic.reading():
        assert not Payment.objects.exists()


def test_a_first_way_to_which_nothing_is_left_pays_nothing(clinic, desk):
    said = {"method": "card", "method_2": "cash", "amount_2": "10", **CHECK, "amount_3": "15"}

    answer = desk.post(reverse("ledger:take"), form(clinic.patient(), **said))

    assert answer.status_code == 200
    with clinic.reading():
        parts = Payment.objects.order_by("pk").values_list("method", "amount")
        assert list(parts) == [("cash", Decimal(10)), ("check", Decimal(15))]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"amount": "words"}, "amount"),
        ({"method": "gold"}, "method"),
        ({"patient": "1"}, "patient"),
        ({"method": "check"}, "number of the check"),
    ],
)
def test_what_cannot_be_right_comes_back_with_words(clinic, desk, said, words):
    answer = desk.post(reverse("ledger:take"), form(clinic.patient(), **said))

    assert answer.status_code == 422
    told = str(answer.context["form"].errors)
    assert words in told


def test_a_receipt_shows_every_payment_of_the_day_its_total_and_the_balance(clinic, desk):
    patient = clinic.patient()
    charge(clinic, patient, "100.00")
    at = now()
    paid(clinic, patient, "20.00", kind="balance", at=at)
    second = paid(clinic, patient, "20.00", kind="balance", at=at)
    paid(clinic, patient, "7.00", kind="balance", at=at - timedelta(days=3))

    answer = desk.get(reverse("ledger:receipt", args=[second.pk]))

    said = text_of(answer.content)
    assert answer["Content-Type"] == "application/pdf"
    assert said.count("$20.00") == 2
    assert "Paid on this day $40.00" in said
    assert "You still owe $60.00" in said
    assert "Ann Lee" in said


def test_a_receipt_is_written_in_the_patients_language(clinic, desk):
    payment = paid(clinic, clinic.patient(language="es-US"))

    said = text_of(desk.get(reverse("ledger:receipt", args=[payment.pk])).content)

    assert "Recibo 1001" in said
    assert "Copago Efectivo $25.00" in said


def test_the_account_explains_what_is_owed(clinic, desk):
    patient = clinic.patient()
    charge(clinic, patient, "148.00")

    page = desk.get(reverse("ledger:account", args=[patient.pk])).content.decode()

    assert "Z9213 Follow-up" in page
    assert "$148.00" in page


def test_taking_a_payment_back_needs_the_right_and_a_reason(clinic, desk):
    payment = paid(clinic, clinic.patient())
    url = reverse("ledger:take_back", args=[payment.pk])

    assert desk.post(url, {"because": "Asked"}).status_code == 403
    desk.force_login(clinic.member("biller").user)
    assert desk.post(url, {"because": ""}).status_code == 422
    assert desk.post(url, {"because": "Twice"}).status_code == 302

    with clinic.reading():
        assert Payment.objects.get().status == Payment.Status.REVERSED
        assert queries.balance_of(payment.patient) == queries.Balance()


@pytest.mark.parametrize("name", ["payment", "receipt", "take_back"])
def test_another_practice_finds_no_payment(clinic, other, client, name):
    payment = paid(clinic, clinic.patient())
    client.force_login(other.member("manager").user)

    assert client.get(reverse(f"ledger:{name}", args=[payment.pk])).status_code == 404


@pytest.mark.parametrize("name", ["account", "panel", "write_off"])
def test_another_practice_finds_no_patient(clinic, other, client, name):
    patient = clinic.patient()
    client.force_login(other.member("manager").user)

    assert client.get(reverse(f"ledger:{name}", args=[patient.pk])).status_code == 404
    said = form(patient)
    assert client.post(reverse("ledger:take"), said).status_code == 422


@pytest.mark.parametrize("count", [1, 5])
def test_lists_cost_the_same_for_one_and_many(clinic, desk, django_assert_max_num_queries, count):
    patient = clinic.patient()
    for _ in range(count):
        charge(clinic, patient, "10.00", visit=new_key())
        paid(clinic, patient, "5.00")
    desk.get(reverse("ledger:payments"))

    with django_assert_max_num_queries(16):
        assert desk.get(reverse("ledger:payments")).status_code == 200
    with django_assert_max_num_queries(24):
        assert desk.get(reverse("ledger:account", args=[patient.pk])).status_code == 200


def test_an_event_nobody_signed_is_turned_away(client, db, settings):
    settings.STRIPE_WEBHOOK_SECRET = "whsec_test"

    answer = client.post(
        reverse("ledger:stripe"), b"{}", "application/json", headers={"Stripe-Signature": "no"}
    )

    assert answer.status_code == 400


def test_only_the_card_page_lets_the_gateways_own_fields_in(clinic, desk, settings, monkeypatch):
    settings.STRIPE_API_KEY, settings.STRIPE_PUBLIC_KEY = "sk_test_1", "pk_test_1"
    begun = CardPayment("pi_1", "waiting", secret="pi_1_secret")
    monkeypatch.setattr(StripeGateway, "begin", lambda *_, **__: begun)
    answer = desk.post(reverse("ledger:take"), form(clinic.patient(), method="online"))
    assert answer.status_code == 302

    page = desk.get(answer.url)

    assert "https://js.stripe.com" in page["Content-Security-Policy"]
    assert 'data-card-secret="pi_1_secret"' in page.content.decode()
    others = desk.get(reverse("ledger:payments"))["Content-Security-Policy"]
    assert "stripe" not in others
    with clinic.reading():
        assert Payment.objects.get().status == Payment.Status.PENDING


def test_a_gateway_that_does_not_answer_is_said_on_the_page(clinic, desk, settings):
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = "sk_test_1", "http://127.0.0.1:9"
    answer = desk.post(reverse("ledger:take"), form(clinic.patient(), method="online"))

    page = desk.get(answer.url)

    assert "The card gateway does not answer." in page.content.decode()
