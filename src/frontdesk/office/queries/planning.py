"""Budget against actual, and the cash of the weeks ahead."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum
from django.db.models.functions import ExtractMonth

from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Entry
from frontdesk.ledger.rules import CHART
from frontdesk.ledger.rules.chart import BANK
from frontdesk.ledger.rules.costs import PAYABLE
from frontdesk.office.models import OPEN, Bill, BudgetLine, RecurringBill
from frontdesk.office.rules.planning import Compared, Expected, Week, usual_week, weeks_ahead
from frontdesk.office.rules.terms import next_date

PAST_WEEKS = 12
WEEKS = 13
NO_SITE = "none"
_EARNED = ("income", "expense")
Sums = dict[tuple[str, int], Decimal]  # by account and month


def plannable() -> list[tuple[str, str]]:
    """Return the accounts that a budget may name: code and name; income first."""
    found = [(code, rule) for code, rule in CHART.items() if rule.kind in _EARNED]
    found.sort(key=lambda one: (one[1].kind != "income", one[1].name))
    return [(code, rule.name) for code, rule in found]


@dataclass(frozen=True, slots=True)
class Plan:
    """A year's budget against the books: rows over the months asked, and sums a month."""

    year: int
    until: int  # the month up to which rows are compared
    rows: list[Compared]
    months: list[tuple[Decimal, Decimal]]  # budget and actual costs, January first

    @property
    def costs(self) -> Compared:
        """All costs together."""
        return self._together("Costs", [row for row in self.rows if not row.is_income], False)

    @property
    def income(self) -> Compared:
        """All income together."""
        return self._together("Income", [row for row in self.rows if row.is_income], True)

    @staticmethod
    def _together(name: str, rows: list[Compared], is_income: bool) -> Compared:
        budget = sum((row.budget for row in rows), ZERO)
        return Compared("", name, is_income, budget, sum((row.actual for row in rows), ZERO))


def plan(year: int, until: int, site: str = "") -> Plan:
    """Return budget and actual of a year up to a month: of all sites, of one, or of none."""
    budget, actual = _budget(year, site), _actual(year, site)
    rows = []
    for code, name in plannable():
        planned = sum((budget.get((code, month), ZERO) for month in range(1, until + 1)), ZERO)
        booked = sum((actual.get((code, month), ZERO) for month in range(1, until + 1)), ZERO)
        if planned or booked or any((code, month) in budget for month in range(1, 13)):
            rows.append(Compared(code, name, CHART[code].kind == "income", planned, booked))
    return Plan(year, until, rows, [_costs(budget, actual, month) for month in range(1, 13)])


def months_of(code: str, year: int, site: str = "") -> list[tuple[date, Decimal, Decimal]]:
    """Return each month of a year with the account's budget and actual."""
    budget, actual = _budget(year, site), _actual(year, site)
    return [
        (
            date(year, month, 1),
            budget.get((code, month), ZERO),
            actual.get((code, month), ZERO),
        )
        for month in range(1, 13)
    ]


def budget_of(code: str, year: int, site_id: UUID | None) -> dict[int, BudgetLine]:
    """Return the lines of an account's budget at one site, or of no site, by month."""
    found = BudgetLine.objects.filter(account=code, site=site_id, month__year=year)
    return {line.month.month: line for line in found}


def cash_ahead(on: date) -> list[Week]:
    """Return the weeks from this one on: what usually comes, and what bills will take."""
    first = on - timedelta(days=on.weekday())
    last = first + timedelta(days=7 * WEEKS)
    expected = [*_owed(), *_coming(last)]
    return weeks_ahead(bank_balance(), first, usual_receipts(first), expected, WEEKS)


def bank_balance() -> Decimal:
    """Return what the books say lies at the bank, in dollars."""
    found = Entry.objects.filter(Q(source__code=BANK) | Q(target__code=BANK)).order_by()
    sums = found.aggregate(
        came=Sum("amount", filter=Q(target__code=BANK)),
        went=Sum("amount", filter=Q(source__code=BANK)),
    )
    return (sums["came"] or ZERO) - (sums["went"] or ZERO)


def usual_receipts(before: date) -> Decimal:
    """Return what the bank usually receives in a week: the middle of the last twelve.

    What was paid to vendors, and came back from them, is not counted.
    """
    start = before - timedelta(days=7 * PAST_WEEKS)
    found = Entry.objects.filter(posted_on__gte=start, posted_on__lt=before).exclude(
        Q(source__code=PAYABLE) | Q(target__code=PAYABLE)
    )
    rows = (
        found.filter(Q(source__code=BANK) | Q(target__code=BANK))
        .order_by()
        .values_list("posted_on", "target__code")
        .annotate(Sum("amount"))
    )
    sums = [ZERO] * PAST_WEEKS
    for on, target, amount in rows:
        sums[(on - start).days // 7] += amount if target == BANK else -amount
    return usual_week(sums)


def _owed() -> list[Expected]:
    found = Bill.objects.filter(status__in=(Bill.Status.ENTERED, Bill.Status.APPROVED))
    rows = found.order_by().values_list("due_on", "kind", "status", "vendor__name", OPEN)
    return [
        Expected(
            due,
            amount if kind == Bill.Kind.CREDIT else -amount,
            "bills" if status == Bill.Status.APPROVED else "waiting",
            name,
        )
        for due, kind, status, name, amount in rows
    ]


def _coming(last: date) -> Iterable[Expected]:
    found = RecurringBill.objects.filter(is_active=True, next_on__lt=last)
    for one in found.select_related("vendor"):
        comes = one.next_on
        while comes < last and (one.ends_on is None or comes <= one.ends_on):
            due = comes + timedelta(days=one.vendor.net_days)
            yield Expected(due, -one.amount, "recurring", one.vendor.name)
            comes = next_date(comes, one.every, one.day)


def _budget(year: int, site: str) -> Sums:
    found = BudgetLine.objects.filter(month__gte=date(year, 1, 1), month__lte=date(year, 12, 31))
    if site:
        found = found.filter(site=None) if site == NO_SITE else found.filter(site=UUID(site))
    sums: Sums = defaultdict(lambda: ZERO)
    for code, month, amount in found.values_list("account", "month", "amount"):
        sums[code, month.month] += amount
    return dict(sums)


def _actual(year: int, site: str) -> Sums:
    """Return what the books say, income and costs above zero."""
    found = Entry.objects.filter(
        posted_on__gte=date(year, 1, 1), posted_on__lte=date(year, 12, 31)
    )  # fmt: skip
    if site:
        found = found.filter(site=None) if site == NO_SITE else found.filter(site=UUID(site))
    rows = (
        found.annotate(month=ExtractMonth("posted_on"))
        .order_by()
        .values_list("month", "source__code", "target__code")
        .annotate(Sum("amount"))
    )
    sums: Sums = defaultdict(lambda: ZERO)
    for month, source, target, amount in rows:
        for code, side in ((source, 1), (target, -1)):
            rule = CHART.get(code)
            if rule is not None and rule.kind in _EARNED:
                sums[code, month] += amount * (side if rule.kind == "income" else -side)
    return dict(sums)


def _costs(budget: Sums, actual: Sums, month: int) -> tuple[Decimal, Decimal]:
    codes = [code for code, rule in CHART.items() if rule.kind == "expense"]
    return (
        sum((budget.get((code, month), ZERO) for code in codes), ZERO),
        sum((actual.get((code, month), ZERO) for code in codes), ZERO),
    )
