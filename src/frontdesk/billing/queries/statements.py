"""Questions about statements: which are open, who is to be billed, what a run left out."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from frontdesk.billing.models import Statement, StatementPart, StatementRun, StatementSkip
from frontdesk.billing.queries.bills import Family
from frontdesk.billing.rules.bills import HELD, cycle_of
from frontdesk.comms.models import Message
from frontdesk.comms.queries import address_of, links_about
from frontdesk.core.money import ZERO, MoneyField
from frontdesk.ledger.models import Account, Entry, Payment
from frontdesk.ledger.rules.chart import CREDIT, PATIENT
from frontdesk.people.models import Patient
from frontdesk.practice.queries import office_day

_OPEN = (Statement.Status.MADE, Statement.Status.SENT)
_NOTHING = Value(ZERO, output_field=MoneyField())


def open_statements(patient: Patient) -> QuerySet[Statement]:
    """Return the statements on which the patient stands and that are not paid, newest first."""
    mine = StatementPart.objects.filter(patient=patient).values("statement")
    found = Statement.objects.filter(Q(patient=patient) | Q(pk__in=mine), status__in=_OPEN)
    return found.order_by("-number")


def last_statement(family: Family) -> Statement | None:
    """Return the newest statement of a family that is neither paid nor replaced."""
    found = Statement.objects.filter(status__in=_OPEN)
    if family.guarantor is not None:
        found = found.filter(Q(guarantor=family.guarantor) | Q(patient__in=family.patients))
    else:
        found = found.filter(patient=family.addressee)
    return found.order_by("-number").first()


def statements(show: str = "") -> QuerySet[Statement]:
    """Return statements, the newest first; `show` is a status, "returned", or nothing for all."""
    found = Statement.objects.select_related("patient", "document", "guarantor")
    found = found.order_by("-number")
    if show == "returned":
        return found.exclude(returned_on=None)
    return found.filter(status=show) if show else found


def patients_owing() -> QuerySet[Patient]:
    """Return living patients who owe more than their credit."""
    theirs = list(Account.objects.filter(code__in=(PATIENT, CREDIT)).values_list("pk", flat=True))
    into, out = Q(target__in=theirs), Q(source__in=theirs)
    owing = (
        Entry.objects.filter(into | out)
        .order_by()
        .values("patient")
        .annotate(
            came=Coalesce(Sum("amount", filter=into), _NOTHING),
            went=Coalesce(Sum("amount", filter=out), _NOTHING),
        )
        .filter(came__gt=F("went"))  # debits above credits: something is left to pay
    )
    return Patient.objects.filter(pk__in=owing.values("patient")).exclude(
        status__in=(Patient.Status.DECEASED, Patient.Status.MERGED)
    )


def patients_to_bill(since: date) -> QuerySet[Patient]:
    """Return living patients who owe more than their credit and got no statement since that day."""
    billed = Statement.objects.filter(patient=OuterRef("pk"), made_on__gt=since)
    parts = StatementPart.objects.filter(patient=OuterRef("pk"), statement__made_on__gt=since)
    found = patients_owing().exclude(Exists(billed)).exclude(Exists(parts))
    return found.order_by("last_name", "first_name", "pk")


def families_to_bill(since: date) -> int:
    """Return how many families owe something and were not billed since that day."""
    found = patients_to_bill(since).order_by()
    return found.values(head=Coalesce("guarantor_id", "id")).distinct().count()


def heads_owing(cycle: int, cycles: int, *, after: UUID | None = None) -> list[UUID]:
    """Return one patient of each family that owes something, in the order of their keys.

    Of a family the one with the lowest key; `cycle` keeps those whose turn it is, 0 everybody.
    """
    rows = patients_owing().order_by("pk").values_list("pk", "guarantor_id", "last_name")
    seen: set[UUID] = set()
    heads = []
    for pk, guarantor_id, last_name in rows.iterator(chunk_size=2000):
        if (head := guarantor_id or pk) in seen:
            continue
        seen.add(head)
        if not cycle or cycle_of(last_name, cycles) == cycle:
            heads.append(pk)
    return [pk for pk in heads if after is None or pk > after]


def runs() -> QuerySet[StatementRun]:
    """Return the runs, the newest first."""
    return StatementRun.objects.order_by("-number")


def skipped(run: StatementRun, why: str = "") -> QuerySet[StatementSkip]:
    """Return who got no statement in a run, the largest amount first."""
    found = StatementSkip.objects.filter(run=run).select_related("patient")
    found = found.filter(why=why) if why else found
    return found.order_by("-amount", "pk")


def skips_by_reason(run: StatementRun) -> list[dict[str, object]]:
    """Return how many and how much was left out for each reason, the largest first."""
    rows = StatementSkip.objects.filter(run=run).order_by().values("why")
    told = rows.annotate(count=Count("pk"), sum=Sum("amount")).order_by("-sum")
    return [{**row, "words": HELD.get(row["why"], row["why"])} for row in told]


def paid_since(family: Family, on: date) -> bool:
    """Say whether anybody of a family paid something after a day."""
    found = Payment.objects.filter(patient__in=family.patients, status=Payment.Status.POSTED)
    last = found.order_by("-taken_at").values_list("taken_at", flat=True).first()
    return last is not None and office_day(last) > on


def messages_of(statement: Statement) -> QuerySet[Message]:
    """Return what was written to the patient about a statement, the newest first."""
    return Message.objects.filter(subject_id=statement.pk).order_by("-written_at", "-pk")


def pay_address(statement: Statement, at: datetime) -> str:
    """Return where the bill can be paid by a link that still opens; empty without one."""
    open_ = links_about(statement.pk).filter(purpose="pay", used_at=None, ended_at=None)
    link = open_.filter(expires_at__gt=at).order_by("made_at", "pk").first()
    return address_of(link) if link else ""
