"""Cards through the gateway: a real HTTP server that speaks Stripe's API (localstripe)."""

import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from uuid import uuid4

import httpx
import pytest

from frontdesk.core.clock import now, today
from frontdesk.core.errors import Refused
from frontdesk.ledger import jobs, operations, queries
from frontdesk.ledger.gateways import StripeGateway
from frontdesk.ledger.models import Payment, SavedCard
from frontdesk.staff.models import WorkItem

KEY = "sk_test_frontdesk"


@pytest.fixture(scope="module")
def stripe_url():
    """A running localstripe."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-W", "ignore", "-m", "localstripe", "--port", str(port)]
    server = subprocess.Popen(
        [*program, "--from-scratch"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            httpx.get(f"{url}/v1/customers", auth=(KEY, ""))
            break
        except httpx.ConnectError:
            time.sleep(0.1)
    yield url
    server.terminate()
    server.wait()


class Remembering(BaseHTTPRequestHandler):
    """Before localstripe, which forgets them: what Stripe does with idempotency keys."""

    behind = ""
    answered: ClassVar[dict[tuple[str, str], tuple[int, bytes]]] = {}

    def do_POST(self):
        key = (self.path, self.headers.get("Idempotency-Key") or str(uuid4()))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = body.replace(b"off_session=true", b"").strip(b"&")  # which localstripe doesn't know
        if key not in self.answered:
            self.answered[key] = self.passed_on("POST", body)
        self.answer(*self.answered[key])

    def do_GET(self):
        self.answer(*self.passed_on("GET", b""))

    def passed_on(self, method, body):
        kept = ("Authorization", "Content-Type")
        headers = {name: self.headers[name] for name in kept if name in self.headers}
        found = httpx.request(method, self.behind + self.path, content=body, headers=headers)
        return found.status_code, found.content

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def api_url(stripe_url):
    """Where the office finds the gateway."""
    Remembering.behind = stripe_url
    with ThreadingHTTPServer(("127.0.0.1", 0), Remembering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def gateway(api_url, settings):
    """The office takes cards through the gateway."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = KEY, api_url
    return StripeGateway(KEY, api_url)


def asked(clinic, key="press", amount="48.20"):
    """Ask for a card payment."""
    return operations.start_card_payment(
        clinic.patient(),
        amount=Decimal(amount),
        kind="balance",
        site=clinic.site,
        key=key,
        at=now(),
        by=clinic.role("receptionist"),
    )


def settled(clinic, payment):
    jobs.settle_card.func(str(clinic.practice.pk), str(payment.pk))
    with clinic.reading():
        return Payment.objects.get(pk=payment.pk)


def confirm(stripe_url, gateway_id, number="4242424242424242"):
    """Do what Stripe's own fields do in the patient's browser."""
    method = httpx.post(
        f"{stripe_url}/v1/payment_methods",
        auth=(KEY, ""),
        data={
            "type": "card",
            "card[number]": number,
            "card[exp_month]": "12",
            "card[exp_year]": str(now().year + 1),
            "card[cvc]": "123",
        },
    ).json()
    intent = f"{stripe_url}/v1/payment_intents/{gateway_id}"
    httpx.post(intent, auth=(KEY, ""), data={"payment_method": method["id"]})
    return httpx.post(f"{intent}/confirm", auth=(KEY, ""))


def test_a_confirmed_card_is_posted_once_with_its_last_four_digits(clinic, gateway, stripe_url):
    payment = settled(clinic, asked(clinic))
    assert (payment.status, payment.number) == (Payment.Status.PENDING, None)
    assert confirm(stripe_url, payment.gateway_id).status_code == 200

    payment = settled(clinic, payment)
    again = settled(clinic, payment)

    assert (payment.status, payment.number, payment.reference) == ("posted", 1001, "4242")
    assert again.number == 1001
    with clinic.reading():
        assert queries.balance_of(payment.patient).credit == Decimal("48.20")


def test_a_crash_before_we_knew_its_name_finds_the_same_payment_again(clinic, gateway):
    payment = asked(clinic, key="crash")
    begun = gateway.begin(
        payment.amount, key=payment.key, practice_id=payment.practice_id, payment_id=payment.pk
    )  # and then the server died

    payment = settled(clinic, payment)

    assert payment.gateway_id == begun.id


