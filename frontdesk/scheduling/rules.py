"""Decisions that need only their arguments: no database, no clock."""

from datetime import datetime, timedelta

LATE_NOTICE = timedelta(hours=24)


def is_late_notice(*, starts_at: datetime, told_at: datetime) -> bool:
    """Say whether a cancellation came with less than a day's notice."""
    return starts_at - told_at < LATE_NOTICE
