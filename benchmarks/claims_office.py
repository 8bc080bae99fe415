"""A practice with very many claims, most of them paid, and what its work list costs."""

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client

from frontdesk.billing.models import Claim
from frontdesk.core.database import bulk
from frontdesk.core.database.statistics import refresh_statistics
from frontdesk.core.keys import new_key
from frontdesk.core.money import ZERO
from tests.billing.office import ADDRESS, NOON, TODAY, Office

FEW = 20_000  # made one by one; the others are these again, on other days
PAYERS = 20
TIMES = 20
SHARES = (
    ("paid", 0.90),
    ("closed", 0.05),
    ("accepted", 0.02),
    ("sent", 0.005),
    ("ready", 0.005),
    ("held", 0.005),
    ("rejected", 0.005),
    ("denied", 0.01),
)
ON_DISK = "printf('%%012x', 1e12 + %(first)s + number) || substr(id, 13)"
ON_SERVER = (  # in their order, as keys made one by one are
    "(lpad(to_hex(1000000000000 + %(first)s + CAST(number AS integer)), 12, '0') "
    "|| substr(replace(id::text, '-', ''), 13))::uuid"
)
CHIPS = ("needs", "ready", "held", "denied", "late", "limit", "waiting", "paid")


def measured(count: int) -> dict[str, Any]:
    """Return the CPU of a page for each chip, filter and search, in milliseconds."""
    office = Office()
    bill = office.seen(office.insured(**ADDRESS))
    payers = [office.payer(f"P{number}", name=f"Payer {number}").pk for number in range(PAYERS)]
    with office.reading():
        policy = office.insurer.plans.get().subscriptions.first().policies.first()
    biller = office.member("biller")
    plain = Claim(
        visit_id=bill.visit_id, patient_id=bill.visit.patient_id, provider_id=office.provider.pk,
        policy_id=policy.pk, practice_id=office.practice.pk, sent_at=NOON, built_at=NOON,
    )  # fmt: skip
    names = [field.attname for field in Claim._meta.concrete_fields]
    with office.writing():
        rows = _claims(min(FEW, count), plain, payers, biller.pk)
        bulk.insert(Claim, names, [[row[name] for name in names] for row in rows])
    _multiply(count, names)
    refresh_statistics()
    client = Client(SERVER_NAME="localhost")
    client.force_login(biller.user)
    each = {chip: _cost(client, f"/billing/?show={chip}") for chip in CHIPS}
    for chip in CHIPS:
        page = client.get(f"/billing/?show={chip}").content.decode()
        if "after=" in page:
            following = page.split("after=")[1].split('"')[0]
            each[f"{chip}, next"] = _cost(client, f"/billing/?show={chip}&after={following}")
    narrow = {"of a payer": f"payer={payers[3]}", "of a person": f"owner={biller.pk}"}
    for words, said in narrow.items():
        for chip in ("needs", "paid", "mine"):
            each[f"{chip} {words}"] = _cost(client, f"/billing/?show={chip}&{said}")
    numbers = {"our number": str(count // 2), "the payer's number": f"ICN{count // 2}"}
    for words, number in numbers.items():
        each[words] = _cost(client, "/billing/find/", {"q": number})
    return {"each": each, "worst": max(each.values())}


def _multiply(count: int, names: list[str]) -> None:
    """Write the claims again and again until there are enough, by the database itself.

    Their indexes are made anew afterwards, which takes a fraction of the time.
    """
    with connection.cursor() as cursor:
        indexes = _indexes(cursor)
        for name in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        _guards(cursor, are_on=False)
        for first in range(FEW, count, FEW):
            cursor.execute(_again(names), {"first": first, "most": min(FEW, count - first)})
        _guards(cursor, are_on=True)
        for made in indexes.values():
            cursor.execute(made)
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM billing_claim")  # as the server does by itself, a little later


def _again(names: list[str]) -> str:
    """Return the statement that writes the first claims once more under other keys and numbers."""
    copied = {
        "id": ON_DISK if connection.vendor == "sqlite" else ON_SERVER,
        "number": "CAST(CAST(number AS integer) + %(first)s AS varchar(20))",
        "payer_control_number": "'ICN' || (CAST(number AS integer) + %(first)s)",
        "total": "total + %(first)s / 200",
    }
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(copied.get(name, f'"{name}"') for name in names)
    few = f"CAST(number AS integer) < {FEW}"
    return (
        f"INSERT INTO billing_claim ({columns}) SELECT {values} FROM billing_claim "
        f"WHERE sent_at IS NOT NULL AND {few} AND CAST(number AS integer) < %(most)s "
        "ORDER BY CAST(number AS integer)"
    )


def _indexes(cursor: Any) -> dict[str, str]:
    if connection.vendor == "sqlite":
        cursor.execute(
            "SELECT name, sql FROM sqlite_master "
            "WHERE type = 'index' AND tbl_name = 'billing_claim' AND sql IS NOT NULL"
        )
    else:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'billing_claim' "
            "AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
    return dict(cursor.fetchall())


def _guards(cursor: Any, *, are_on: bool) -> None:
    """The copies name what is there: their keys need not be looked up a million times."""
    if connection.vendor == "sqlite":
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if are_on else 'OFF'}")
    else:
        role = "origin" if are_on else "replica"
        cursor.execute(f"SET session_replication_role = {role}")


def _cost(client: Client, url: str, said: dict[str, str] | None = None) -> float:
    """Return what an answer takes: our process and, on PostgreSQL, the one that serves it."""
    spent = []
    for _ in range(TIMES):
        ours, theirs = time.process_time(), _of_server()
        answer = client.post(url, said) if said else client.get(url)
        assert answer.status_code == 200
        took = time.process_time() - ours + max(_of_server() - theirs, 0)
        spent.append(took * 1000)
    return sorted(spent)[TIMES // 2]


def _of_server() -> float:
    """Return the CPU seconds of the server's process for our connection; none on SQLite."""
    if connection.vendor == "sqlite":
        return 0.0
    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    return int(told.split()[0]) / 1e9


def _claims(count: int, plain: Claim, payers: list[Any], owner: Any) -> Iterator[dict[str, Any]]:
    dice = random.Random(3)
    names, weights = zip(*SHARES, strict=True)
    common = plain._values()
    for number, status in enumerate(dice.choices(names, weights, k=count)):
        yield common | _claim(number, status, dice, payers, owner)


def _claim(
    number: int, status: str, dice: random.Random, payers: list[Any], owner: Any
) -> dict[str, Any]:
    on = TODAY - timedelta(days=dice.randrange(700))
    return {
        "id": new_key(), "number": str(number), "payer_id": dice.choice(payers), "on": on,
        "total": ZERO + dice.randrange(50, 900), "status": status,
        "file_by": on + timedelta(days=180), "payer_control_number": f"ICN{number}",
        "urgent_on": TODAY + timedelta(days=dice.randrange(-20, 180)),
        "late_on": TODAY + timedelta(days=dice.randrange(-5, 30)),
        "owner_id": owner if dice.random() < 0.02 else None,
    }  # fmt: skip
