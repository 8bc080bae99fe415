"""Whom a freed time may be offered to, and for how long: no database, no clock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NOON = time(12)
MOVES_MOST = 3  # of one appointment by offers: then somebody else's turn has come
ROUNDS_MOST = 6  # nobody waits longer for the next batch than they need to
NEW_UNTIL = timedelta(hours=48)  # a new patient's time is kept for new patients until then
_PATIENCE = (  # how far off the visit is, and how long an answer may take
    (timedelta(days=7), timedelta(hours=4)),
    (timedelta(days=2), timedelta(hours=3)),
    (timedelta(days=1), timedelta(minutes=90)),
    (timedelta(hours=6), timedelta(minutes=30)),
    (timedelta(0), timedelta(minutes=15)),
)


@dataclass(frozen=True, slots=True)
class Wants:
    """What somebody on the waitlist can come to. An empty set means any."""

    provider_ids: frozenset[str] = frozenset()
    site_ids: frozenset[str] = frozenset()
    weekdays: frozenset[int] = frozenset()  # Monday is 0
    part: str = ""  # morning, afternoon
    earliest_on: date | None = None
    latest_on: date | None = None
    notice: timedelta = timedelta(0)
    before: datetime | None = None  # they are booked for then, and want to come earlier


@dataclass(frozen=True, slots=True)
class Time:
    """A time as the rules see it: who, where, and when by the clock on the site's wall."""

    provider_id: str
    site_id: str
    starts_at: datetime  # with the zone of the site


def unwanted(wants: Wants, time_: Time, at: datetime) -> str:
    """Return in a few words why this time does not suit them; nothing when it does."""
    for is_wrong, words in _checks(wants, time_, at):
        if is_wrong:
            return words
    return ""


def _checks(wants: Wants, time_: Time, at: datetime) -> Collection[tuple[bool, str]]:
    starts = time_.starts_at
    on = starts.date()
    is_early = starts.time() < NOON
    return (
        (bool(wants.provider_ids) and time_.provider_id not in wants.provider_ids,
         "wants somebody else"),
        (bool(wants.site_ids) and time_.site_id not in wants.site_ids, "wants another site"),
        (bool(wants.weekdays) and starts.weekday() not in wants.weekdays, "can't on this weekday"),
        (wants.part == "morning" and not is_early, "wants a morning"),
        (wants.part == "afternoon" and is_early, "wants an afternoon"),
        (wants.earliest_on is not None and on < wants.earliest_on, "can't come that soon"),
        (wants.latest_on is not None and on > wants.latest_on, "that is too late for them"),
        (wants.before is not None and starts >= wants.before, "is booked earlier already"),
        (starts - at < wants.notice, "needs more notice"),
    )  # fmt: skip


def patience(lead: timedelta, most: timedelta) -> timedelta:
    """Return how long an answer may take when the visit is so far off, never above `most`."""
    usual = next(wait for far, wait in _PATIENCE if lead >= far or far == timedelta(0))
    return min(usual, most)


def rounds_left(lead: timedelta, floor: timedelta, most: timedelta) -> int:
    """Return how many batches may follow each other before it is too late, this one included.

    Half of the time left counts: the nights are quiet, and people sleep over it.
    """
    left = (lead - floor) / 2
    return max(1, min(int(left / patience(lead, most)), ROUNDS_MOST))


def is_quiet(at: datetime, zone: ZoneInfo, quiet_from: time, quiet_until: time) -> bool:
    """Say whether nobody is written to then. Equal times mean that there are no quiet hours."""
    wall = at.astimezone(zone).time()
    if quiet_from <= quiet_until:
        return quiet_from <= wall < quiet_until
    return wall >= quiet_from or wall < quiet_until


def after_quiet(at: datetime, zone: ZoneInfo, quiet_from: time, quiet_until: time) -> datetime:
    """Return the next instant at which somebody may be written to: now, when it is not quiet."""
    if not is_quiet(at, zone, quiet_from, quiet_until):
        return at
    return _next(at, zone, quiet_until)


def expiry(
    at: datetime, lead: timedelta, most: timedelta, zone: ZoneInfo, quiet: tuple[time, time]
) -> datetime:
    """Return until when an offer made now stands; quiet hours don't count against the patient."""
    left = patience(lead, most)
    here = at
    while True:
        here = after_quiet(here, zone, *quiet)
        until = here + left
        stops = _next_quiet(here, zone, *quiet)
        if stops is None or until <= stops:
            return until
        left -= stops - here
        here = stops


def _next_quiet(
    at: datetime, zone: ZoneInfo, quiet_from: time, quiet_until: time
) -> datetime | None:
    """Return when it is quiet next; None where it never is."""
    if quiet_from == quiet_until:
        return None
    return _next(at, zone, quiet_from)


def _next(at: datetime, zone: ZoneInfo, wall: time) -> datetime:
    """Return the next instant after this one at which the wall shows a time, in UTC."""
    on = at.astimezone(zone).date()
    days = (on, on + timedelta(days=1))
    found = (datetime.combine(day, wall, tzinfo=zone).astimezone(UTC) for day in days)
    return next(instant for instant in found if instant > at)
