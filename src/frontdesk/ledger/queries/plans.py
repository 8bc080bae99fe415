"""Questions about payment plans: which are open, what is due, what to work on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Instalment, InstalmentPart, Payment, Plan, PlanEvent
from frontdesk.ledger.models.plans import OPEN as OPEN
from frontdesk.ledger.queries.balances import balance_of
from frontdesk.ledger.queries.policy import payment_policy
from frontdesk.ledger.rules.plans import counts_for, each_for
from frontdesk.people.models import Patient

OPEN_PLANS = (Plan.Status.ACTIVE, Plan.Status.PAUSED, Plan.Status.BROKEN)

MOST_SHOWN = 60  # instalments of a preview: more cannot be agreed to


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan worth offering: so many monthly instalments of so much."""

    count: int
    each: Decimal


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan in a list: what is left, what is late, what comes next."""

    plan: Plan
    left: Decimal
    late: Decimal
    next_on: date | None
    next_amount: Decimal
    because: str

    @property
    def tone(self) -> str:
        """How urgent it is."""
        if self.plan.status == Plan.Status.BROKEN:
            return "red"
        return "amber" if self.late or self.because else "blue"


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """One plan with everything on it."""

    plan: Plan
    instalments: list[Instalment]
    events: list[PlanEvent]
    paid: Decimal
    left: Decimal

    @property
    def next_one(self) -> Instalment | None:
        """The first instalment that is still expected."""
        return next((one for one in self.instalments if one.is_open), None)

    @property
    def percent(self) -> int:
        """How much of it is paid, in hundredths."""
        whole = self.paid + self.left
        return int(self.paid * 100 / whole) if whole else 100


def open_plan(patient_id: UUID) -> Plan | None:
    """Return the patient's plan that is not over, or nothing."""
    mine = Plan.objects.filter(patient_id=patient_id, status__in=OPEN_PLANS)
    return mine.select_related("patient", "site", "card").first()


def plan_sheet(plan: Plan) -> PlanSheet:
    """Return a plan with its instalments and its history, in few questions."""
    instalments = list(Instalment.objects.filter(plan=plan).order_by("place"))
    return PlanSheet(
        plan,
        instalments,
        list(PlanEvent.objects.filter(plan=plan).order_by("-at", "-pk")),
        sum((one.paid for one in instalments), ZERO),
        sum((one.left for one in instalments if one.is_open), ZERO),
    )


def plans_of(patient: Patient) -> QuerySet[Plan]:
    """Return every plan of a patient, the newest first."""
    return Plan.objects.filter(patient=patient).select_related("card").order_by("-number")


def planned(patient_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """Return how much of what several patients owe is on a plan and not yet due to be paid.

    A statement asks for the rest only. A plan in default holds nothing back.
    """
    rows = (
        Instalment.objects.filter(
            plan__patient__in=patient_ids,
            plan__status__in=(Plan.Status.ACTIVE, Plan.Status.PAUSED),
            status__in=OPEN,
        )
        .order_by()
        .values_list("plan__patient")
        .annotate(Sum("amount"), Sum("paid"))
    )
    return {patient_id: amount - paid for patient_id, amount, paid in rows}


def paid_of(plan: Plan) -> Decimal:
    """Return what was paid of a plan so far."""
    return Instalment.objects.filter(plan=plan).aggregate(sum=Sum("paid"))["sum"] or ZERO


def left_of(plan: Plan) -> Decimal:
    """Return what a plan still expects."""
    opened = Instalment.objects.filter(plan=plan, status__in=OPEN)
    return sum((one.left for one in opened), ZERO)


def offers(patient: Patient) -> list[Offer]:
    """Return the plans worth offering for what the patient owes now, by the practice's rule."""
    return offers_for(balance_of(patient).to_pay)


def offers_for(owed: Decimal) -> list[Offer]:
    """Return the plans worth offering for so many dollars, by the practice's rule."""
    policy = payment_policy()
    counts = counts_for(owed, least=policy.plan_least, months=policy.plan_months)
    return [Offer(count, each_for(owed, count)) for count in counts]


def worklist(*, show: str, on: date) -> list[PlanRow]:
    """Return plans to look at: those in trouble first, and of these what is worth most."""
    plans = Plan.objects.select_related("patient", "card", "site")
    if show == "over":
        plans = plans.exclude(status__in=OPEN_PLANS)
    else:
        plans = plans.filter(status__in=OPEN_PLANS)
    rows = _rows(list(plans.order_by("-number")[:500]), on)
    if show == "trouble":
        rows = [row for row in rows if row.tone != "blue"]
    order = {"red": 0, "amber": 1, "blue": 2}
    return sorted(rows, key=lambda row: (order[row.tone], -row.left, row.plan.number))


def to_announce(on: date) -> QuerySet[Instalment]:
    """Return the instalments of which patients are to be told now."""
    until = on + timedelta(days=payment_policy().notice_days)
    return _running().filter(
        status=Instalment.Status.DUE,
        noticed_on=None,
        due_on__lte=until,
        plan__patient__isnull=False,
    )


def to_charge(on: date) -> QuerySet[Instalment]:
    """Return the instalments whose card may be due now; `may_be_charged` looks at each."""
    today = Q(status=Instalment.Status.DUE, due_on__lte=on, noticed_on__isnull=False)
    again = Q(status=Instalment.Status.DECLINED, again_on__lte=on)
    return _running().filter(today | again, plan__card__isnull=False)


def to_miss(on: date, *, grace: int = 5) -> QuerySet[Instalment]:
    """Return instalments that nobody charges and that were not paid some days after their day."""
    late = on - timedelta(days=grace)
    return _running().filter(status=Instalment.Status.DUE, due_on__lt=late, plan__card=None)


def to_resume(on: date) -> QuerySet[Plan]:
    """Return paused plans whose day has come."""
    return Plan.objects.filter(status=Plan.Status.PAUSED, resumes_on__lte=on).select_related("site")


def parts_paid() -> tuple[Decimal, Decimal]:
    """Return what instalments say was paid, and what standing payments paid of them."""
    paid = Instalment.objects.aggregate(sum=Sum("paid"))["sum"] or ZERO
    parts = InstalmentPart.objects.filter(payment__status=Payment.Status.POSTED)
    return paid, parts.aggregate(sum=Sum("amount"))["sum"] or ZERO


def _running() -> QuerySet[Instalment]:
    return (
        Instalment.objects.filter(plan__status=Plan.Status.ACTIVE)
        .select_related("plan__patient", "plan__site", "plan__card")
        .order_by("due_on", "pk")
    )


def _rows(plans: list[Plan], on: date) -> list[PlanRow]:
    opened: dict[UUID, list[Instalment]] = {}
    found = Instalment.objects.filter(plan__in=[plan.pk for plan in plans], status__in=OPEN)
    for one in found.order_by("place"):
        opened.setdefault(one.plan_id, []).append(one)
    return [_row(plan, opened.get(plan.pk, []), on) for plan in plans]


def _row(plan: Plan, opened: list[Instalment], on: date) -> PlanRow:
    coming = next(iter(opened), None)
    return PlanRow(
        plan,
        _left(opened),
        _left(one for one in opened if one.is_late(on)),
        coming.due_on if coming else None,
        coming.left if coming else ZERO,
        next((one.because for one in opened if one.because), ""),
    )


def _left(instalments: Iterable[Instalment]) -> Decimal:
    return sum((one.left for one in instalments), ZERO)
