"""Money that is not ours to keep, with what to do about it; and balances too small to collect."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, F, Max, Min, Q, QuerySet, Sum, When

from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Entry, Payment, Plan, Refund
from frontdesk.ledger.models.refunds import OPEN
from frontdesk.ledger.queries.balances import balance_of
from frontdesk.ledger.queries.moved import accounts_kept
from frontdesk.ledger.queries.plans import OPEN_PLANS
from frontdesk.ledger.queries.policy import payment_policy
from frontdesk.ledger.rules.chart import CASH_OF, CREDIT, INSURANCE, PATIENT, REFUNDS
from frontdesk.ledger.rules.credits import PROPOSALS, Standing, proposed_for, still_there
from frontdesk.people.models import Patient

ON_THE_LIST = 500
ADVANCE = Case(When(visit_id=None, then=F("payment_id")))  # tells credit of no visit apart
_MONEY_IN = frozenset(CASH_OF.values())


@dataclass(frozen=True, slots=True)
class CreditRow:
    """A patient's credit with what is proposed."""

    patient: Patient
    standing: Standing
    proposal: str

    @property
    def words(self) -> str:
        """What is proposed, in words."""
        return PROPOSALS[self.proposal]

    @property
    def credit(self) -> Decimal:
        """The credit, in dollars."""
        return self.standing.credit


@dataclass(frozen=True, slots=True)
class SmallRow:
    """A balance too small to collect."""

    patient_id: UUID
    owed: Decimal
    moved_on: date


@dataclass(slots=True)
class _Sums:
    credit: Decimal = ZERO
    owed: Decimal = ZERO
    insurance: Decimal = ZERO
    own: Decimal = ZERO
    moved_on: date = date.min


def credit_rows(*, on: date) -> list[CreditRow]:
    """Return every credit with its proposal, what is worth most first; in few questions."""
    standing = accounts_kept().standing
    credits_ = [pk for pk, found in standing.items() if found.credit > ZERO]
    largest = sorted(credits_, key=lambda pk: (-standing[pk].credit, str(pk)))[:ON_THE_LIST]
    sums = _sums(Entry.objects.filter(patient__in=largest))
    patients = {one.pk: one for one in Patient.objects.filter(pk__in=largest)}
    waiting = _waiting(largest)
    since = _since(largest)
    months = payment_policy().unclaimed_months
    rows = []
    for pk in largest:
        found = sums[pk]
        stands = Standing(
            found.credit, found.owed, found.insurance, found.own, waiting.get(pk, ZERO),
            (on - since.get(pk, found.moved_on)).days, (on - found.moved_on).days,
        )  # fmt: skip
        rows.append(CreditRow(patients[pk], stands, proposed_for(stands, months)))
    return rows


def credit_total(rows: Iterable[CreditRow]) -> Decimal:
    """Return the sum of credits, in dollars."""
    return sum((row.credit for row in rows), ZERO)


def by_visit(patient: Patient) -> dict[UUID | None, Decimal]:
    """Return where a patient's credit stands: what waits for no visit first."""
    rows = (
        Entry.objects.filter(Q(source__code=CREDIT) | Q(target__code=CREDIT), patient=patient)
        .order_by()
        .values_list("visit_id", "source__code")
        .annotate(Sum("amount"))
    )
    sums: dict[UUID | None, Decimal] = {}
    for visit_id, source, amount in rows:
        part = amount if source == CREDIT else -amount
        sums[visit_id] = sums.get(visit_id, ZERO) + part
    ordered = sorted(sums.items(), key=lambda row: (row[0] is not None, str(row[0])))
    return {visit_id: amount for visit_id, amount in ordered if amount > ZERO}


def proposed(patient: Patient) -> Decimal:
    """Return what is proposed to go out and not set aside yet."""
    waiting = Refund.objects.filter(patient=patient, status=Refund.Status.PROPOSED)
    return waiting.aggregate(sum=Sum("amount"))["sum"] or ZERO


def free_credit(patient: Patient) -> Decimal:
    """Return the credit that no refund has asked for."""
    return max(balance_of(patient).credit - proposed(patient), ZERO)


