"""A server killed between two batches of a large remittance: the next run posts what is left.

PostgreSQL posts two parts side by side, so a kill finds batches committed, batches half written,
or both; SQLite posts one batch after the other.
"""

import signal
from decimal import Decimal

import pytest
from django.db import connection, connections

from frontdesk.billing.models import ClaimEvent, Remittance
from frontdesk.cli.audit import walk
from frontdesk.ledger.models import Posting
from tests.billing.decisions import USUAL, rows, sent
from tests.billing.killing import elsewhere, on_disk, run, told
from tests.billing.office import Office
from tests.billing.payer import decided, received, remittance

NAMES = ("Ann", "Bea", "Cal", "Dan", "Eve", "Fay")
TOGETHER = 2  # claims in one transaction
CLAIMS = 2 * len(NAMES)
PAID = Decimal("80.00")  # by the payer on each


@pytest.fixture
def house(settings, tmp_path, monkeypatch):
    """An office that was told of twelve decisions, on a database that other processes see."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    office = Office()
    policies = [office.insured(name) for name in NAMES]
    claims = [office.signed(policy) for policy in policies for _ in range(2)]
    sent(office)
    content = remittance(*(decided(claim.number, *USUAL) for claim in claims))
    received(office, content, posts=False)
    if connection.vendor == "sqlite":
        on_disk(tmp_path)
        monkeypatch.setitem(
            connections.databases["default"], "NAME", tmp_path / "frontdesk.sqlite3"
        )
    return office


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("kill_at", "when"), [(1, "before"), (1, "after"), (2, "before"), (2, "after")]
)
def test_what_a_kill_left_is_posted_by_the_next_run_and_nothing_twice(
    house, tmp_path, kill_at, when
):
    killed = run(tmp_path, "post", kill_at, TOGETHER, when)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-2000:]

    count = elsewhere(lambda: posted_whole(house))
    sure = kill_at if when == "after" else kill_at - 1
    assert TOGETHER * sure <= count < CLAIMS

    for _ in range(2):  # run again, and again
        found = told(tmp_path, "post", TOGETHER)
        assert found["remittances"] == [Remittance.Status.POSTED]
        assert found["books"]["bank"] == str(CLAIMS * PAID)
        assert found["books"]["receivable.insurance"] == "0.00"
        assert found["books"]["receivable.patient"] == str(CLAIMS * Decimal("30.00"))
        assert elsewhere(lambda: posted_whole(house)) == CLAIMS


def posted_whole(office):
    """Return how many decisions are posted: each with its posting and history, once."""
    done = [row for row in rows(office) if row.status == "posted"]
    with office.reading():
        postings = Posting.objects.filter(kind="remittance")
        assert sorted(postings.values_list("pk", flat=True)) == sorted(
            row.posting_id for row in done
        )
        numbers = sorted(Posting.objects.values_list("number", flat=True))
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        assert {row.claim.paid for row in done} <= {PAID}
        paid = ClaimEvent.objects.filter(kind="paid").values_list("claim_id", flat=True)
        assert sorted(paid) == sorted(row.claim_id for row in done)
        assert not walk(office.practice).findings
    assert office.books().get("bank", 0) == len(done) * PAID
    return len(done)
