"""Which day of the books is open: decisions on plain values."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

BEGINNING = date(2000, 1, 1)  # what a site's first closing reaches back to
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Closed:
    """Days that are closed for a site, or for everybody where `site_id` is none."""

    site_id: UUID | None
    first: date
    last: date


def first_open(on: date, site_ids: Collection[UUID], closed: Iterable[Closed]) -> date:
    """Return the day itself, or the first one after it that is open for all of these sites."""
    shut = sorted(
        (one for one in closed if one.site_id is None or one.site_id in site_ids),
        key=lambda one: one.first,
    )
    for one in shut:
        if one.first <= on <= one.last:
            on = one.last + ONE_DAY
    return on


def uncovered(first: date, last: date, closed: Iterable[Closed]) -> date | None:
    """Return the first day of a span that none of these closes, or nothing."""
    day = first_open(first, (), (Closed(None, one.first, one.last) for one in closed))
    return day if day <= last else None


def month_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of the month of a day."""
    first = day.replace(day=1)
    return first, (first + 31 * ONE_DAY).replace(day=1) - ONE_DAY
