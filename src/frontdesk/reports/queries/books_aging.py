"""What is open in the books on a day: by payer, by patient, by what it waits for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import F, Max, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from frontdesk.billing.models import Claim, ClaimLine, Statement, StatementPart
from frontdesk.core.money import ZERO, MoneyField
from frontdesk.coverage.models import Payer
from frontdesk.ledger.models import Account, Entry
from frontdesk.ledger.queries import accounts_kept, may_be_open
from frontdesk.ledger.queries.crediting import ADVANCE
from frontdesk.ledger.rules.chart import CREDIT, INSURANCE, PATIENT
from frontdesk.ledger.rules.credits import still_there
from frontdesk.people.models import Patient
from frontdesk.reports.rules.books import (
    OpenItem,
    reason_of_claim,
    reason_of_statement,
)

SIDES = {"insurance": INSURANCE, "patient": PATIENT, "credit": CREDIT}
_KEYS = {  # what is open on its own: payments of patients and credit need not name the charge
    "insurance": ("patient", "visit_id", "charge_id"),
    "patient": ("patient", "visit_id"),
    "credit": ("patient", "visit_id"),
}
CHUNK = 5000  # keys in one question
_NOTHING = Value(ZERO, output_field=MoneyField())
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Left:
    """What is left of one charge (or visit) on one account."""

    patient_id: UUID
    visit_id: UUID | None
    charge_id: UUID | None
    amount: Decimal
    since: date


def open_items(side: str, on: date) -> list[OpenItem]:
    """Return everything that is open on one side at the end of that day.

    Insurance is aged from the day of service, patients from the day on which it became theirs,
    credit from the day it came. What it waits for is what it waits for now.
    """
    left = _left(side, on)
    people = _people({one.patient_id for one in left})
    if side == "insurance":
        return _with_claims(left, people, on)
    if side == "patient":
        return _with_statements(left, people, on)
    return _credits(left, people, on)


def _left(side: str, on: date) -> list[_Left]:
    accounts = list(Account.objects.filter(code=SIDES[side]).values_list("pk", flat=True))
    into, out = Q(target__in=accounts), Q(source__in=accounts)
    first, second = (out, into) if side == "credit" else (into, out)
    found = Entry.objects.filter(into | out).exclude(patient=None).order_by()
    rows = (
        found.filter(posted_on__lte=on)
        .values(*_KEYS[side], **({"advance": ADVANCE} if side == "credit" else {}))
        .annotate(
            came=Coalesce(Sum("amount", filter=first), _NOTHING),
            went=Coalesce(Sum("amount", filter=second), _NOTHING),
            served=Min("service_on"),
            posted=Min("posted_on"),
        )
        .exclude(came=F("went"))
    )
    parts = _with_credit(found, on) if side == "credit" else _not_settled(side, on)
    return [_row(row, side) for part in parts for row in rows.filter(part)]


def _not_settled(side: str, on: date) -> list[Q]:
    """Return in which parts of the books something may be open that day; or all of them."""
    parts = may_be_open([SIDES[side]], Q(posted_on__gt=on))
    return [Q()] if parts is None else parts


def _with_credit(entries: QuerySet[Entry], on: date) -> list[Q]:
    """Return the same of credit, which is told for each patient as a whole.

    They have some now, or theirs moved since. Whose credit adds up to nothing is not told of.
    """
    since = entries.filter(posted_on__gt=on).values_list("patient", flat=True).distinct()
    whose = {one for one in since[: CHUNK + 1] if one}
    standing = accounts_kept().standing
    whose |= {patient for patient, found in standing.items() if found.credit}
    return [Q(patient__in=whose)] if len(whose) <= CHUNK else [Q()]


def _row(row: Mapping[str, Any], side: str) -> _Left:
    served = row["served"] if side == "insurance" else None
    return _Left(
        row["patient"],
        row["visit_id"],
        row.get("charge_id"),
        row["came"] - row["went"],
        served or row["posted"],
    )


def _with_claims(left: Sequence[_Left], people: dict[UUID, Patient], on: date) -> list[OpenItem]:
    claims = _claims([one.charge_id for one in left if one.charge_id])
    payers = _payers([one.charge_id for one in left if one.charge_id not in claims])
    items = []
    for one in left:
        claim = claims.get(one.charge_id)
        payer = claim["claim__payer__name"] if claim else payers.get(one.charge_id, "")
        items.append(
            _item(
                "insurance", one, people, on,
                reason=reason_of_claim(claim["claim__status"] if claim else None),
                payer=payer or "No payer named", claim=claim["claim__number"] if claim else "",
            )
        )  # fmt: skip
    return items


def _with_statements(
    left: Sequence[_Left], people: dict[UUID, Patient], on: date
) -> list[OpenItem]:
    due: dict[UUID, date] = {}
    for some in _chunks(sorted(people)):
        billed = Statement.objects.filter(patient__in=some, made_on__lte=on)
        billed = billed.exclude(status=Statement.Status.PAID).order_by()
        due |= dict(billed.values_list("patient").annotate(Max("due_on")))
        parts = StatementPart.objects.filter(patient__in=some, statement__made_on__lte=on)
        parts = parts.exclude(statement__status=Statement.Status.PAID).order_by()
        due |= dict(parts.values_list("patient").annotate(Max("statement__due_on")))
    return [
        _item(
            "patient", one, people, on, reason=reason_of_statement(due.get(one.patient_id), on)
        )
        for one in left
    ]  # fmt: skip


def _credits(left: Sequence[_Left], people: dict[UUID, Patient], on: date) -> list[OpenItem]:
    """Credit of one visit may have paid another: what is left is told for the patient as a whole.

    What was put down for visits without a bill is told apart, as far as it is still there.
    """
    billed = _billed({one.visit_id for one in left if one.visit_id and one.amount > ZERO}, on)
    items = []
    for theirs in _by_patient(left):
        rest = sum((one.amount for one in theirs), ZERO)
        waiting = [one for one in theirs if one.amount > ZERO and one.visit_id not in billed]
        waiting = [one for one in waiting if one.visit_id is not None]
        kept = max(min(sum((one.amount for one in waiting), ZERO), rest), ZERO)
        if kept:
            part = replace(min(waiting, key=lambda one: one.since), amount=kept)
            items.append(_item("credit", part, people, on, reason="held_credit"))
        if rest != kept:
            free = still_there((one.since, one.amount) for one in theirs if one not in waiting)
            first = min(theirs, key=lambda one: one.since)
            for since, amount in free if rest > kept else [(first.since, rest)]:
                part = replace(first, since=since, amount=amount)
                items.append(_item("credit", part, people, on, reason="free_credit"))
    return items


def _by_patient(left: Sequence[_Left]) -> list[list[_Left]]:
    found: dict[UUID, list[_Left]] = {}
    for one in left:
        found.setdefault(one.patient_id, []).append(one)
    return list(found.values())


def _billed(visits: set[UUID], on: date) -> set[UUID | None]:
    billed: set[UUID | None] = set()
    for some in _chunks(sorted(visits)):
        charged = Entry.objects.filter(visit_id__in=some, kind="charge", posted_on__lte=on)
        billed |= set(charged.order_by().values_list("visit_id", flat=True).distinct())
    return billed


def _item(
    side: str, one: _Left, people: dict[UUID, Patient], on: date, *, reason: str,
    payer: str = "", claim: str = "",
) -> OpenItem:  # fmt: skip
    patient = people[one.patient_id]
    return OpenItem(
        side=side, amount=one.amount, since=one.since, age=max((on - one.since).days, 0),
        reason=reason, patient_id=one.patient_id, patient=patient.name,
        chart=patient.chart_number, payer=payer, visit_id=one.visit_id, claim=claim,
    )  # fmt: skip


def _claims(charge_ids: Sequence[UUID]) -> dict[UUID | None, Mapping[str, Any]]:
    """Return the newest claim of each charge that is not void."""
    found: dict[UUID | None, Mapping[str, Any]] = {}
    for some in _chunks(charge_ids):
        lines = (
            ClaimLine.objects.filter(charge__in=some)
            .exclude(claim__status=Claim.Status.VOIDED)
            .order_by("claim__built_at", "pk")
            .values("charge", "claim__status", "claim__number", "claim__payer__name")
        )
        found |= {line["charge"]: line for line in lines}
    return found


def _payers(charge_ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return the payer's name of charges that have no claim, as they were posted."""
    posted: dict[UUID | None, UUID | None] = {}
    for some in _chunks([key for key in charge_ids if key]):
        charged = Entry.objects.filter(charge_id__in=some, kind="charge").exclude(payer_id=None)
        posted |= dict(charged.values_list("charge_id", "payer_id"))
    names = dict(Payer.objects.values_list("pk", "name"))
    return {key: names.get(payer_id, "") for key, payer_id in posted.items() if payer_id}


def _people(patient_ids: Iterable[UUID]) -> dict[UUID, Patient]:
    found: dict[UUID, Patient] = {}
    for some in _chunks(sorted(patient_ids)):
        found |= {patient.pk: patient for patient in Patient.objects.filter(pk__in=some)}
    return found


def _chunks(keys: Sequence[T]) -> Iterator[list[T]]:
    walking = iter(keys)
    while some := list(islice(walking, CHUNK)):
        yield some
