"""Who stays longer when the day breaks: for how long each has agreed to, and until when.

Nobody stays unless a preference says so, and nobody but a repair asks for it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from frontdesk.core.clock import at_wall, day_bounds, local
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Preference, Session
from frontdesk.scheduling.queries import calendars, working
from frontdesk.scheduling.queries.calendars import Stretch
from frontdesk.solver.openings import CELL_MINUTES, Grid
from frontdesk.solver.repair.model import Shift
from frontdesk.staff.models import Provider


def agreed(site: Site, on: date) -> dict[UUID, int]:
    """Return for how many minutes each provider may be kept after their hours of a day.

    What is said of one site counts before what is said of any; who is not named goes home.
    """
    held = Preference.objects.filter(
        Q(site=site) | Q(site=None), kind=Preference.Kind.OVERTIME, is_active=True
    )
    rows = [row for row in held if not row.weekdays or on.weekday() in row.weekdays]
    rows.sort(key=lambda row: (row.site_id is not None, row.pk))
    return {row.provider_id: row.number for row in rows}


def staying(
    held: Stretch, on: date, minutes: Mapping[UUID, int]
) -> tuple[Stretch, dict[UUID, Shift]]:
    """Return the same calendars with those who may staying as long, and where their hours end.

    Rooms and whoever helps are there as long as somebody stays. Nobody stays where the end of
    their hours is kept for other visits, where they are away then or go on elsewhere, and while
    the site is shut.
    """
    if not any(minutes.values()):
        return held, {}
    whole = held.grid.touched(*day_bounds(held.site, on))
    elsewhere = _last_elsewhere(held, on, minutes)
    closed = working.closures_of(held.site, [on]).get(on, ())
    shut = working.cells_closed(closed, held.site, held.grid, on)
    later: dict[UUID, int] = {}
    shifts: dict[UUID, Shift] = {}
    for key in held.everybody:
        worked = held.worked(key, of_type=False) & held.opened & whole
        ends = worked.bit_length()
        most = minutes.get(key, 0) // CELL_MINUTES
        off = held.away.get(key, 0) | shut
        is_theirs = ends and ends == (held.worked(key) & held.opened & whole).bit_length()
        is_last = key not in elsewhere or elsewhere[key] <= held.grid.at(ends)
        if not most or not is_theirs or not is_last or off >> (ends - 1) & 1:
            continue
        most = _unbroken(whole & ~off, ends, most)
        later[key] = ((1 << most) - 1) << ends
        shifts[key] = Shift(ends, whole.bit_length(), most)
    opened = held.opened
    for cells in later.values():
        opened |= cells
    return replace(held, opened=opened, later=later), shifts


def kept_on(held: Stretch, provider: Provider, minutes: int, on: date) -> Stretch:
    """Return the calendars with one provider staying."""
    return staying(held, on, {provider.pk: minutes})[0] if minutes else held


def hours_end(provider: Provider, site: Site, on: date) -> datetime | None:
    """Return when the provider's last session of a day at the site is over; None without one."""
    opens, closes = day_bounds(site, on)
    grid, worked = Grid.between(opens, closes), 0
    for session in calendars.sessions_of(site, on, 1, provider):
        if session.holds_on(on):
            worked |= working.cells_of(session, site, grid, on)
    return grid.at(worked.bit_length()) if worked else None


def minutes_after(ends_at: datetime, hours_end_at: datetime | None) -> int:
    """Return by how many minutes something ends after the hours."""
    if hours_end_at is None:
        return 0
    return max(0, int((ends_at - hours_end_at) / timedelta(minutes=1)))


def may_stay(provider: Provider, site: Site, starts_at: datetime) -> int:
    """Return for how many minutes a provider may be kept on the day of an instant."""
    return agreed(site, local(site, starts_at).date()).get(provider.pk, 0)


def _last_elsewhere(held: Stretch, on: date, minutes: Mapping[UUID, int]) -> dict[UUID, datetime]:
    """Return when the last session at another site is over, of those who have one that day."""
    sessions = Session.objects.filter(
        provider_id__in=[key for key, most in minutes.items() if most], weekday=on.weekday()
    ).exclude(site=held.site)
    found: dict[UUID, datetime] = {}
    for one in sessions.select_related("site"):
        if one.holds_on(on):
            ends_at = at_wall(one.site, on, one.ends)
            found[one.provider_id] = max(ends_at, found.get(one.provider_id, ends_at))
    return found


def _unbroken(free: int, first: int, most: int) -> int:
    """Return how many cells follow each other from the first, no more than that."""
    count = 0
    while count < most and free >> (first + count) & 1:
        count += 1
    return count