def test_a_declined_card_waits_for_another_and_is_given_up_after_an_hour(
    clinic, gateway, stripe_url
):
    payment = settled(clinic, asked(clinic, key="declined"))
    confirm(stripe_url, payment.gateway_id, number="4000000000000341")
    assert settled(clinic, payment).status == Payment.Status.PENDING
    with clinic.writing():
        payment = Payment.objects.get(pk=payment.pk)
        payment.taken_at -= timedelta(hours=2)
        payment.save()

    payment = settled(clinic, payment)

    assert payment.status == Payment.Status.FAILED
    with clinic.reading():
        assert queries.balance_of(payment.patient) == queries.Balance()


def test_a_payment_taken_back_is_refunded_to_the_card_once(clinic, gateway, stripe_url):
    payment = settled(clinic, asked(clinic, key="refund"))
    confirm(stripe_url, payment.gateway_id)
    payment = settled(clinic, payment)
    operations.reverse_payment(payment, because="Twice", at=now(), by=clinic.role("biller"))

    first = jobs.refund_card.func(str(clinic.practice.pk), str(payment.pk))
    second = jobs.refund_card.func(str(clinic.practice.pk), str(payment.pk))

    assert (first, second) == ("refunded", "refunded")
    refunds = httpx.get(f"{stripe_url}/v1/refunds", auth=(KEY, "")).json()["data"]
    assert [refund["amount"] for refund in refunds] == [4820]


def test_a_refund_that_the_gateway_refuses_goes_to_a_person(clinic, gateway):
    payment = asked(clinic, key="never-confirmed")
    payment = settled(clinic, payment)

    assert jobs.refund_card.func(str(clinic.practice.pk), str(payment.pk)) == "refused"

    with clinic.reading():
        assert WorkItem.objects.get().kind == "ledger.refund_refused"


def test_a_gateway_that_is_down_changes_nothing(clinic, settings, gateway):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    payment = asked(clinic, key="down")

    assert settled(clinic, payment).status == Payment.Status.PENDING


def test_a_kept_card_is_charged_while_the_patient_is_away_and_refunded_in_part(
    clinic, gateway, stripe_url
):
    patient, by = clinic.patient(), clinic.role("receptionist")
    told = {"site": clinic.site, "at": now(), "by": by}
    gone = today(clinic.site) - timedelta(days=1)
    for most, until in (("0.00", None), ("100000.00", None), ("100.00", gone)):
        with pytest.raises(Refused, match=r"At most|passed already"):
            operations.ask_for_card(patient, most=Decimal(most), until=until, **told)
    card = operations.ask_for_card(patient, most=Decimal(100), until=None, **told)
    assert jobs.ask_card(card)[0].startswith("seti_")
    with clinic.reading():
        card = SavedCard.objects.select_related("patient").get()
    assert jobs.keep_card_now(card).status == "waiting"  # nothing was typed in yet
    confirm_setup(stripe_url, card.setup)

    card = jobs.keep_card_now(card)
    with pytest.raises(Refused, match="at most"):
        operations.start_kept_card_payment(
            card, patient, amount=Decimal("100.01"), kind="balance", key="much", **told
        )
    payment = operations.start_kept_card_payment(
        card, patient, amount=Decimal(60), kind="balance", key="kept", **told
    )
    payment = settled(clinic, payment)

    assert (card.status, card.last_four, card.expires.month) == ("active", "4242", 12)
    assert (payment.status, payment.reference) == ("posted", "4242")
    again = settled(clinic, payment)
    assert again.number == payment.number
    name = gateway.give_back(payment.gateway_id, key="part", amount=Decimal(25))
    assert gateway.give_back(payment.gateway_id, key="part", amount=Decimal(25)) == name


def confirm_setup(stripe_url, setup):
    """Type a card in, as the gateway's own fields do."""
    card = {"card[number]": "4242424242424242", "card[exp_month]": "12", "card[cvc]": "123"}
    card["card[exp_year]"] = str(now().year + 1)
    url = f"{stripe_url}/v1/payment_methods"
    method = httpx.post(url, auth=(KEY, ""), data={"type": "card", **card}).json()
    found = {"payment_method": method["id"]}
    httpx.post(f"{stripe_url}/v1/setup_intents/{setup}/confirm", auth=(KEY, ""), data=found)
