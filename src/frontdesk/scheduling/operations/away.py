"""Time off, once or again and again; whoever is booked then goes on the scheduler's list."""

from datetime import date, datetime, time
from typing import Any

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now, today
from frontdesk.core.errors import Refused
from frontdesk.core.models import Record
from frontdesk.core.operation import operation
from frontdesk.practice.models import Closure, Site
from frontdesk.scheduling.models import RecurringOff, TimeOff
from frontdesk.scheduling.queries import away
from frontdesk.staff.operations import open_work, settle_work

OVER_VISITS = "scheduling.away_over_visits"
HOW = (
    "Open the list of these visits: move each to another time or provider, or cancel it and tell "
    "the patient. What is booked stays booked until somebody does."
)


@operation("scheduling.templates")
def take_time_off(
    *,
    resource_kind: str,
    resource_id: Any,
    starts_at: datetime,
    ends_at: datetime,
    because: str,
    by: Actor,
) -> TimeOff:
    """Keep a provider, room, device, interpreter or one of the staff from being booked.

    What is booked stays so, and is put on the scheduler's list to be moved.
    """
    if ends_at <= starts_at:
        raise Refused("Time off ends after it starts.")
    off = TimeOff.objects.create(
        resource_kind=resource_kind,
        resource_id=resource_id,
        starts_at=starts_at,
        ends_at=ends_at,
        because=because.strip(),
    )
    _tell(off, away.name_of(off.resource_id), by)
    return off


@operation("scheduling.templates")
def end_time_off(time_off: TimeOff, *, by: Actor) -> TimeOff:
    """Take time off back."""
    time_off = TimeOff.objects.lock(time_off.pk)
    time_off.is_active = False
    time_off.save()
    settle_work(once=_once(time_off), at=now(), by=by)
    return time_off


@operation("scheduling.templates")
def take_recurring_off(
    *,
    resource_kind: str,
    resource_id: Any,
    site: Site,
    weekday: int,
    starts: time,
    ends: time,
    from_on: date,
    because: str,
    every_weeks: int = 1,
    until_on: date | None = None,
    by: Actor,
) -> RecurringOff:
    """Keep somebody or something free again and again: every so many weeks, by the site's wall.

    `until_on` is the first day on which it no longer holds. What is booked stays so, and is put
    on the scheduler's list to be moved.
    """
    if ends <= starts:
        raise Refused("Time off ends after it starts.")
    if until_on is not None and until_on <= from_on:
        raise Refused("The last day is before the first.")
    off = RecurringOff.objects.create(
        resource_kind=resource_kind,
        resource_id=resource_id,
        site=site,
        weekday=weekday,
        starts=starts,
        ends=ends,
        every_weeks=every_weeks,
        from_on=from_on,
        until_on=until_on,
        because=because.strip(),
    )
    _tell(off, away.name_of(off.resource_id), by)
    return off


@operation("scheduling.templates")
def end_recurring_off(off: RecurringOff, *, by: Actor) -> RecurringOff:
    """Let time off come again no more, from today on."""
    off = RecurringOff.objects.lock(off.pk)
    off.until_on = max(off.from_on, today(off.site))
    if off.until_on == off.from_on:
        off.is_active = False
    off.save()
    settle_work(once=_once(off), at=now(), by=by)
    return off


@operation("practice.edit")
def look_at_closure(closure: Closure, *, by: Actor) -> int:
    """Put the visits booked on a day that is now closed on the scheduler's list; return how many.

    A day that is open again takes them off it.
    """
    if closure.is_withdrawn:
        settle_work(once=_once(closure), at=now(), by=by)
        return 0
    place = closure.site.name if closure.site else "Every site"
    return _tell(closure, f"{place} ({closure.because})", by)


def _tell(off: TimeOff | RecurringOff | Closure, name: str, by: Actor) -> int:
    """Leave one thing to do for all visits that are booked then; a changed number says so."""
    visits = list(away.hit_by(off, now()))
    if not visits:
        settle_work(once=_once(off), at=now(), by=by)
        return 0
    count = "1 visit is" if len(visits) == 1 else f"{len(visits)} visits are"
    open_work(
        kind=OVER_VISITS,
        title=f"{name} is away, and {count} booked then"
        if not isinstance(off, Closure)
        else f"{name}: closed, and {count} booked then",
        pool="scheduler",
        how_to_fix=HOW,
        subject=off,
        due_at=visits[0].starts_at,
        once=_once(off),
        by=by,
    )
    return len(visits)


def _once(record: Record) -> str:
    return f"{OVER_VISITS}:{record.pk}"
