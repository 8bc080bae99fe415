"""What is in motion: open claims and their clocks, history, denials, appeals, enrolments, tasks.

What a practice loses first when it changes its system is what people are in the middle of.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Min, Q

from frontdesk.billing.models import Appeal, Claim, ClaimEvent, Deadline, Denial, DenialStep
from frontdesk.coverage.models import Enrolment
from frontdesk.reports.rules.sheets import Sheet
from frontdesk.staff.models import WorkItem

OVER = (Claim.Status.CLOSED, Claim.Status.VOIDED)
ROOMS = ("billing", "coverage", "ledger")
CHUNK = 2000


_HEADS = {
    "claims": "claim payer_claim patient chart payer service_day status level frequency file_by "
    "next_clock owner next_step next_on charged paid",
    "clocks": "claim kind from until",
    "history": "claim at what code words by",
    "denials": "claim code service_day reason remarks cause status denied_on appeal_by working "
    "refused expected",
    "denial_notes": "claim reason at words by",
    "appeals": "appeal claim level reason status how reference sent_on due_on argument asked",
    "enrolments": "payer payer_id message status asked_on expected_on starts_on reference note",
    "tasks": "kind title detail what_to_do role opened_at due_at worth",
}


def in_motion() -> list[Sheet]:
    """Return what a person would have to know to go on with the work in another system."""
    rows = {
        "claims": _claims(), "clocks": _clocks(), "history": _history(), "denials": _denials(),
        "denial_notes": _notes(), "appeals": _appeals(), "enrolments": _enrolments(),
        "tasks": _tasks(),
    }  # fmt: skip
    return [Sheet(name, _HEADS[name].split(), found) for name, found in rows.items()]


def _open(prefix: str = "") -> Q:
    return ~Q(**{f"{prefix}status__in": OVER})


def _claims() -> Iterator[Sequence[Any]]:
    running = Min("deadlines__due_on", filter=Q(deadlines__stopped_on=None))
    found = Claim.objects.filter(_open()).annotate(clock=running).order_by("pk")
    rows = found.values_list(
        "number", "payer_control_number", "patient__last_name", "patient__first_name",
        "patient__chart_number", "payer__name", "on", "status", "level", "frequency", "file_by",
        "clock", "owner__name", "next_step", "next_on", "total", "paid",
    )  # fmt: skip
    for number, theirs, last, first, *rest in rows.iterator(chunk_size=CHUNK):
        yield number, theirs, f"{last}, {first}", *rest


def _clocks() -> Iterator[Sequence[Any]]:
    found = Deadline.objects.filter(_open("claim__"), stopped_on=None).order_by("claim", "pk")
    rows = found.values_list("claim__number", "kind", "starts_on", "due_on")
    yield from rows.iterator(chunk_size=CHUNK)


def _history() -> Iterator[Sequence[Any]]:
    found = ClaimEvent.objects.filter(_open("claim__")).order_by("claim", "at", "pk")
    rows = found.values_list("claim__number", "at", "kind", "code", "words", "by_name")
    yield from rows.iterator(chunk_size=CHUNK)


def _denials() -> Iterator[Sequence[Any]]:
    found = Denial.objects.filter(ended_on=None).select_related("claim").order_by("pk")
    for one in found.iterator(chunk_size=CHUNK):
        yield (
            one.claim.number, one.code, one.on, f"{one.group}-{one.reason}", " ".join(one.remarks),
            one.cause, one.status, one.denied_on, one.appeal_by, one.working_by, one.amount,
            one.expected,
        )  # fmt: skip


def _notes() -> Iterator[Sequence[Any]]:
    found = DenialStep.objects.filter(denial__ended_on=None).order_by("denial", "at", "pk")
    rows = found.values_list(
        "denial__claim__number", "denial__group", "denial__reason", "at", "words", "by_name"
    )
    for number, group, reason, *rest in rows.iterator(chunk_size=CHUNK):
        yield number, f"{group}-{reason}", *rest


def _appeals() -> Iterator[Sequence[Any]]:
    found = Appeal.objects.filter(denials__ended_on=None).distinct().order_by("number")
    rows = found.values_list(
        "number", "claim__number", "level", "reason", "status", "how", "reference", "sent_on",
        "due_on", "argument", "amount",
    )  # fmt: skip
    yield from rows.iterator(chunk_size=CHUNK)


def _enrolments() -> Iterator[Sequence[Any]]:
    found = Enrolment.objects.order_by("payer__name", "message")
    yield from found.values_list(
        "payer__name", "payer__payer_id", "message", "status", "asked_on", "expected_on",
        "starts_on", "reference", "note",
    )  # fmt: skip


def _tasks() -> Iterator[Sequence[Any]]:
    mine = Q()
    for room in ROOMS:
        mine |= Q(kind__startswith=f"{room}.")
    found = WorkItem.objects.filter(mine, status=WorkItem.Status.OPEN).order_by("opened_at", "pk")
    rows = found.values_list(
        "kind", "title", "detail", "how_to_fix", "pool", "opened_at", "due_at", "amount"
    )
    yield from rows.iterator(chunk_size=CHUNK)
