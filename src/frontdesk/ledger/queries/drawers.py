"""Questions about drawers and deposits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from frontdesk.core.actor import Actor
from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Deposit, Drawer, Payment
from frontdesk.practice.models import Site
from frontdesk.staff.models import Member
from frontdesk.staff.queries import member_of


@dataclass(frozen=True, slots=True)
class DrawerSums:
    """What went into a drawer and out of it, in dollars."""

    cash: Decimal = ZERO
    given_back: Decimal = ZERO
    checks: Decimal = ZERO
    cards: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class DrawerRow:
    """A drawer in a list, with its sums."""

    drawer: Drawer
    sums: DrawerSums

    @property
    def expected(self) -> Decimal:
        """The cash that should be in it: float and takings, less what was given back."""
        expected: Decimal = self.drawer.float_amount + self.sums.cash - self.sums.given_back
        return expected


@dataclass(frozen=True, slots=True)
class ToDeposit:
    """What counted drawers of a site have for the bank."""

    drawers: list[Drawer]
    cash: Decimal
    checks: list[Payment]

    @property
    def check_total(self) -> Decimal:
        """The sum of the checks, in dollars."""
        return sum((check.amount for check in self.checks), ZERO)

    @property
    def total(self) -> Decimal:
        """Everything that goes to the bank, in dollars."""
        return self.cash + self.check_total


def drawer_of(member: Member | None) -> Drawer | None:
    """Return the person's drawer that is not closed, with its site, or nothing."""
    if member is None:
        return None
    mine = Drawer.objects.filter(member=member).exclude(status=Drawer.Status.CLOSED)
    return mine.select_related("site", "member").first()


def lacks_drawer(actor: Actor) -> bool:
    """Say whether cash that somebody takes now would lie in no drawer, where drawers are kept."""
    if not actor.may("ledger.drawer"):
        return False
    mine = drawer_of(member_of(actor))
    return mine.status != Drawer.Status.OPEN if mine else Drawer.objects.exists()


def drawers_of_day(site: Site, on: date) -> list[DrawerRow]:
    """Return the site's drawers of a day, and older ones still open, with their sums."""
    theirs = Q(day=on) | (Q(day__lt=on) & ~Q(status=Drawer.Status.CLOSED))
    found = Drawer.objects.filter(theirs, site=site).select_related("member", "deposit")
    drawers = list(found.order_by("day", "opened_at"))
    sums = sums_of([drawer.pk for drawer in drawers])
    return [DrawerRow(drawer, sums.get(drawer.pk, DrawerSums())) for drawer in drawers]


def drawer_row(drawer: Drawer) -> DrawerRow:
    """Return one drawer with its sums."""
    return DrawerRow(drawer, sums_of([drawer.pk]).get(drawer.pk, DrawerSums()))


def sums_of(drawer_ids: Collection[UUID]) -> dict[UUID, DrawerSums]:
    """Return the sums of several drawers, in two questions whatever their number."""
    rows = _sums_in(drawer_ids)
    back = dict(
        Payment.objects.filter(back_drawer__in=drawer_ids, method=Payment.Method.CASH)
        .order_by()
        .values_list("back_drawer")
        .annotate(Sum("amount"))
    )
    return {pk: DrawerSums(given_back=back.get(pk, ZERO), **rows.get(pk, {})) for pk in drawer_ids}


def to_deposit(site: Site) -> ToDeposit:
    """Return what the site's counted drawers hold that no deposit has taken to the bank."""
    closed = Drawer.objects.filter(site=site, status=Drawer.Status.CLOSED, deposit=None)
    drawers = list(closed.select_related("member").order_by("day", "opened_at"))
    sums = sums_of([drawer.pk for drawer in drawers])
    cash = sum(
        (drawer.over + sums[drawer.pk].cash - sums[drawer.pk].given_back for drawer in drawers),
        ZERO,
    )
    checks = Payment.objects.filter(
        drawer__in=[drawer.pk for drawer in drawers],
        method=Payment.Method.CHECK,
        status=Payment.Status.POSTED,
        deposit=None,
    ).order_by("number")
    return ToDeposit(drawers, cash, list(checks))


def deposits(site: Site) -> QuerySet[Deposit]:
    """Return the site's deposits, the newest first."""
    return Deposit.objects.filter(site=site).order_by("-number")


def checks_of(deposit: Deposit) -> list[Payment]:
    """Return the checks of a deposit in the order of their receipts."""
    return list(Payment.objects.filter(deposit=deposit).order_by("number"))


def _sums_in(drawer_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    kept = Q(method=Payment.Method.CASH) | Q(status=Payment.Status.POSTED)
    found = (
        Payment.objects.filter(kept, drawer__in=drawer_ids)
        .exclude(number=None)
        .order_by()
        .values_list("drawer", "method")
        .annotate(Sum("amount"))
    )
    rows: dict[UUID, dict[str, Any]] = {}
    for drawer_id, method, total in found:
        name = "cash" if method == Payment.Method.CASH else f"{method}s"
        rows.setdefault(drawer_id, {})[name] = total
    return rows
