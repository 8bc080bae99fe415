"""When a bill is due, what is taken off for paying early, and whether that is worth it."""

from calendar import monthrange
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from frontdesk.core.money import CENT, ZERO

YEAR_DAYS = 365
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def due_on(billed_on: date, net_days: int) -> date:
    """Return the last day on which the bill is paid in time."""
    return billed_on + timedelta(days=net_days)


def discount_of(total: Decimal, percent: Decimal) -> Decimal:
    """Return what may be taken off for paying early, in whole cents."""
    return (total * percent / 100).quantize(CENT, ROUND_HALF_UP)


def takes_discount(pay_on: date, discount_on: date | None) -> bool:
    """Say whether a payment on this day is early enough."""
    return discount_on is not None and pay_on <= discount_on


def yearly_yield(discount: Decimal, total: Decimal, pay_on: date, due: date) -> Decimal:
    """Return what paying early earns, in percent a year (simple interest).

    2 % for 20 days on a bill of $100 is 2 / 98 × 365 / 20 = 37.2 %. Nothing is earned where
    nothing is taken off or where the bill is due anyhow: a bill that is due earns without end,
    which is told as 999.
    """
    if discount <= ZERO or total <= discount:
        return Decimal(0)
    days = (due - pay_on).days
    if days <= 0:
        return Decimal(999)
    earned = discount / (total - discount) * YEAR_DAYS / days * 100
    return min(earned.quantize(Decimal("0.1"), ROUND_HALF_UP), Decimal(999))


def next_date(on: date, every: str, day: int) -> date:
    """Return when a recurring bill comes next: a week on, or the same day of a later month.

    `day` is the day of the month it was first given for, so that a bill of the 31st comes on
    Feb 28 and on Mar 31 again.
    """
    if every == "week":
        return on + timedelta(days=7)
    months = on.year * 12 + on.month - 1 + MONTHS[every]
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))
