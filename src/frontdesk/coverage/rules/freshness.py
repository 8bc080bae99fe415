"""When coverage is asked again, and how long to wait after no answer."""

from datetime import date, timedelta

ASK_AHEAD = timedelta(days=3)
# After the first try and its one retry at once: CORE asks not to resend within 90 seconds.
_WAITS = (timedelta(0), timedelta(seconds=90), timedelta(minutes=5), timedelta(minutes=15))


def why_ask(asked_on: date | None, service_on: date, today: date, year_begins: int = 1) -> str:
    """Say why to ask about a visit now, or "" where the last answer still holds.

    At booking, three days before and on the day; in a new month about the visits of that month,
    for plans change members on the first; in a new plan year about all of it, for the yearly
    amounts start anew. The reasons are those of `EligibilityCheck.Why`.
    """
    if asked_on is None:
        return "booked"
    if service_on <= today:
        return "day" if asked_on < today else ""
    if asked_on < plan_year(service_on, year_begins) <= today:
        return "year"
    if asked_on < today.replace(day=1) and _month(service_on) == _month(today):
        return "month"
    if service_on - today <= ASK_AHEAD and asked_on < service_on - ASK_AHEAD:
        return "ahead"
    return ""


def plan_year(on: date, begins: int = 1) -> date:
    """Return the first day of the plan year that a day lies in; `begins` is its month."""
    return date(on.year if on.month >= begins else on.year - 1, begins, 1)


def last_to_recheck(today: date) -> date:
    """Return the last day about whose visits something may have to be asked again today."""
    next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return max(next_month - timedelta(days=1), today + ASK_AHEAD)


def wait_before(attempts: int) -> timedelta | None:
    """Return how long to wait after so many tries without an answer; None: leave it to a person."""
    return _WAITS[attempts - 1] if 1 <= attempts <= len(_WAITS) else None


def _month(on: date) -> tuple[int, int]:
    return on.year, on.month
