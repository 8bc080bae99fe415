"""What is coming in: claims in flight and what patients owe, and how well that was foretold."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate

from frontdesk.billing.models import Claim, ClaimEvent
from frontdesk.core.money import ZERO
from frontdesk.coverage.models import Payer
from frontdesk.ledger import queries as ledger
from frontdesk.ledger.models import Account
from frontdesk.ledger.rules.chart import (
    BANK,
    CAPITATION,
    CARDS,
    CASH,
    CHECKS,
    CREDIT,
    INSURANCE,
    INTEREST,
    PATIENT,
    RECOUPMENT,
    WITHHELD,
)
from frontdesk.office.rules.planning import usual_week
from frontdesk.reports.rules.receipts import (
    PAST,
    WEEK,
    Coming,
    Looked,
    Sent,
    ahead,
    patients_habit,
)

LEARNED = 26  # weeks of claims from which habits are learned
_WAITS = (Claim.Status.SENT, Claim.Status.RECEIVED, Claim.Status.ACCEPTED)
_IN_HAND = (CASH, CHECKS, CARDS)
_OF_PAYERS = (INSURANCE, RECOUPMENT, INTEREST, CAPITATION, WITHHELD)
Days = dict[date, Decimal]  # dollars by day
Moved = tuple[str, str, date, Decimal]  # out of which account, into which, when, how much


@dataclass(frozen=True, slots=True)
class Receipts:
    """The weeks ahead with their payers by name, and the weeks that were."""

    coming: Coming
    names: dict[UUID, str]
    past: list[Looked]
    billed: Decimal  # usually in a week, in charges


@dataclass(frozen=True, slots=True)
class _Known:
    """All that forecasts are made from, of now and of past days alike."""

    sent: list[Sent]
    payers: Days
    claims: Days  # of the payers' money, what was for claims
    patients: Days
    owed: Decimal
    changed: Days  # of what patients owe

    def owed_on(self, day: date) -> Decimal:
        """Return what patients owed at the start of a day."""
        return self.owed - sum((x for on, x in self.changed.items() if on >= day), ZERO)


def receipts(on: date) -> Receipts:
    """Return what comes in the weeks from a day on, and how past forecasts did."""
    known = _known(on, on - WEEK * (LEARNED + 2 * PAST))
    past = [_looked(known, on - WEEK * back) for back in range(PAST, 0, -1)]
    coming = _ahead(known, on)
    payers = Payer.objects.filter(pk__in=[row.payer for row in coming.rows])
    sent = [one.charged for one in known.sent if on - WEEK * PAST <= one.sent_on < on]
    return Receipts(coming, dict(payers.values_list("pk", "name")), past, sum(sent, ZERO) / PAST)


def _ahead(known: _Known, on: date, weeks: int = 13) -> Coming:
    start = on - WEEK * LEARNED
    sent = [one for one in known.sent if one.sent_on >= start]
    days = [on - WEEK * back for back in range(PAST, -1, -1)]
    owed = [known.owed_on(day) for day in days]
    habit = patients_habit(owed, [_in_week(known.patients, day) for day in days[:-1]])
    outside = [_in_week(known.payers, day) - _in_week(known.claims, day) for day in days[:-1]]
    return ahead(sent, habit, on, outside=sum(outside, ZERO) / PAST, weeks=weeks)


def _looked(known: _Known, first: date) -> Looked:
    """Return a past week beside what would have been said at its start."""
    said = _ahead(known, first, weeks=1)
    before = [first - WEEK * back for back in range(1, PAST + 1)]
    usual = [_in_week(known.payers, day) + _in_week(known.patients, day) for day in before]
    return Looked(
        first,
        _in_week(known.payers, first),
        _in_week(known.patients, first),
        said.payers[0] + said.patients[0],
        usual_week(usual),
    )


def _in_week(days: Days, first: date) -> Decimal:
    return sum((days.get(first + timedelta(days=day), ZERO) for day in range(7)), ZERO)


def _known(on: date, start: date) -> _Known:
    changed: Days = defaultdict(lambda: ZERO)
    owed = ZERO
    moved = _moved_before(on)
    for source, target, day, amount in moved:
        sign = (target == PATIENT) - (source == PATIENT)
        owed += sign * amount
        if sign and day >= start:
            changed[day] += sign * amount
    since = [one for one in moved if one[2] >= start]
    return _Known(
        sent=[*_decided(start, on), *_waiting(start, on)],
        payers=_came(since, (BANK,), _OF_PAYERS),
        claims=_came(since, (BANK,), (INSURANCE,)),
        patients=_came(since, _IN_HAND, (PATIENT, CREDIT)),
        owed=owed,
        changed=changed,
    )


def _decided(start: date, on: date) -> list[Sent]:
    """Return the claims that were decided, by payer and days: paid or refused."""
    early, late = _midnight(start), _midnight(on)
    told = ClaimEvent.objects.filter(kind__in=("paid", "denied"), at__gte=early, at__lt=late)
    is_paid = Q(kind="paid", claim__paid__gt=0)
    rows = (
        told.filter(claim__sent_at__gte=early)
        .order_by()
        .annotate(sent=TruncDate("claim__sent_at"), day=TruncDate("at"))
        .values_list("claim__payer_id", "sent", "day")
        .annotate(
            Count("pk"),
            Sum("claim__total"),
            paid=Sum("claim__paid", filter=is_paid),
            with_money=Sum("claim__total", filter=is_paid),
        )
    )
    return [
        Sent(payer, sent, max(day, sent), count, charged, paid or ZERO, with_money or ZERO)
        for payer, sent, day, count, charged, paid, with_money in rows
    ]


def _waiting(start: date, on: date) -> list[Sent]:
    """Return the claims that payers have, by payer and the day they were sent."""
    early, late = _midnight(start), _midnight(on)
    found = Claim.objects.filter(status__in=_WAITS, sent_at__gte=early, sent_at__lt=late)
    rows = found.order_by().annotate(day=TruncDate("sent_at")).values_list("payer_id", "day")
    return [
        Sent(payer, sent, None, count, charged)
        for payer, sent, count, charged in rows.annotate(Count("pk"), Sum("total"))
    ]


def _moved_before(on: date) -> list[Moved]:
    """Return what moved before a day, as codes of the accounts, day, and dollars."""
    codes = dict(Account.objects.values_list("pk", "code"))
    return [
        (codes[move.source], codes[move.target], move.on, amount)
        for move, amount in ledger.books_kept().sums.items()
        if move.on < on
    ]


def _came(moved: Iterable[Moved], into: Sequence[str], out_of: Sequence[str]) -> Days:
    """Return what came by day from some accounts into others, less what went back."""
    days: Days = defaultdict(lambda: ZERO)
    for source, target, day, amount in moved:
        if target in into and source in out_of:
            days[day] += amount
        elif source in into and target in out_of:
            days[day] -= amount
    return days


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
