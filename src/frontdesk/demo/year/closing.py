"""Drawers opened and counted blind, money brought to the bank, days and months closed."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from frontdesk.billing import operations as billing
from frontdesk.billing.models import Remittance
from frontdesk.core.money import CENT, ZERO
from frontdesk.core.scoping import practice_scope
from frontdesk.demo.books import FLOAT, _pieces
from frontdesk.demo.year.state import Year
from frontdesk.ledger import operations as ledger
from frontdesk.ledger import queries as books
from frontdesk.ledger.models import Deposit
from frontdesk.ledger.rules import month_of
from frontdesk.practice.models import Site
from frontdesk.reports.queries.books_close import points_of_day, points_of_month
from frontdesk.reports.queries.books_sums import ties
from frontdesk.staff.queries import member_of

MISCOUNTS = 0.03  # of drawers
OFF = (Decimal("-5.00"), Decimal("-1.00"), Decimal("1.00"), Decimal("5.00"))
BANK_TAKES = timedelta(days=2)
CARD_FEE = Decimal("0.026")  # of what is paid by card, kept by the processor


class Apart(RuntimeError):
    """The books do not agree with what stands beside them: the year cannot go on as if they did."""


def open_drawers(year: Year) -> None:
    """Open the drawer of each site's desk, unless it is open."""
    for site in year.world.sites.values():
        by = year.crews[site.pk].desk
        with practice_scope(year.practice_id):
            is_open = books.drawer_of(member_of(by)) is not None
        if not is_open:
            ledger.open_drawer(site, float_amount=FLOAT, at=year.at, by=by)


def to_the_bank(year: Year, on: date) -> None:
    """Count every drawer blind, deposit what is in them, and hear what the bank has."""
    for site in year.world.sites.values():
        _count(year, site)
        with practice_scope(year.practice_id):
            has_money = books.to_deposit(site).total > ZERO
        if has_money:
            ledger.make_deposit(site, at=year.at, by=year.manager)
    _confirm(year, on)
    if year.is_weekly(on):
        _statement(year, on)
        _cards(year, on)


def close_day(year: Year, on: date) -> None:
    """Close the day at every site; what is open is kept with a note."""
    for site in year.world.sites.values():
        with practice_scope(year.practice_id):
            if books.closing_of(site, on):
                continue
            points = [one.words for one in points_of_day(site, on) if one.is_open]
        ledger.close_day(
            site, on, open_points=points, note="Seen, with the biller" if points else "",
            at=year.at, by=year.manager,
        )  # fmt: skip


def close_month(year: Year, on: date) -> None:
    """Close the month before a day, when all its days are closed and the books agree."""
    last = on.replace(day=1) - timedelta(days=1)
    first, last = month_of(last)
    with practice_scope(year.practice_id):
        apart = [f"{one.name}: {one.books} and {one.beside}" for one in ties() if not one.holds]
        if apart:
            raise Apart("; ".join(apart))
        points = [one.words for one in points_of_month(first, last) if one.is_open]
    ledger.close_month(
        last, open_points=points, note="Seen" if points else "", at=year.at, by=year.manager
    )


def _count(year: Year, site: Site) -> None:
    by = year.crews[site.pk].desk
    with practice_scope(year.practice_id):
        drawer = books.drawer_of(member_of(by))
        row = books.drawer_row(drawer) if drawer else None
    if drawer is None or row is None:
        return
    miscounted = year.chance.random() < MISCOUNTS and row.expected > FLOAT
    found = row.expected + (year.chance.choice(OFF) if miscounted else ZERO)
    count = ledger.count_drawer(
        drawer, pieces=_pieces(found), checks=row.sums.checks, at=year.at, by=by
    )
    if not count.agrees:
        ledger.explain_drawer(drawer, because="Change given wrong", at=year.at, by=by)


def _confirm(year: Year, on: date) -> None:
    with practice_scope(year.practice_id):
        made = Deposit.objects.filter(status=Deposit.Status.MADE, day__lte=on - BANK_TAKES)
        found = list(made.order_by("number"))
    for one in found:
        ledger.confirm_deposit(
            one, on=one.day + BANK_TAKES, credited=one.total, reference=f"B{one.number:05d}",
            at=year.at, by=year.manager,
        )  # fmt: skip


def _cards(year: Year, on: date) -> None:
    """Note what the card processor brought to the bank, less its fee."""
    with practice_scope(year.practice_id):
        waiting = books.payouts.on_their_way()
    if waiting > ZERO:
        fee = (waiting * CARD_FEE).quantize(CENT, ROUND_HALF_UP)
        ledger.note_card_payout(
            year.site, on=on, credited=waiting - fee, fee=fee, reference=f"CARDS{on:%y%m%d}",
            at=year.at, by=year.manager,
        )  # fmt: skip


def _statement(year: Year, on: date) -> None:
    """Bring in the week's statement of the bank: what payers announced has come."""
    with practice_scope(year.practice_id):
        came = Remittance.objects.filter(
            amount__gt=0, bank_line=None, paid_on__lte=on - BANK_TAKES
        ).exclude(status=Remittance.Status.REPLACED)
        rows = list(came.order_by("paid_on", "trace"))
    lines = ["Date,Description,Amount,Bank Reference"]
    for one in rows:
        words = f"{one.payer_name} HCCLAIMPMT TRN*1*{one.trace}*{one.trace_payer}"
        day = one.paid_on + BANK_TAKES
        lines.append(f"{day},{words},{one.amount},{one.trace}")
    if rows:
        content = "\n".join(lines).encode()
        billing.read_statement(content, name=f"week-{on}.csv", at=year.at, by=year.biller)
