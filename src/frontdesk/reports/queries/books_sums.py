"""Trial balance, profit and loss by site and month, and the entries behind a figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from frontdesk.billing.models import Charge
from frontdesk.core.money import ZERO
from frontdesk.ledger import queries as ledger
from frontdesk.ledger.models import Account, Entry
from frontdesk.ledger.queries import Tie
from frontdesk.ledger.rules.chart import SERVICES
from frontdesk.office import queries as office
from frontdesk.practice.models import Site

EARNED = (Account.Kind.INCOME, Account.Kind.EXPENSE)
NO_SITE = "none"


@dataclass(frozen=True, slots=True)
class ProfitRow:
    """One account of the profit and loss: dollars earned in each column; costs are negative."""

    code: str
    name: str
    sums: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        """All columns together."""
        return sum(self.sums, ZERO)


@dataclass(frozen=True, slots=True)
class Profit:
    """Profit and loss with its columns: months, or sites."""

    columns: list[str]
    rows: list[ProfitRow]

    @property
    def net(self) -> ProfitRow:
        """What is left in each column."""
        sums = tuple(
            sum((row.sums[n] for row in self.rows), ZERO) for n in range(len(self.columns))
        )
        return ProfitRow("", "Net", sums)


def profit_by_month(year: int, site: str = "") -> Profit:
    """Return what each account earned in each month of a year: of all sites, of one, or of none.

    `site` is the key of a site, `NO_SITE` for what belongs to none, or nothing for everything.
    """
    months = [date(year, number, 1) for number in range(1, 13)]
    columns = [f"{month:%b}" for month in months]
    wanted = None if site in ("", NO_SITE) else UUID(site)
    return _profit(
        columns,
        (
            (move.on.month - 1, move.source, move.target, amount)
            for move, amount in ledger.books_kept().sums.items()
            if move.on.year == year and (not site or move.site == wanted)
        ),
    )


def profit_by_site(first: date, last: date) -> Profit:
    """Return what each account earned at each site between two days."""
    sites = list(Site.objects.order_by("name").values_list("pk", "name"))
    place: dict[UUID | None, int] = {pk: number for number, (pk, _name) in enumerate(sites)}
    columns = [name for _pk, name in sites] + ["No site"]
    return _profit(
        columns,
        (
            (place.get(move.site, len(sites)), move.source, move.target, amount)
            for move, amount in ledger.books_kept().sums.items()
            if first <= move.on <= last
        ),
    )


def entries_behind(code: str, first: date | None, last: date, site: str = "") -> QuerySet[Entry]:
    """Return the entries that moved an account between two days, the newest first."""
    found = Entry.objects.filter(Q(source__code=code) | Q(target__code=code), posted_on__lte=last)
    if first is not None:
        found = found.filter(posted_on__gte=first)
    found = _at(found, site)
    named = found.select_related("posting__reverses", "source", "target", "patient", "site")
    return named.order_by("-posted_on", "-pk")


def moved(entries: QuerySet[Entry], code: str) -> tuple[Decimal, Decimal]:
    """Return what these entries debit and credit the account, in dollars."""
    sums = entries.order_by().aggregate(
        debit=Sum("amount", filter=Q(target__code=code)),
        credit=Sum("amount", filter=Q(source__code=code)),
    )
    return sums["debit"] or ZERO, sums["credit"] or ZERO


def ties(books: ledger.Books | None = None) -> list[Tie]:
    """Return the ledger's comparisons, those of vendors' bills, and of services with charges.

    Of the books as given (`books_kept`), or read whole.
    """
    books = books or ledger.books_read()
    earned = [one.balance for one in ledger.trial_balance(books=books) if one.code == SERVICES]
    charged = Charge.objects.filter(status=Charge.Status.POSTED).exclude(posting=None)
    total = charged.aggregate(sum=Sum("amount"))["sum"] or ZERO
    services = Tie("Services", -sum(earned, ZERO), total, "Charges of superbills")
    return [*ledger.ties(books), *office.ties(books), services]


def years() -> list[int]:
    """Return the years in which something was posted, the newest first."""
    found = Entry.objects.order_by("posted_on").values_list("posted_on", flat=True)
    first, last = found.first(), found.last()
    return list(range(last.year, first.year - 1, -1)) if first and last else []


def _at(entries: QuerySet[Entry], site: str) -> QuerySet[Entry]:
    if not site:
        return entries
    return entries.filter(site=None) if site == NO_SITE else entries.filter(site=UUID(site))


def _profit(columns: Sequence[str], sums: Iterable[tuple[Any, ...]]) -> Profit:
    accounts = {
        account.pk: account for account in Account.objects.filter(kind__in=EARNED).order_by("code")
    }
    earned = {pk: [ZERO] * len(columns) for pk in accounts}
    for place, source, target, amount in sums:
        if source in earned:
            earned[source][place] += amount
        if target in earned:
            earned[target][place] -= amount
    rows = [
        ProfitRow(account.code, account.name, tuple(earned[pk]))
        for pk, account in accounts.items()
        if any(earned[pk]) or account.kind == Account.Kind.INCOME
    ]  # a cost that nobody had is no line
    kinds = {account.code: account.kind for account in accounts.values()}
    rows.sort(key=lambda row: (kinds[row.code] != Account.Kind.INCOME, row.code != SERVICES))
    return Profit(list(columns), rows)
