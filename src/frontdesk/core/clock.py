"""Instants are UTC; a day belongs to a site."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils import timezone


class HasTimeZone(Protocol):
    """A place with a clock on the wall: `time_zone` is an IANA name."""

    time_zone: str


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return timezone.now()


def today(place: HasTimeZone) -> date:
    """Return the day it is at the place."""
    return local(place, now()).date()


def local(place: HasTimeZone, instant: datetime) -> datetime:
    """Return the instant as the clock on the place's wall shows it."""
    return instant.astimezone(ZoneInfo(place.time_zone))


def at_wall(place: HasTimeZone, day: date, wall: time) -> datetime:
    """Return the instant at which the place's clock shows this time on this day.

    A time that spring skips is read as the same distance after midnight's offset; one that
    autumn shows twice is the first of the two (PEP 495, fold=0). It comes in UTC: two values of
    one zone compare and subtract by the wall, which is wrong in the nights of the clock change,
    and one that spring skips or autumn shows twice equals no other zone's.
    """
    return datetime.combine(day, wall, tzinfo=ZoneInfo(place.time_zone)).astimezone(UTC)


def day_bounds(place: HasTimeZone, day: date) -> tuple[datetime, datetime]:
    """Return when the local day starts and when the next one does (23, 24 or 25 hours)."""
    return at_wall(place, day, time.min), at_wall(place, day + timedelta(days=1), time.min)


def months_after(day: date, months: int) -> date:
    """Return the same day of the month that many months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
