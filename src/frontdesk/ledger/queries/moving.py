"""Where a patient's credit lies, and where it may go."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import Min, Q

from frontdesk.ledger.models import Entry
from frontdesk.ledger.queries.balances import Balance, balances_of
from frontdesk.ledger.queries.buckets import owing
from frontdesk.ledger.queries.crediting import by_visit, free_credit
from frontdesk.ledger.rules.chart import CREDIT
from frontdesk.people.models import Patient


class Held(NamedTuple):
    """Credit in one place: for a visit, or free of any."""

    visit_id: UUID | None
    amount: Decimal
    since: date | None


class OpenVisit(NamedTuple):
    """A visit that is not paid whole."""

    visit_id: UUID
    owed: Decimal
    since: date


class Relative(NamedTuple):
    """Somebody of the same family."""

    patient: Patient
    owed: Decimal


def held_of(patient: Patient) -> list[Held]:
    """Return where credit lies, what is free first; what a refund has asked for stays."""
    of_credit = Q(source__code=CREDIT) | Q(target__code=CREDIT)
    rows = Entry.objects.filter(of_credit, patient=patient).order_by().values_list("visit_id")
    since = dict(rows.annotate(Min("posted_on")))
    free = free_credit(patient)
    found = [
        Held(visit_id, min(amount, free) if visit_id is None else amount, since.get(visit_id))
        for visit_id, amount in by_visit(patient).items()
    ]
    return [one for one in found if one.amount]


def open_visits(patient: Patient, on: date) -> list[OpenVisit]:
    """Return the visits of which the patient still owes something, the oldest first."""
    sums: dict[UUID, OpenVisit] = {}
    for bucket in owing(patient, on=on).buckets:
        if bucket.visit_id and bucket.owed > 0:
            before = sums.get(bucket.visit_id, OpenVisit(bucket.visit_id, Decimal(0), bucket.since))
            owed, since = before.owed + bucket.owed, min(before.since, bucket.since)
            sums[bucket.visit_id] = OpenVisit(bucket.visit_id, owed, since)
    return sorted(sums.values(), key=lambda one: one.since)


def relatives_of(patient: Patient) -> list[Relative]:
    """Return the others of the family with what each should pay now, who owes most first."""
    if patient.guarantor_id is None:
        return []
    home = Patient.objects.filter(guarantor=patient.guarantor_id).exclude(pk=patient.pk)
    others = list(home.exclude(status=Patient.Status.MERGED))
    balances = balances_of([one.pk for one in others])
    found = [Relative(one, balances.get(one.pk, Balance()).to_pay) for one in others]
    return sorted(found, key=lambda one: (-one.owed, one.patient.name))
