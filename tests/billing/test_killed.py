"""A server killed in the middle of a payment or a remittance: nothing is lost, nothing doubled."""

import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection, connections

from frontdesk.billing import operations
from frontdesk.ledger import operations as ledger
from frontdesk.ledger import queries as books
from frontdesk.ledger.models import Payment
from tests.billing.decisions import USUAL
from tests.billing.killing import on_disk, run, told
from tests.billing.office import NOON, Office
from tests.billing.payer import decided, received, remittance

PRESSES = 8
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="copies the database as a file"),
]


@pytest.fixture
def house(settings):
    """An office whose rows are committed, so that other processes see them."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    return Office()


def test_a_payment_killed_before_it_was_saved_is_paid_once_by_the_next_press(house, tmp_path):
    house.patient()
    on_disk(tmp_path)

    assert run(tmp_path, "pay", 1).returncode == -signal.SIGKILL

    for _ in range(2):  # pressed again, and again
        found = told(tmp_path, "pay")
        assert found["receipts"] == [1001]
        assert found["books"]["cash"] == "25.00"
        assert found["books"]["patient.credit"] == "-25.00"


def test_a_remittance_killed_in_its_second_claim_is_posted_whole_by_the_next_run(house, tmp_path):
    claims = [house.signed(house.insured(name)) for name in ("Ann", "Bea", "Cal")]
    sent = operations.queue_batch(at=NOON, by=house.anybody())
    operations.note_sent(sent, at=NOON, by=house.anybody())
    content = remittance(*(decided(claim.number, *USUAL) for claim in claims))
    received(house, content, posts=False)
    on_disk(tmp_path)

    assert run(tmp_path, "post", 2).returncode == -signal.SIGKILL
    with sqlite3.connect(tmp_path / "frontdesk.sqlite3") as database:
        states = database.execute(
            "SELECT status FROM billing_remittanceclaim ORDER BY place"
        ).fetchall()
    assert states == [("posted",), ("to_post",), ("to_post",)]

    for _ in range(2):
        found = told(tmp_path, "post")
        assert found["remittances"] == ["posted"]
        assert found["books"]["bank"] == "240.00"
        assert found["books"]["receivable.insurance"] == "0.00"
        assert found["books"]["receivable.patient"] == "90.00"


def test_eight_presses_at_once_pay_once_and_get_the_same_receipt(house, tmp_path, monkeypatch):
    patient = house.patient()
    on_disk(tmp_path)
    path = tmp_path / "frontdesk.sqlite3"
    monkeypatch.setitem(connections.databases["default"], "NAME", path)
    gate = Barrier(PRESSES)

    def press(_):
        try:
            gate.wait(timeout=60)
            return ledger.take_payment(
                patient,
                amount=Decimal("25.00"),
                method="cash",
                kind="copay",
                site=house.site,
                key="the same press",
                at=NOON,
                by=house.role("receptionist"),
            ).number
        finally:
            connections.close_all()

    def counted(_):
        try:
            with house.reading():
                return Payment.objects.count(), books.balance_of(patient).credit
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PRESSES) as pool:
        assert set(pool.map(press, range(PRESSES))) == {1001}
        assert next(pool.map(counted, range(1))) == (1, Decimal("25.00"))
