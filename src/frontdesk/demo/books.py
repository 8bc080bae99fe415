"""The demo's books: past money at the bank, past days closed, and a drawer open today."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now, today
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.demo import card_money
from frontdesk.demo.logins import LOGINS
from frontdesk.demo.visiting import staff
from frontdesk.ledger import operations, queries
from frontdesk.ledger.models import Deposit, Drawer, Payment
from frontdesk.ledger.rules import PIECES, Line
from frontdesk.ledger.rules.chart import BANK, CASH, CHECKS, DEPOSITS
from frontdesk.practice.models import Practice, Site
from frontdesk.staff.models import Member
from frontdesk.staff.queries import actor_of

WEEKLY = timedelta(days=60)  # older deposits are put together by month
OPEN_DAYS = timedelta(days=3)  # the last days before today are still open
FLOAT = Decimal("100.00")
DESK = next(login.name for login in LOGINS if login.role == "receptionist")


def live_books(practice_id: UUID) -> None:
    """Bring the past to the bank, close it, and open the front desk's drawer of today."""
    grace = staff(practice_id, "manager", "Grace Kim")
    with practice_scope(practice_id):
        sites = list(Site.objects.filter(is_active=True).order_by("pk"))
    until = today(sites[0]) - OPEN_DAYS
    bank_the_past(until, by=grace)
    card_money.bank_the_cards(until, by=grace)
    month_before = until.replace(day=1) - timedelta(days=1)
    for on in (month_before, until):
        for site in sites:
            operations.close_day(site, on, open_points=[], at=now(), by=grace)
        if on == month_before:
            operations.close_month(on, open_points=[], at=now(), by=grace)
    open_drawers(practice_id)


def catch_up() -> None:
    """Open a drawer of today when the demo was made on an earlier day."""
    with practice_scope(EVERY_PRACTICE):
        practice = Practice.objects.filter(is_demo=True).first()
    if practice is not None:
        open_drawers(practice.pk)


def open_drawers(practice_id: UUID) -> None:
    """Give the front desk the drawer of today; one of an earlier day is counted first."""
    with practice_scope(practice_id):
        maya = Member.objects.select_related("default_site").filter(name=DESK).first()
        if maya is None:
            return
        by, held = actor_of(maya), queries.drawer_of(maya)
        site = maya.default_site or Site.objects.order_by("pk").first()
        expected = queries.drawer_row(held).expected if held else ZERO
        checks = queries.drawer_row(held).sums.checks if held else ZERO
    if site is None or (held is not None and held.day == today(site)):
        return
    if held is not None and held.status == Drawer.Status.OPEN:
        operations.count_drawer(
            held, pieces=_pieces(expected), checks=checks, at=now(), by=by
        )  # fmt: skip
    operations.open_drawer(site, float_amount=FLOAT, at=now(), by=by)
    operations.put_in_drawer(site, at=now(), by=by)


@operation("ledger.deposit")
def bank_the_past(until: date, *, by: Actor) -> None:
    """Write the deposits of what was taken up to a day, as the bank confirmed them."""
    rows = (
        Payment.objects.filter(
            method__in=("cash", "check"), status="posted", posting__posted_on__lte=until
        )
        .order_by()
        .values_list("site", "posting__posted_on", "method")
        .annotate(Sum("amount"))
    )
    sums: dict[tuple[UUID, date], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for site_id, on, method, amount in rows:
        sums[site_id, _deposited_on(on, until)][method] += amount
    number = Counter.take("deposit", count=len(sums)) if sums else 0
    for place, ((site_id, on), taken) in enumerate(sorted(sums.items(), key=lambda row: row[0][1])):
        _deposit(number + place, site_id, on, taken["cash"], taken["check"], by)


def _deposited_on(on: date, until: date) -> date:
    """The end of the week, or of the month for what is long past."""
    if until - on > WEEKLY:
        last = (on.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return min(last, until - WEEKLY)
    return min(on + timedelta(days=4 - on.weekday() if on.weekday() < 5 else 0), until)


def _deposit(
    number: int, site_id: UUID, on: date, cash: Decimal, checks: Decimal, by: Actor
) -> None:
    at = datetime.combine(on, datetime.min.time(), tzinfo=now().tzinfo) + timedelta(hours=22)
    deposit = Deposit(
        number=number, site_id=site_id, day=on, cash=cash, checks=checks, made_at=at,
        made_by=DESK, status=Deposit.Status.CONFIRMED, credited_on=on, credited=cash + checks,
        reference=f"B{number:05d}", confirmed_by=by.name,
    )  # fmt: skip
    deposit.save()
    parts: list[tuple[str, str, Decimal]] = [
        (CASH, DEPOSITS, cash), (CHECKS, DEPOSITS, checks), (DEPOSITS, BANK, cash + checks),
    ]  # fmt: skip
    lines = [
        Line(source, target, amount, "deposit", site_id=site_id)
        for source, target, amount in parts
        if amount
    ]
    operations.post(
        "deposit", key=f"deposit:{deposit.pk}", lines=lines, on=on, memo=f"Deposit {number}",
        at=at, by=by,
    )  # fmt: skip


def _pieces(amount: Decimal) -> dict[str, Any]:
    """Lay an amount out in the fewest pieces."""
    laid: dict[str, Any] = {}
    for piece in PIECES:
        laid[piece], amount = int(amount // Decimal(piece)), amount % Decimal(piece)
    return laid
