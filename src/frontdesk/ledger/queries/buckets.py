"""What a patient owes, charge by charge, as settling needs it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Min, Q, Sum

from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Entry
from frontdesk.ledger.rules import Bucket
from frontdesk.ledger.rules.chart import CREDIT, INSURANCE, OF_PATIENTS, PATIENT
from frontdesk.people.models import Patient

HELD_FOR = timedelta(days=60)  # then a prepayment of a visit that was never billed is free again

Key = tuple[UUID | None, UUID | None]


@dataclass(slots=True)
class Owing:
    """A patient's open items: buckets, free credit, and credit held for undecided visits."""

    buckets: list[Bucket]
    credit: Decimal
    held: dict[UUID, Decimal]


@dataclass(slots=True)
class _Sums:
    owed: Decimal = ZERO
    applied: Decimal = ZERO
    insurance: Decimal = ZERO
    credit: Decimal = ZERO
    is_charged: bool = False
    since: date = field(default=date.max)


def owing(patient: Patient, *, on: date) -> Owing:
    """Return what is open on the patient's account, as it stands on that day."""
    sums = _sums(patient)
    buckets = [
        Bucket(visit_id, charge_id, found.owed, found.applied, found.since)
        for (visit_id, charge_id), found in sums.items()
        if found.owed or found.applied
    ]
    credit = sum((found.credit for found in sums.values()), ZERO)
    return Owing(buckets, credit, _held(sums, on))


def owing_of_many(patient_ids: Collection[UUID]) -> list[tuple[date, UUID, Decimal]]:
    """Return what several patients owe, visit by visit, with the day it began; one question."""
    rows = (
        Entry.objects.filter(
            Q(source__code=PATIENT) | Q(target__code=PATIENT), patient__in=patient_ids
        )
        .order_by()
        .values_list("patient", "visit_id", "charge_id", "target__code")
        .annotate(Sum("amount"), Min("posted_on"))
    )
    sums: dict[tuple[UUID, UUID | None, UUID | None], tuple[Decimal, date]] = {}
    for patient_id, visit_id, charge_id, target, amount, since in rows:
        key = (patient_id, visit_id, charge_id)
        owed, day = sums.get(key, (ZERO, since))
        sums[key] = (owed + (amount if target == PATIENT else -amount), min(day, since))
    return [(day, key[0], owed) for key, (owed, day) in sums.items() if owed > ZERO]


def _sums(patient: Patient) -> dict[Key, _Sums]:
    of_patients = Q(source__code__in=OF_PATIENTS) | Q(target__code__in=OF_PATIENTS)
    rows = (
        Entry.objects.filter(of_patients, patient=patient)
        .order_by()
        .values_list("visit_id", "charge_id", "source__code", "target__code")
        .annotate(Sum("amount"), Min("posted_on"))
    )
    sums: dict[Key, _Sums] = {}
    for visit_id, charge_id, source, target, amount, since in rows:
        _add(sums.setdefault((visit_id, charge_id), _Sums()), source, target, amount, since)
    return sums


def _add(found: _Sums, source: str, target: str, amount: Decimal, since: date) -> None:
    found.since = min(found.since, since)
    for code, part in ((target, amount), (source, -amount)):
        if code == PATIENT:
            found.owed += part
        elif code == INSURANCE:
            found.insurance += part
        elif code == CREDIT:
            found.credit -= part
    if {source, target} == {CREDIT, PATIENT}:
        found.applied += amount if target == CREDIT else -amount
    if CREDIT not in (source, target):
        found.is_charged = True


def _held(sums: dict[Key, _Sums], on: date) -> dict[UUID, Decimal]:
    """Credit put down for a visit of which insurance has not decided, or not yet billed."""
    visits: dict[UUID, _Sums] = {}
    for (visit_id, _), found in sums.items():
        if visit_id is not None:
            whole = visits.setdefault(visit_id, _Sums())
            whole.credit += found.credit
            whole.insurance += found.insurance
            whole.is_charged |= found.is_charged
            whole.since = min(whole.since, found.since)
    return {
        visit_id: whole.credit
        for visit_id, whole in visits.items()
        if whole.credit > 0
        and (whole.insurance > 0 or not whole.is_charged)
        and on - whole.since <= HELD_FOR
    }
