"""Visits whose superbills were signed, each with its claim, waiting to be judged and sent."""

import random
import resource
import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontdesk import rulebook
from frontdesk.billing import operations
from frontdesk.billing.models import Charge, Claim, ClaimLine, Exchange
from frontdesk.billing.operations.judging import TOGETHER
from frontdesk.billing.rules.scrub import CHECKS
from frontdesk.core.database.statistics import refresh_statistics
from frontdesk.core.keys import new_key
from frontdesk.coverage.models import EligibilityCheck
from frontdesk.practice.operations import add_starters
from frontdesk.scheduling.models import Appointment
from frontdesk.visits.models import Superbill, SuperbillLine, Visit
from tests.billing.office import ADDRESS, NOON, TODAY, Office
from tests.billing.ruled import in_force

CODES = (
    ("99213", "148.00"), ("99214", "214.00"), ("93000", "66.00"), ("85025", "24.00"),
    ("36415", "18.00"), ("80053", "42.00"), ("G0008", "31.00"), ("81002", "12.00"),
)  # fmt: skip
DIAGNOSES = ("E11.9", "I10", "E78.5", "J06.9", "M54.50", "Z00.00", "N39.0", "K21.9")
PATIENTS = 2000
DAYS = 20
LABORATORY: dict[str, Any] = {  # a test without the laboratory's number is held
    "when": {"all": [{"fact": "line.code", "is": "one_of", "value": ["80047-89398"]}]},
    "actions": [{"do": "set", "fact": "clia_number", "to": "36D0000001"}],
    "examples": [
        {"name": "A test", "applies": True, "facts": {"lines": [{"code": "85025"}]}},
        {"name": "A visit", "applies": False, "facts": {"lines": [{"code": "99213"}]}},
    ],
}


def measured(count: int, one_by_one: int) -> dict[str, Any]:
    """Return claims a second, memory and questions for `count` claims."""
    office = Office()
    by = office.anybody()
    add_starters(list(rulebook.starters()), at=NOON, by=by)
    in_force(office, "CLIA-OURS", **LABORATORY)
    keys = _claims(office, count + one_by_one)
    refresh_statistics()
    with office.reading():
        alone = [Claim(pk=key) for key in keys[count:]]
        every = [Claim(pk=key) for key in keys[:count]]
    with CaptureQueriesContext(connection) as asked:
        operations.judge_claims(keys[:TOGETHER], at=NOON, by=by)
    before, started, busy = _peak(), time.perf_counter(), time.process_time()
    ready = _judge_in_parts(keys[:count], by)
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    assert ready == count, (ready, count)
    started = time.perf_counter()
    files = 0
    while operations.queue_batch(claims=every, at=NOON, by=by):
        files += 1
    filing = time.perf_counter() - started
    memory = _peak() - before
    with office.reading():
        size = sum(len(one) for one in Exchange.objects.values_list("content", flat=True))
    return {
        "judged": count / seconds, "busy": busy, "filed": count / filing, "files": files,
        "megabytes": size / 1e6, "memory": memory / 1024, "checks": len(CHECKS),
        "questions": len(asked), "one_by_one": _one_by_one(alone, by),
    }  # fmt: skip


def _judge_in_parts(keys: list[Any], by: Any) -> int:
    """As the evening's job does it: a transaction for each part."""
    step = TOGETHER
    return sum(
        operations.judge_claims(keys[first : first + step], at=NOON, by=by)
        for first in range(0, len(keys), step)
    )


def _one_by_one(claims: list[Claim], by: Any) -> float:
    started = time.perf_counter()
    for claim in claims:
        operations.judge_claim(claim, at=NOON, by=by)
    return (time.perf_counter() - started) * 1000 / len(claims)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _claims(office: Office, count: int) -> list[Any]:
    """Make the claims with all that stands behind each; return their keys in order."""
    dice = random.Random(5)
    policies = [
        office.insured(f"Pat{number}", f"Lee{number}", **ADDRESS)
        for number in range(min(PATIENTS, count))
    ]
    made: dict[type, list[Any]] = {
        model: []
        for model in (Appointment, Visit, Superbill, SuperbillLine, Claim, Charge, ClaimLine)
    }
    for number in range(count):
        policy = policies[number % len(policies)]
        _one(office, policy, number, count, dice, made)
    checks = [
        EligibilityCheck(
            policy_id=policy.pk, patient_id=policy.patient_id, service_on=TODAY,
            status="active", trace=f"T{place}", asked_at=NOON,
        )
        for place, policy in enumerate(policies)
    ]  # fmt: skip
    with office.writing():
        EligibilityCheck.objects.create_many(checks)
        for model, rows in made.items():
            model.objects.create_many(rows)  # type: ignore[attr-defined] # each is a Record
    return [claim.pk for claim in made[Claim]]


def _one(
    office: Office, policy: Any, number: int, count: int, dice: random.Random, made: Any
) -> None:
    on = TODAY - timedelta(days=number * DAYS // count + number // PATIENTS)
    start = NOON - timedelta(days=(TODAY - on).days)
    appointment = Appointment(
        site_id=office.site.pk, provider_id=office.provider.pk, patient_id=policy.patient_id,
        room_id=office.room.pk, visit_type_id=office.visit_type.pk, starts_at=start,
        ends_at=start + timedelta(minutes=20), booked_at=start, booked_by="Maria",
    )  # fmt: skip
    visit = Visit(
        appointment_id=appointment.pk, patient_id=policy.patient_id,
        provider_id=office.provider.pk, site_id=office.site.pk, on=on, stage_since=start,
    )  # fmt: skip
    bill = Superbill(visit_id=visit.pk, status="signed", signed_at=NOON)
    chosen = dice.sample(CODES, dice.choice((1, 2, 2, 3, 4)))
    claim = Claim(
        number=str(500_000 + number), visit_id=visit.pk, patient_id=policy.patient_id,
        provider_id=office.provider.pk, policy_id=policy.pk, payer_id=office.insurer.pk, on=on,
        total=sum(Decimal(price) for _, price in chosen), diagnoses=dice.sample(DIAGNOSES, 3),
        file_by=on + timedelta(days=180), built_at=NOON,
    )  # fmt: skip
    made[Appointment].append(appointment)
    made[Visit].append(visit)
    made[Superbill].append(bill)
    made[Claim].append(claim)
    for place, (code, price) in enumerate(chosen, start=1):
        _line(office, claim, bill, on, place, code, price, made)


def _line(
    office: Office, claim: Claim, bill: Superbill, on: date, place: int, code: str, price: str,
    made: Any,
) -> None:  # fmt: skip
    line = SuperbillLine(
        id=new_key(), superbill_id=bill.pk, place=place, code=code, description=code,
        charge=Decimal(price), pointers="A",
    )  # fmt: skip
    charge = Charge(
        number=900_000 + len(made[Charge]), visit_id=claim.visit_id,
        patient_id=claim.patient_id, provider_id=office.provider.pk, line_id=line.pk, on=on,
        code=code, description=code, units=1, pointers="A", amount=Decimal(price),
    )  # fmt: skip
    made[SuperbillLine].append(line)
    made[Charge].append(charge)
    made[ClaimLine].append(ClaimLine(claim_id=claim.pk, charge_id=charge.pk, place=place))
