"""When a good-faith estimate is due, and when a bill goes so far beyond it that it is disputable.

Source: 45 CFR 149.610(b)(1)(vi) for the clock, 149.620(a) for the 400 dollars.
"""

from collections.abc import Container
from datetime import date, timedelta
from decimal import Decimal

DISPUTABLE_FROM = Decimal("400.00")
_SATURDAY = 5
_FEW, _MANY = 3, 10  # business days ahead at which the clock changes


def due_on(
    begun_on: date, service_on: date | None, *, is_asked: bool, holidays: Container[date]
) -> date | None:
    """Return the last day on which it may be given; None where none is due.

    Booked ten or more business days ahead: three business days; three to nine ahead: one. Asked
    for: three, and never later than the visit. Booked nearer than that and not asked for: none.
    """
    ahead = None if service_on is None else business_days(begun_on, service_on, holidays)
    if is_asked:
        asked = after(begun_on, 3, holidays)
        return asked if service_on is None else max(begun_on, min(asked, service_on))
    if ahead is None or ahead < _FEW:
        return None
    return after(begun_on, 3 if ahead >= _MANY else 1, holidays)


def business_days(first: date, last: date, holidays: Container[date]) -> int:
    """Count the business days after `first` up to `last` itself."""
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(is_business_day(day, holidays) for day in days)


def after(start: date, count: int, holidays: Container[date]) -> date:
    """Return the day so many business days after another."""
    day = start
    while count:
        day += timedelta(days=1)
        count -= is_business_day(day, holidays)
    return day


def is_business_day(day: date, holidays: Container[date]) -> bool:
    """Say whether it is a weekday that is no federal holiday."""
    return day.weekday() < _SATURDAY and day not in holidays


def is_disputable(expected: Decimal, billed: Decimal) -> bool:
    """Say whether the patient may dispute the bill: at 400 dollars beyond, or more."""
    return billed - expected >= DISPUTABLE_FROM
