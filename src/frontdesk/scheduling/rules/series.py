"""On which days a series of visits is due."""

from collections.abc import Iterator
from datetime import date, timedelta

from frontdesk.core.clock import months_after

WEEK, MONTH = "week", "month"
MOST = 60  # visits of one series
LONGEST = timedelta(days=365)  # from the first to the last of them


def dates(
    first: date, *, every: int, unit: str, times: int = 0, until: date | None = None
) -> list[date]:
    """Return the days of a series: so many times, or until a day, at most a year ahead.

    By the month it is the same weekday of the month as the first: the second Tuesday. A fifth
    one that a month does not have is its last.
    """
    if every < 1:
        raise ValueError("A series goes on by at least one.")
    last = min(until or first + LONGEST, first + LONGEST)
    found: list[date] = []
    for day in _weeks(first, every) if unit == WEEK else _months(first, every):
        if day > last or len(found) >= (times or MOST) or len(found) >= MOST:
            return found
        found.append(day)
    return found


def age_on(birth_date: date, day: date) -> int:
    """Return how many whole years somebody is old on a day."""
    before = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - before


def _weeks(first: date, every: int) -> Iterator[date]:
    number = 0
    while True:
        yield first + timedelta(weeks=every * number)
        number += 1


def _months(first: date, every: int) -> Iterator[date]:
    nth, months = (first.day - 1) // 7, 0
    while True:
        begin = months_after(first.replace(day=1), months)
        ahead = (first.weekday() - begin.weekday()) % 7
        day = begin + timedelta(days=ahead + 7 * nth)
        yield day if day.month == begin.month else day - timedelta(days=7)
        months += every
