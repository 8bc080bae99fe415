"""Lengths, marks and notice."""

from datetime import datetime, time, timedelta

LATE_NOTICE = timedelta(hours=24)
LONGEST = timedelta(days=1)  # of a visit; the database refuses longer ones
STEP = timedelta(minutes=5)  # visits start on these marks


def is_late_notice(*, starts_at: datetime, told_at: datetime) -> bool:
    """Say whether a cancellation came with less than a day's notice."""
    return starts_at - told_at < LATE_NOTICE


def clock_words(wall: time) -> str:
    """Return a time as the clock on the wall is read: 1:05 PM."""
    return f"{wall:%I:%M %p}".lstrip("0")
