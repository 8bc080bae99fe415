"""What is looked at after each month and at the end: books, deadlines, money posted untouched."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum

from frontdesk.billing.models import (
    Appeal,
    Claim,
    ClaimEvent,
    Deadline,
    Denial,
    Remittance,
    RemittanceClaim,
)
from frontdesk.core.money import ZERO
from frontdesk.core.scoping import practice_scope
from frontdesk.demo.kpis import count_the_past
from frontdesk.demo.year import happened
from frontdesk.demo.year.state import Year
from frontdesk.ledger import queries as books
from frontdesk.ledger.models import Entry
from frontdesk.reports.queries import kpis
from frontdesk.reports.queries.books_sums import ties
from frontdesk.reports.queries.kpi_cells import NOWHERE
from frontdesk.scheduling.models import Appointment
from frontdesk.visits.models import Visit

KINDS = {"charge": "charged", "payment": "paid"}


def month(year: Year, last: date) -> dict[str, Any]:
    """Return the figures of the month that ends with a day, counted as the night would."""
    first = last.replace(day=1)
    year.set(last + timedelta(days=1), 3)
    count_the_past(year.practice_id)
    with practice_scope(year.practice_id):
        return {
            "month": f"{first:%Y-%m}",
            **_visits(first, last),
            **_claims(first, last),
            **_money(first, last),
            "untouched": _untouched(first, last),
            "apart": [one.name for one in ties() if not one.holds],
            "late": late(last),
            "missed": missed(first, last),
            "kpis": _kpis(first, last),
        }


def ended(year: Year, last: date) -> dict[str, Any]:
    """Return how the year ended."""
    year.set(last + timedelta(days=1), 9)
    count_the_past(year.practice_id)
    with practice_scope(year.practice_id):
        rows = books.trial_balance()
        off_by = sum((row.balance for row in rows), ZERO)
        apart = [one.name for one in ties() if not one.holds]
        return {
            "days": len(year.done),
            "visits": Visit.objects.count(),
            "claims": Claim.objects.count(),
            "off_by": off_by,
            "apart": apart,
            "books_balanced": off_by == ZERO and not apart,
            "past_deadline": late(last),
            "missed": missed(date.min, last),
            "untouched": _untouched(date.min, last),
            "happened": happened.count(),
            "denials": _by(Denial.objects.all(), "status"),
            "appeals": _by(Appeal.objects.all(), "status"),
            "practice": str(year.practice_id),
            "last": last.isoformat(),
        }


def late(on: date) -> int:
    """Return how many clocks on claims have run past their last day and run still."""
    return Deadline.objects.filter(stopped_on=None, due_on__lt=on).count()


def missed(first: date, last: date) -> int:
    """Return how many clocks were stopped between two days, and only after their last day."""
    stopped = Deadline.objects.filter(stopped_on__gte=first, stopped_on__lte=last)
    return stopped.filter(stopped_on__gt=F("due_on")).count()


def _kpis(first: date, last: date) -> dict[str, str]:
    """Return the figures of the money over some days, in words."""
    found = kpis.counted(first, last, [last])
    told = kpis.figures(found, first, last, kpis.terms(), NOWHERE)
    return {one.measure.key: one.measure.write(one.value) for one in told}


def _visits(first: date, last: date) -> dict[str, Any]:
    booked = Appointment.objects.filter(starts_at__date__gte=first, starts_at__date__lte=last)
    told = _by(booked, "status")
    seen = Visit.objects.filter(on__gte=first, on__lte=last, left_unseen=False)
    return {
        "seen": seen.count(),
        "cancelled": told.get("cancelled", 0),
        "no_show": told.get("no_show", 0),
        "away": told.get("cancelled", 0) + told.get("no_show", 0),
    }


def _claims(first: date, last: date) -> dict[str, Any]:
    claims = Claim.objects.filter(on__gte=first, on__lte=last)
    events = ClaimEvent.objects.filter(claim__on__gte=first, claim__on__lte=last)
    return {
        "claims": claims.count(),
        "rejected": events.filter(kind="rejected").count(),
        "denied": claims.filter(denials__isnull=False).distinct().count(),
    }


def _money(first: date, last: date) -> dict[str, Any]:
    sums: dict[str, Decimal] = dict.fromkeys(KINDS.values(), ZERO)
    moved = Entry.objects.filter(posted_on__gte=first, posted_on__lte=last, kind__in=KINDS)
    for kind, amount in moved.values_list("kind", "amount"):
        sums[KINDS[kind]] += amount
    rows = books.trial_balance(on=last)
    owed = sum((row.balance for row in rows if row.code.startswith("receivable.")), ZERO)
    return {**sums, "owed": owed}


def _untouched(first: date, last: date) -> float | None:
    """Return the share of payers' dollars that was posted with nobody's hand."""
    mine = RemittanceClaim.objects.filter(
        remittance__paid_on__gte=first, remittance__paid_on__lte=last
    ).exclude(remittance__status=Remittance.Status.REPLACED)
    by_hand = Q(claim__events__kind="matched") | ~Q(why="") | Q(status="person")
    whole = mine.aggregate(sum=Sum("paid", filter=Q(paid__gt=0)))["sum"] or ZERO
    touched = mine.filter(by_hand, paid__gt=0).distinct()
    dollars = sum(touched.values_list("paid", flat=True), ZERO)
    return round(float(1 - dollars / whole), 4) if whole else None


def _by(rows: Any, name: str) -> dict[str, int]:
    told = rows.order_by().values_list(name).annotate(n=Count("pk"))
    return dict(told)