def refunded(payment: Payment) -> Decimal:
    """Return what was refunded, or is about to be, to the card of a payment."""
    not_so = (Refund.Status.DECLINED, Refund.Status.CANCELLED)
    found = Refund.objects.filter(payment=payment).exclude(status__in=not_so)
    return found.aggregate(sum=Sum("amount"))["sum"] or ZERO


def refundable_cards(patient: Patient) -> list[Payment]:
    """Return the card payments that could be refunded through the gateway, the newest first."""
    found = Payment.objects.filter(
        patient=patient, status=Payment.Status.POSTED, is_online=True
    ).exclude(gateway_id="")
    return list(found.order_by("-taken_at")[:20])


def refunds(*, show: str = "open") -> QuerySet[Refund]:
    """Return refunds: those to act on by their clock, or those that are over."""
    found = Refund.objects.select_related("patient", "site", "payment")
    if show == "over":
        return found.exclude(status__in=OPEN).order_by("-number")
    return found.filter(status__in=OPEN).order_by("due_on", "-amount", "number")


def small_balances(*, on: date) -> list[SmallRow]:
    """Return the balances that the practice's rule gives up, the smallest first.

    Nothing is with insurance, no plan runs, and nothing moved for the days the rule says.
    """
    policy = payment_policy()
    since = on - timedelta(days=policy.small_days)
    planned = set(Plan.objects.filter(status__in=OPEN_PLANS).values_list("patient", flat=True))
    small = {
        pk: found.owed
        for pk, found in accounts_kept().standing.items()
        if ZERO < found.owed <= policy.small_most
        and found.insurance == found.credit == ZERO
        and pk not in planned
    }
    moved = Entry.objects.filter(patient__in=small).order_by().values_list("patient")
    rows = [
        SmallRow(pk, small[pk], moved_on)
        for pk, moved_on in moved.annotate(Max("posted_on"))
        if moved_on <= since
    ]
    return sorted(rows, key=lambda row: (row.owed, str(row.patient_id)))


def _since(patient_ids: list[UUID]) -> dict[UUID, date]:
    """Return the day of each patient's oldest credit that is still there."""
    into, out = Q(source__code=CREDIT), Q(target__code=CREDIT)
    rows = (
        Entry.objects.filter(into | out, patient__in=patient_ids)
        .order_by()
        .values("patient", "visit_id", advance=ADVANCE)
        .annotate(Min("posted_on"), came=Sum("amount", filter=into), went=Sum("amount", filter=out))
        .values_list("patient", "came", "went", "posted_on__min")
    )
    parts: dict[UUID, list[tuple[date, Decimal]]] = {}
    for patient_id, more, less, day in rows:
        parts.setdefault(patient_id, []).append((day, (more or ZERO) - (less or ZERO)))
    left = {pk: still_there(found) for pk, found in parts.items()}
    return {pk: found[0][0] for pk, found in left.items() if found}


def _sums(entries: QuerySet[Entry]) -> dict[UUID, _Sums]:
    rows = (
        entries.order_by()
        .values_list("patient", "source__code", "target__code")
        .annotate(Sum("amount"), Max("posted_on"))
    )
    sums: dict[UUID, _Sums] = {}
    for patient_id, source, target, amount, moved_on in rows.iterator(chunk_size=2000):
        found = sums.setdefault(patient_id, _Sums())
        found.moved_on = max(found.moved_on, moved_on)
        _add(found, source, -amount)
        _add(found, target, amount)
        if source in (PATIENT, CREDIT) and target in _MONEY_IN:
            found.own += amount
        if source in _MONEY_IN | {REFUNDS} and target in (PATIENT, CREDIT):
            found.own -= amount
    return sums


def _add(found: _Sums, code: str, amount: Decimal) -> None:
    if code == PATIENT:
        found.owed += amount
    elif code == INSURANCE:
        found.insurance += amount
    elif code == CREDIT:
        found.credit -= amount


def _waiting(patient_ids: list[UUID]) -> dict[UUID, Decimal]:
    rows = (
        Refund.objects.filter(patient__in=patient_ids, status=Refund.Status.PROPOSED)
        .order_by()
        .values_list("patient")
        .annotate(Sum("amount"))
    )
    return dict(rows)
