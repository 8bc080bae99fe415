"""When coverage is asked again, and how long to wait after no answer."""

from datetime import date, timedelta

ASK_AHEAD = timedelta(days=3)
# After the first try and its one retry at once: CORE asks not to resend within 90 seconds.
_WAITS = (timedelta(0), timedelta(seconds=90), timedelta(minutes=5), timedelta(minutes=15))


def is_stale(asked_on: date | None, service_on: date, today: date) -> bool:
    """Say whether to ask again: at booking, three days before, and on the day itself."""
    if asked_on is None:
        return True
    if service_on <= today:
        return asked_on < today
    if service_on - today <= ASK_AHEAD:
        return asked_on < service_on - ASK_AHEAD
    return False


def wait_before(attempts: int) -> timedelta | None:
    """Return how long to wait after so many tries without an answer; None: leave it to a person."""
    return _WAITS[attempts - 1] if 1 <= attempts <= len(_WAITS) else None
