"""A practice with very many claims, most of them paid, and what its work list costs."""

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.test import Client

from frontdesk.billing.models import Claim
from frontdesk.core.database.statistics import refresh_statistics
from frontdesk.core.keys import new_key
from frontdesk.core.money import ZERO
from tests.billing.office import ADDRESS, NOON, TODAY, Office

CHUNK = 20_000
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
    """Return the CPU of a page for each chip, and of the page after it, in milliseconds."""
    office = Office()
    bill = office.seen(office.insured(**ADDRESS))
    with office.reading():
        visit = bill.visit
        policy = office.insurer.plans.get().subscriptions.first().policies.first()
    for chunk in _claims(count, visit, policy, office):
        with office.writing():
            Claim.objects.create_many(chunk)
    refresh_statistics()
    client = Client()
    client.force_login(office.member("biller").user)
    each = {}
    for chip in CHIPS:
        page = client.get(f"/billing/?show={chip}").content.decode()
        each[chip] = _cost(client, f"/billing/?show={chip}")
        if "after=" in page:
            following = page.split("after=")[1].split('"')[0]
            each[f"{chip}, next"] = _cost(client, f"/billing/?show={chip}&after={following}")
    return {"each": each, "worst": max(each.values())}


def _cost(client: Client, url: str) -> float:
    spent = []
    for _ in range(TIMES):
        started = time.process_time()
        assert client.get(url).status_code == 200
        spent.append((time.process_time() - started) * 1000)
    return sorted(spent)[TIMES // 2]


def _claims(count: int, visit: Any, policy: Any, office: Office) -> Iterator[list[Claim]]:
    dice = random.Random(3)
    names, weights = zip(*SHARES, strict=True)
    for first in range(0, count, CHUNK):
        statuses = dice.choices(names, weights, k=min(CHUNK, count - first))
        yield [
            _claim(first + place, status, dice, visit, policy, office)
            for place, status in enumerate(statuses)
        ]


def _claim(
    number: int, status: str, dice: random.Random, visit: Any, policy: Any, office: Office
) -> Claim:
    on = TODAY - timedelta(days=dice.randrange(700))
    return Claim(
        id=new_key(), number=str(number), visit_id=visit.pk, patient_id=visit.patient_id,
        provider_id=office.provider.pk, policy_id=policy.pk, payer_id=office.insurer.pk, on=on,
        total=ZERO + dice.randrange(50, 900), status=status, file_by=on + timedelta(days=180),
        urgent_on=TODAY + timedelta(days=dice.randrange(-20, 180)),
        late_on=TODAY + timedelta(days=dice.randrange(-5, 30)), sent_at=NOON, built_at=NOON,
    )  # fmt: skip
