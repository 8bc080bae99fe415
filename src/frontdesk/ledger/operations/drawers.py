"""A person's drawer: open it with a float, count it blind, explain what is over or short."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.models import Drawer, DrawerCount
from frontdesk.ledger.operations.postings import post
from frontdesk.ledger.rules import Line, counted
from frontdesk.ledger.rules.chart import CASH, OVER_SHORT
from frontdesk.practice.models import Site
from frontdesk.staff.models import Member
from frontdesk.staff.operations import open_work
from frontdesk.staff.queries import member_of

OTHERS = "ledger.close"  # who may count and explain a drawer of somebody else


@operation("ledger.drawer")
def open_drawer(site: Site, *, float_amount: Decimal, at: datetime, by: Actor) -> Drawer:
    """Open the acting person's drawer; what they took that day without one is put into it."""
    member = member_of(by)
    if member is None:
        raise Refused("Only somebody who works here has a drawer.")
    member = Member.objects.lock(member.pk)  # two windows of one person queue here
    if queries.drawer_of(member):
        raise Refused("Your drawer is open already. Count it before you open another.")
    if float_amount < ZERO:
        raise Refused("The float cannot be below zero.")
    day = local(site, at).date()
    drawer = Drawer(
        site=site, member=member, day=day, float_amount=float_amount, opened_at=at
    )  # fmt: skip
    drawer.save()
    for payment in queries.loose_payments(site, day).filter(member=member):
        payment.drawer = drawer
        payment.save()
    return drawer


@operation("ledger.drawer")
def put_in_drawer(site: Site, *, at: datetime, by: Actor) -> int:
    """Put the site's cash and checks of the day that lie in no drawer into one's own."""
    drawer = open_drawer_of(member_of(by))
    if drawer is None:
        raise Refused("Open your drawer first.")
    found = list(queries.loose_payments(site, local(site, at).date()))
    for payment in found:
        payment.drawer = drawer
        payment.save()
    return len(found)


@operation("ledger.drawer")
def count_drawer(
    drawer: Drawer, *, pieces: Mapping[str, int], checks: Decimal, at: datetime, by: Actor
) -> DrawerCount:
    """Keep a count of a drawer. Where it agrees the drawer is closed, else it waits for a reason.

    `pieces` says how many of each, by their value ("20.00"); `checks` is the sum of the checks.
    A drawer that differs may be counted again; every count is kept.
    """
    drawer = _mine(drawer, by)
    if drawer.status == Drawer.Status.CLOSED:
        raise Refused("This drawer is closed already.")
    row = queries.drawer_row(drawer)
    count = DrawerCount(
        drawer=drawer,
        pieces={piece: number for piece, number in pieces.items() if number},
        cash=counted(pieces),
        checks=checks,
        expected_cash=row.expected,
        expected_checks=row.sums.checks,
        at=at,
        by_name=by.name,
    )
    count.save()
    after = Drawer.Status.CLOSED if count.agrees else Drawer.Status.COUNTED
    drawer.status = drawer.lifecycle.move(drawer.status, after)
    if count.agrees:
        drawer.closed_at, drawer.closed_by = at, by.name
    drawer.save()
    return count


@operation("ledger.drawer")
def explain_drawer(drawer: Drawer, *, because: str, at: datetime, by: Actor) -> Drawer:
    """Close a drawer that differs: what is over or short is posted with the reason.

    Checks that are missing move no money; the manager hears of them.
    """
    drawer = _mine(drawer, by)
    count = drawer.counts.order_by("at", "pk").last()
    if drawer.status != Drawer.Status.COUNTED or count is None:
        raise Refused("Only a drawer that was counted and differs is explained.")
    if not because.strip():
        raise Refused("Say what explains the difference.")
    drawer.status = drawer.lifecycle.move(drawer.status, Drawer.Status.CLOSED)
    drawer.over, drawer.because = count.over, because.strip()
    drawer.closed_at, drawer.closed_by = at, by.name
    drawer.save()
    if count.over != ZERO:
        post_over(
            count.over, f"overshort:{drawer.pk}", drawer.site, drawer.because, at=at, by=by
        )  # fmt: skip
    if count.checks_over != ZERO:
        _tell_of_checks(count, at, by)
    return drawer


@operation("ledger.drawer")
def post_over(
    amount: Decimal, key: str, site: Site, because: str, *, at: datetime, by: Actor
) -> None:
    """Post cash that is over (positive) or short (negative), in dollars, with the reason."""
    source, target = (OVER_SHORT, CASH) if amount > ZERO else (CASH, OVER_SHORT)
    line = Line(source, target, abs(amount), "overshort", site_id=site.pk, label=because)
    post(
        "overshort",
        key=key,
        lines=[line],
        on=local(site, at).date(),
        memo="Drawer over" if amount > ZERO else "Drawer short",
        at=at,
        by=by,
    )


def open_drawer_of(member: Member | None) -> Drawer | None:
    """Return the person's open drawer, held so that nobody counts it meanwhile, or nothing."""
    mine = queries.drawer_of(member)
    if mine is None:
        return None
    drawer = Drawer.objects.lock(mine.pk)
    return drawer if drawer.status == Drawer.Status.OPEN else None


def _mine(drawer: Drawer, by: Actor) -> Drawer:
    drawer = Drawer.objects.lock(drawer.pk)
    if drawer.member.user_id != by.user_id and not by.may(OTHERS):
        raise NotPermitted("Only the manager counts somebody else's drawer.")
    return drawer


def _tell_of_checks(count: DrawerCount, at: datetime, by: Actor) -> None:
    drawer = count.drawer
    open_work(
        kind="ledger.checks_differ",
        title=f"Checks differ in the drawer of {drawer.member.name}, {drawer.day:%b %-d}",
        detail=f"Counted ${count.checks}, expected ${count.expected_checks}. {drawer.because}",
        how_to_fix="Compare the checks with the receipts of that day; take back what never came.",
        pool="manager",
        subject=drawer,
        amount=abs(count.checks_over),
        once=f"checks-differ:{drawer.pk}",
        at=at,
        by=by,
    )
