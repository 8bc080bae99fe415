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


def length_refused(minutes: int) -> str:
    """Say why no visit can be so long; empty when one can."""
    if minutes % 5 or minutes < 5:
        return "A visit lasts five minutes, or as many times that."
    return "A visit lasts twelve hours at most." if minutes > 12 * 60 else ""


def span_words(starts: datetime, ends: datetime) -> str:
    """Return a span of wall time as it is said: by its days alone where it is all of them.

    Tue, Nov 24; Tue, Nov 24 to Thu, Nov 26; Tue, Nov 24, 9:00 AM to 1:00 PM.
    """
    last = (ends - timedelta(microseconds=1)).date()
    if starts.time() == time.min == ends.time():
        first, until = (f"{day:%a, %b} {day.day}" for day in (starts.date(), last))
        return first if first == until else f"{first} to {until}"
    if last != starts.date():
        return f"{day_and_clock(starts)} to {day_and_clock(ends)}"
    if ends.date() != last:  # until midnight
        return f"{starts:%a, %b} {starts.day}, from {clock_words(starts.time())}"
    return f"{day_and_clock(starts)} to {clock_words(ends.time())}"


def day_and_clock(wall: datetime) -> str:
    """Return a wall time as it is said in the office: Tue, Nov 24, 9:40 AM."""
    return f"{wall:%a, %b} {wall.day}, {clock_words(wall.time())}"
