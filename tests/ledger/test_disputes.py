"""A disputed card: heard once, out of the books at once, evidence by a clock, won or lost."""

import hashlib
import hmac
import json
import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace

import pytest
from django.urls import reverse

from frontdesk.core.clock import now, today
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.ledger import jobs, operations, queries
from frontdesk.ledger.gateways import Disputed, StripeGateway
from frontdesk.ledger.jobs import cards as card_jobs
from frontdesk.ledger.models import CardDispute, Payment
from frontdesk.people.models import Guarantor
from frontdesk.staff.models import WorkItem
from frontdesk.staff.queries import actor_of
from tests.ledger.test_payments import balance, charge
from tests.ledger.test_plans import tied

DUE = now().replace(microsecond=0) + timedelta(days=17)
SAID = Disputed("dp_1", "pi_1", Decimal("60.00"), "fraudulent", "open", DUE)


@pytest.fixture
def patient(clinic, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    patient = clinic.patient()
    charge(clinic, patient, "60.00")
    return patient


@pytest.fixture
def paid(clinic, patient):
    """$60 by card through the gateway, which calls it pi_1."""
    return by_card(clinic, patient, "60.00")


def by_card(clinic, patient, amount, **more):
    told = {"at": now(), "by": clinic.anybody()}
    asked = operations.start_card_payment(
        patient, amount=Decimal(amount), kind="balance", site=clinic.site, key="k", **more, **told
    )
    operations.name_gateway_payment(asked, gateway_id="pi_1", by=told["by"])
    return operations.settle_card(asked, last_four="4242", **told)


def hear(clinic, payment, said):
    return operations.hear_dispute(payment, said, at=now(), by=clinic.anybody())


def work(clinic):
    with clinic.reading():
        return [(item.kind, item.status) for item in WorkItem.objects.order_by("pk")]


def test_heard_twice_the_money_goes_once_and_a_person_has_the_banks_clock(clinic, patient, paid):
    first, again = (hear(clinic, paid, SAID) for _ in range(2))

    assert (first.pk, first.status, first.due_at) == (again.pk, "open", DUE)
    assert balance(clinic, patient) == ("60.00", "0.00", "0.00")
    with clinic.reading():
        item = WorkItem.objects.get(kind="ledger.dispute")
        assert (item.due_at, item.amount, item.pool) == (DUE, Decimal("60.00"), "biller")
        assert Payment.objects.get(pk=paid.pk).status == "reversed"
    tied(clinic)


@pytest.mark.parametrize(("state", "owes"), [("won", "0.00"), ("lost", "60.00")])
def test_won_puts_it_back_and_lost_leaves_it_owed_once_each(clinic, patient, paid, state, owes):
    hear(clinic, paid, SAID)
    for _ in range(2):
        dispute = hear(clinic, paid, replace(SAID, state=state))
    assert dispute.status == state
    assert balance(clinic, patient)[0] == owes
    assert work(clinic)[-1][1] == "done"
    with clinic.reading():
        assert Payment.objects.count() == (2 if state == "won" else 1)
    tied(clinic)


def test_what_the_gateway_keeps_is_the_offices_cost_and_comes_back_with_a_won_one(clinic, paid):
    kept, back = ("txn_1", Decimal("15.00")), ("txn_2", Decimal("-15.00"))
    for _ in range(2):
        dispute = hear(clinic, paid, replace(SAID, fees=(kept,)))
    assert (dispute.fee, cost_of_cards(clinic)) == (Decimal("15.00"), Decimal("15.00"))
    tied(clinic)
    for _ in range(2):
        dispute = hear(clinic, paid, replace(SAID, state="won", fees=(kept, back)))
    assert (dispute.fee, cost_of_cards(clinic)) == (Decimal(0), Decimal(0))
    tied(clinic)


def cost_of_cards(clinic):
    with clinic.reading():
        rows = {row.code: row.balance for row in queries.trial_balance()}
    return rows.get("expense.bank", Decimal(0))


def test_what_is_not_disputed_stays_paid(clinic, patient, paid):
    dispute = hear(clinic, paid, replace(SAID, amount=Decimal("20.00")))
    assert balance(clinic, patient) == ("20.00", "0.00", "0.00")
    hear(clinic, paid, replace(SAID, amount=Decimal("20.00"), state="won"))
    assert balance(clinic, patient) == ("0.00", "0.00", "0.00")
    assert dispute.kept.amount == Decimal("40.00")
    tied(clinic)


def test_a_familys_charge_comes_back_to_everybody_it_paid_for(clinic, patient):
    with clinic.writing():
        rosa = Guarantor.objects.create(first_name="Rosa", last_name="Lee")
    one, two = (clinic.patient(name, guarantor=rosa) for name in ("Rosa", "Ben"))
    charge(clinic, one, "25.00")
    charge(clinic, two, "35.00")
    shares = [(one.pk, Decimal("25.00")), (two.pk, Decimal("35.00"))]
    payment = by_card(clinic, one, "60.00", shares=shares)
    assert [balance(clinic, who)[0] for who in (one, two)] == ["0.00", "0.00"]
    hear(clinic, payment, SAID)
    assert [balance(clinic, who)[0] for who in (one, two)] == ["25.00", "35.00"]
    hear(clinic, payment, replace(SAID, state="won"))
    assert [balance(clinic, who)[0] for who in (one, two)] == ["0.00", "0.00"]
    tied(clinic)


@pytest.mark.parametrize(("state", "owes"), [("won", "0.00"), ("lost", "60.00")])
def test_of_a_payment_refunded_in_part_the_patient_owes_what_the_bank_took(
    clinic, patient, state, owes
):
    payment = by_card(clinic, patient, "80.00")
    wish = operations.Wish(Decimal(20), "Paid too much", payment=payment)
    told = {"at": now(), "by": clinic.role("biller")}
    refund = operations.propose_refund(patient, wish, site=clinic.site, key="r", **told)
    olga = actor_of(clinic.member("biller", email="olga@elm.example"))
    refund = operations.approve_refund(refund, at=now(), by=olga)
    operations.settle_refund(refund, reference="re_1", at=now(), by=clinic.anybody())

    hear(clinic, payment, SAID)
    assert balance(clinic, patient) == ("60.00", "0.00", "0.00")
    tied(clinic)
    with pytest.raises(Refused, match=r"refunded|taken it back already"):
        operations.return_payment(payment, on=today(clinic.site), because="x", fee=ZERO, **told)
    for _ in range(2):
        hear(clinic, payment, replace(SAID, state=state))
    assert balance(clinic, patient)[0] == owes
    assert work(clinic)[-1][1] == "done"
    tied(clinic)


def test_the_biller_notes_what_was_sent_in_time(clinic, paid, client):
    dispute = hear(clinic, paid, SAID)
    client.force_login(clinic.member("biller").user)
    shown = client.get(reverse("ledger:payment", args=[paid.pk])).content.decode()
    assert "They say they did not pay this" in shown
    assert "Evidence by" in shown
    listed = client.get(reverse("ledger:disputes")).content.decode()
    assert "Evidence wanted" in listed and "days left" in listed
    page = reverse("ledger:evidence", args=[dispute.pk])
    assert client.post(page, {"evidence": ""}).status_code in {200, 422}
    client.post(page, {"evidence": "Receipt and signed agreement"})
    with clinic.reading():
        found = CardDispute.objects.get()
    assert (found.status, found.evidence) == ("sent", "Receipt and signed agreement")
    assert work(clinic)[-1] == ("ledger.dispute", "done")
    late = hear(clinic, paid, replace(SAID, state="open", due_at=now() - timedelta(days=1)))
    with pytest.raises(Refused, match="no more evidence"):
        operations.note_evidence(late, evidence="x", at=now(), by=clinic.role("biller"))


class Stripe(BaseHTTPRequestHandler):
    """Answers about one dispute, as Stripe's API writes it."""

    def do_GET(self):
        body = json.dumps(
            {
                "id": "dp_1", "object": "dispute", "amount": 6000, "currency": "usd",
                "payment_intent": "pi_1", "reason": "fraudulent", "status": "needs_response",
                "evidence_details": {"due_by": int(DUE.timestamp()), "has_evidence": False},
                "balance_transactions": [
                    {"id": "txn_1", "object": "balance_transaction", "amount": -6000, "fee": 1500}
                ],
            }
        ).encode()  # fmt: skip
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def gateway(monkeypatch):
    with HTTPServer(("127.0.0.1", 0), Stripe) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        gateway = StripeGateway("sk_test", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setattr(card_jobs, "card_gateway", lambda: gateway)
        yield gateway
        server.shutdown()


def event(client, settings, kind="charge.dispute.created", status="needs_response", by="s"):
    settings.STRIPE_WEBHOOK_SECRET = "s"
    about = {"id": "dp_1", "object": "dispute", "status": status, "payment_intent": "pi_1"}
    about["metadata"] = {"practice": "ours", "payment": "this one"}
    body = json.dumps({"id": "evt_1", "object": "event", "type": kind, "data": {"object": about}})
    at = int(time.time())
    signed = hmac.new(by.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    told = {"Stripe-Signature": f"t={at},v1={signed}"}
    path = reverse("ledger:stripe")
    return client.post(path, body, content_type="application/json", headers=told).status_code


def test_the_gateways_event_is_checked_and_the_gateway_itself_is_asked(
    clinic, patient, paid, client, settings, gateway, monkeypatch
):
    asked, settled = [], []
    heard = SimpleNamespace(
        hear_dispute=SimpleNamespace(enqueue=asked.append),
        settle_card=SimpleNamespace(enqueue=lambda *about: settled.append(about)),
    )
    monkeypatch.setattr("frontdesk.ledger.views.cards.jobs", heard)
    assert event(client, settings, by="another") == 400
    assert event(client, settings, status="warning_needs_response") == 204  # an inquiry only
    assert asked == []
    assert event(client, settings) == 204
    assert event(client, settings, kind="payment_intent.succeeded") == 204
    assert event(client, settings, kind="invoice.paid") == 204
    assert (asked, settled) == (["dp_1"], [("ours", "this one")])
    assert [jobs.hear_dispute.func("dp_1") for _ in range(2)] == ["open", "open"]
    with clinic.reading():
        found = CardDispute.objects.get()
    assert (found.amount, found.due_at, found.fee) == (Decimal("60.00"), DUE, Decimal("15.00"))
    assert balance(clinic, patient)[0] == "60.00"


def test_a_dispute_that_the_books_refuse_goes_to_a_person(clinic, paid, gateway, monkeypatch):
    def refuse(*_, **__):
        raise Refused("The plan it paid is over.")

    monkeypatch.setattr("frontdesk.ledger.operations.disputes.return_payment", refuse)
    assert [jobs.hear_dispute.func("dp_1") for _ in range(2)] == ["refused", "refused"]
    with clinic.reading():
        item = WorkItem.objects.get(kind="ledger.dispute")
        assert not CardDispute.objects.exists()
    assert (item.detail, item.amount) == ("The plan it paid is over.", Decimal("60.00"))


def test_a_dispute_of_somebody_elses_payment_changes_nothing(clinic, patient, gateway):
    assert jobs.hear_dispute.func("dp_1") == "not ours"
