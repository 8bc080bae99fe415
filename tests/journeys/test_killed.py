"""The real server and the real worker are killed at any moment: nothing is lost or doubled.

`tests/billing/test_killed.py` kills at chosen instants inside of one transaction; here whole
processes die by SIGKILL while they work, and are started again as the office starts them.
"""

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest
from django.conf import settings as product
from django.db import connection

from frontdesk.billing import operations
from frontdesk.billing.models import Claim, ClaimLine, Remittance, RemittanceClaim
from frontdesk.cli.serving import web_server
from frontdesk.core.keys import new_key
from frontdesk.ledger.models import Entry, Payment, Posting
from tests.billing.decisions import USUAL
from tests.billing.office import NOON, Office
from tests.billing.payer import decided, received, remittance
from tests.cli.test_serving import children_of, free_port
from tests.disk import copy_to

ROUNDS = 5  # of killing the server
PRESSERS = 3  # desks that take payments at once
CLAIMS = 60
DEATHS = 3  # of the worker: fewer than after which a job is left for a person
WITHIN = 90.0  # seconds that anything may take on a busy machine
pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path("/proc").exists(), reason="looks at /proc"),
]


@dataclass
class House:
    """An office that other processes open, and what they are told.

    SQLite's test database is in memory: it is put on disk for them. PostgreSQL's they share.
    """

    office: Office
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a process of this office is started with; its clearinghouse is down."""
        kept = {name: value for name, value in os.environ.items() if name[:9] != "FRONTDESK"}
        return {
            **kept,
            **({} if self.on_disk else {"FRONTDESK_DATABASE_URL": self.address}),
            "FRONTDESK_VAR": str(self.folder),
            "FRONTDESK_SECRET_KEY": product.SECRET_KEY,
            "FRONTDESK_CLEARINGHOUSE_URL": "http://127.0.0.1:9",
            "FRONTDESK_LOG_LEVEL": "ERROR",
            "FRONTDESK_POSTED_TOGETHER": "1",  # so that death comes between many batches
        }

    @property
    def on_disk(self) -> bool:
        """Whether the database is a file."""
        return connection.vendor == "sqlite"

    @property
    def address(self) -> str:
        """Where PostgreSQL has the test's database."""
        given = urlsplit(product.DATABASE_URL)
        return urlunsplit(given._replace(path=f"/{connection.settings_dict['NAME']}"))

    def rows(self, sql: str) -> list[tuple]:
        """Read or change the database that the others see."""
        if not self.on_disk:
            with psycopg.connect(self.address, autocommit=True) as line:
                answer = line.execute(sql)
                return answer.fetchall() if answer.description else []
        with sqlite3.connect(self.folder / "frontdesk.sqlite3", timeout=30) as disk:
            return disk.execute(sql).fetchall()

    def settle_in(self) -> None:
        """Put what the test arranged where the others see it."""
        if self.on_disk:
            copy_to(self.folder / "frontdesk.sqlite3")

    def come_home(self) -> None:
        """Check that the database is whole, and take it back for the test to look at."""
        if self.on_disk:
            assert self.rows("PRAGMA integrity_check") == [("ok",)]
            assert self.rows("PRAGMA foreign_key_check") == []
        verified = subprocess.run(
            [sys.executable, "-m", "frontdesk.cli", "audit", "verify"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert verified.returncode == 0, verified.stdout + verified.stderr
        if self.on_disk:
            with sqlite3.connect(self.folder / "frontdesk.sqlite3") as disk:
                disk.backup(connection.connection)

    def start(self, command: list[str]) -> "subprocess.Popen[bytes]":
        """Start a part of the office."""
        return subprocess.Popen(command, env=self.environment)


@pytest.fixture
def house(settings, tmp_path):
    """Elm Street; its jobs wait until a test says otherwise."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    return House(Office(), tmp_path)


def until(true, process=None):
    """Wait until something is so; fail when it never is, or the process is gone."""
    end = time.monotonic() + WITHIN
    while not true():
        assert time.monotonic() < end, "It never came to that."
        assert process is None or process.poll() is None, "The process ended by itself."
        time.sleep(0.002)


def kill(process, *, whole):
    """Kill a process by SIGKILL, and what it started at once with it or not at all."""
    doomed = children_of(process.pid)
    process.kill()
    for pid in doomed if whole else []:
        os.kill(pid, signal.SIGKILL)
    process.wait()
    until(lambda: not any(map(is_alive, doomed)))


def is_alive(pid):
    """Say whether a process runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def signed_in(client, port):
    """A browser at a desk, with the session that the test's own client has."""
    token = "t" * 32
    return httpx.Client(
        base_url=f"http://127.0.0.1:{port}",
        cookies={**{name: one.value for name, one in client.cookies.items()}, "csrftoken": token},
        headers={"X-CSRFToken": token, "HX-Request": "true"},
        timeout=30,
        verify=False,  # noqa: S501 - plain HTTP to this machine: there is nothing to verify
    )


@dataclass
class Desk:
    """Takes payments over HTTP, and presses again whenever no answer comes."""

    line: httpx.Client
    patient_id: str
    closed: Event
    receipts: dict[str, int] = field(default_factory=dict)  # of each press that was answered
    unanswered: set[str] = field(default_factory=set)  # presses that had to be repeated

    def press(self, key: str) -> int | None:
        """Press the button; return the receipt's number, or nothing when the server died."""
        said = {"patient": self.patient_id, "amount": "1.25", "kind": "balance"}
        try:
            answer = self.line.post("/ledger/take/", data={**said, "method": "cash", "key": key})
        except httpx.HTTPError:
            return None
        assert answer.status_code == 200, answer.text[:2000]
        return int(re.search(r"Receipt (\d+)", answer.text)[1])

    def work(self) -> None:
        """Take payments until the desk is closed; the last one too gets its answer."""
        while not self.closed.is_set():
            key = str(new_key())
            while (number := self.press(key)) is None:
                self.unanswered.add(key)
                time.sleep(0.05)
            self.receipts[key] = number


def test_payments_while_the_server_is_killed_again_and_again(house, client):
    client.force_login(house.office.member("receptionist").user)
    port, closed = free_port(), Event()
    desks = [
        Desk(signed_in(client, port), str(house.office.patient(name).pk), closed)
        for name in ("Ann", "Bea", "Cal")[:PRESSERS]
    ]
    house.settle_in()
    server = house.start(web_server("127.0.0.1", port))
    try:
        with ThreadPoolExecutor(PRESSERS) as pool:
            working = [pool.submit(desk.work) for desk in desks]
            try:
                for turn in range(ROUNDS):
                    _answered_anew(desks, server)
                    time.sleep(random.uniform(0, 0.3))
                    kill(server, whole=bool(turn % 2))
                    server = house.start(web_server("127.0.0.1", port))
                _answered_anew(desks, server)
            finally:
                closed.set()
            for one in working:
                one.result(timeout=WITHIN)
        for desk in desks:
            for key in [*desk.unanswered, *list(desk.receipts)[-5:]]:
                assert desk.press(key) == desk.receipts[key]
    finally:
        for desk in desks:
            desk.line.close()
        kill(server, whole=True)

    house.come_home()
    answered = {key: number for desk in desks for key, number in desk.receipts.items()}
    with house.office.reading():
        rows = Payment.objects.values_list("key", "number")
        kept = {key.removesuffix(":0"): number for key, number in rows}  # the first part of one
        posted = Posting.objects.filter(kind="payment").count()
    assert len(answered) > ROUNDS
    assert any(desk.unanswered for desk in desks)
    assert kept == answered
    assert sorted(kept.values()) == list(range(1001, 1001 + len(kept)))
    assert posted == len(kept)
    cash = Decimal("1.25") * len(kept)
    assert house.office.books() == {"cash": cash, "patient.credit": -cash}


def test_a_remittance_while_the_worker_is_killed_again_and_again(house, settings):
    claims = [house.office.signed(house.office.insured(f"Ann{n}")) for n in range(CLAIMS)]
    sent = operations.queue_batch(at=NOON, by=house.office.anybody())
    operations.note_sent(sent, at=NOON, by=house.office.anybody())
    before = house.office.books()
    settings.TASKS = product.TASKS | {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    content = remittance(*(decided(claim.number, *USUAL) for claim in claims))
    received(house.office, content, posts=False)
    house.settle_in()
    command = [sys.executable, "-m", "frontdesk.config.worker"]

    worker, at_death = house.start(command), []
    try:
        for _ in range(DEATHS):
            aim = _posted(house) + random.randint(1, CLAIMS // (2 * DEATHS))
            until(lambda: _posted(house) >= aim, worker)  # noqa: B023 - called at once
            time.sleep(random.uniform(0, 0.03))
            kill(worker, whole=True)
            at_death.append(_posted(house))
            _leave_only_what_the_dead_one_held(house)
            worker = house.start(command)
        until(lambda: _job(house)[0] == "SUCCESSFUL", worker)
    finally:
        kill(worker, whole=True)

    assert at_death[0] > 0 and at_death[-1] < CLAIMS
    workers = _job(house)[1]  # a list, as text in SQLite
    assert str(workers).count(",") == DEATHS  # each start took the same job up again
    house.come_home()
    _everything_is_posted_once(house, claims, before)


def _answered_anew(desks, server):
    """Wait until every desk had an answer since now."""
    had = [len(desk.receipts) for desk in desks]
    until(
        lambda: all(len(desk.receipts) > old for desk, old in zip(desks, had, strict=True)), server
    )


def _posted(house):
    return house.rows("SELECT count(*) FROM billing_remittanceclaim WHERE status = 'posted'")[0][0]


def _job(house):
    [job] = house.rows(
        "SELECT status, worker_ids FROM django_tasks_database_dbtaskresult "
        "WHERE task_path LIKE '%post_remittance'"
    )
    return job


def _leave_only_what_the_dead_one_held(house):
    """Let the time pass after which the next worker gives back what the dead one held.

    What the clock asked for meanwhile is left out: the look at the claims posts too, and
    a worker that had not yet given anything back would begin with that.
    """
    house.rows("DELETE FROM django_tasks_database_dbtaskresult WHERE status = 'READY'")
    house.rows(
        "UPDATE django_tasks_database_dbtaskresult SET started_at = '2020-01-01 00:00:00' "
        "WHERE status = 'RUNNING'"
    )
    house.rows("UPDATE core_lease SET seen_at = '2020-01-01 00:00:00'")


def _everything_is_posted_once(house, claims, before):
    with house.office.reading():
        assert Remittance.objects.get().status == Remittance.Status.POSTED
        rows = list(RemittanceClaim.objects.values_list("status", flat=True))
        paid = {claim.pk: (claim.status, claim.paid) for claim in Claim.objects.all()}
        lines = Counter(ClaimLine.objects.values_list("claim_id", "paid"))
        keys = list(Posting.objects.filter(key__startswith="era:").values_list("key", flat=True))
        moved = Entry.objects.filter(posting__key__startswith="era:")
        entries = Counter(moved.values_list("claim_id", "charge_id", "reason", "amount"))
    assert rows == ["posted"] * len(claims)
    assert paid == {claim.pk: (Claim.Status.PAID, Decimal(80)) for claim in claims}
    assert len(lines) == len(claims) * 2
    assert len(keys) == len(set(keys)) == len(claims)
    assert set(entries.values()) == {1}
    books = house.office.books()
    assert books.pop("receivable.insurance", 0) == 0
    assert before["receivable.insurance"] == Decimal(214) * len(claims)
    assert books["bank"] == Decimal(80) * len(claims)
    assert books["adjustment.contractual"] == Decimal(104) * len(claims)
    assert books["receivable.patient"] == Decimal(30) * len(claims)
