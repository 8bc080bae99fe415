"""A practice with very many claims, most of them paid, and what its work list costs."""

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.test import Client

from frontdesk.billing.models import Claim
from frontdesk.core.database import bulk
from frontdesk.core.database.statistics import refresh_statistics
from frontdesk.core.keys import new_key
from frontdesk.core.money import ZERO
from tests.billing.office import ADDRESS, NOON, TODAY, Office

CHUNK = 20_000
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
        for chunk in _claims(count, plain, payers, biller.pk):
            bulk.insert(Claim, names, [[row[name] for name in names] for row in chunk])
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


def _cost(client: Client, url: str, said: dict[str, str] | None = None) -> float:
    spent = []
    for _ in range(TIMES):
        started = time.process_time()
        answer = client.post(url, said) if said else client.get(url)
        assert answer.status_code == 200
        spent.append((time.process_time() - started) * 1000)
    return sorted(spent)[TIMES // 2]


def _claims(
    count: int, plain: Claim, payers: list[Any], owner: Any
) -> Iterator[list[dict[str, Any]]]:
    dice = random.Random(3)
    names, weights = zip(*SHARES, strict=True)
    common = plain._values()
    for first in range(0, count, CHUNK):
        statuses = dice.choices(names, weights, k=min(CHUNK, count - first))
        yield [
            common | _claim(first + place, status, dice, payers, owner)
            for place, status in enumerate(statuses)
        ]


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
