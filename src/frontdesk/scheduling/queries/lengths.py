"""A visit that is longer or shorter than its type says: what it takes, and what is in the way."""

from collections.abc import Sequence
from datetime import timedelta

from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.scheduling.models import Appointment, Occupancy, Override
from frontdesk.scheduling.queries.asking import Place
from frontdesk.scheduling.queries.calendars import Stretch, taken_between
from frontdesk.scheduling.queries.conflicts import Obstacle, Wish
from frontdesk.scheduling.rules.time import clock_words

Kind = Override.Kind
Row = tuple[Place, int]  # a place and the lane it stands on
TOO_SHORT = "So short a visit leaves no time for everything it needs."


def rows_of(appointment: Appointment) -> list[Row]:
    """Return what an appointment takes now."""
    rows = Occupancy.objects.filter(appointment=appointment, is_active=True)
    columns = ("resource_kind", "resource_id", "starts_at", "ends_at", "lane")
    return [(Place(*one[:4]), one[4]) for one in rows.order_by("pk").values_list(*columns)]


def own_minutes(appointment: Appointment, minutes: int) -> int:
    """Return how long a visit is of its own when it lasts so long, without what it waits in it."""
    usual: int = appointment.visit_type.minutes
    return usual + appointment.longer_by + minutes - appointment.minutes


def too_short(appointment: Appointment, minutes: int) -> str:
    """Say that so short a visit has no time for all it needs; empty when it has."""
    enough = appointment.visit_type.can_last(own_minutes(appointment, minutes))
    return "" if enough else TOO_SHORT


def stretched(places: Sequence[Place], wish: Wish, minutes: int) -> list[Place]:
    """Return the places of a visit whose provider's part is so many minutes longer.

    It stays where it is, with all it has: whoever is there when the provider's part ends stays as
    much longer; what comes after it comes as much later, the buffer too. Below zero it is
    shorter; refuse when nothing would be left of a part.
    """
    if not places or not minutes:
        return list(places)
    more = timedelta(minutes=minutes)
    own = [one.ends_at for one in places if one.resource_id == wish.provider.pk]
    buffer = timedelta(minutes=wish.visit_type.buffer_after)
    turn = max(own) - buffer if own else max(one.ends_at for one in places)
    found = []
    for one in places:
        begins = one.starts_at + more if one.starts_at >= turn else one.starts_at
        ends = one.ends_at + more if one.ends_at >= turn else min(one.ends_at, turn + more)
        if ends <= begins:
            raise Refused(TOO_SHORT)
        found.append(one._replace(starts_at=begins, ends_at=ends))
    return found


def not_longer(rows: Sequence[Row], wish: Wish, held: Stretch) -> list[Obstacle]:
    """Return what stands in the way of a visit that takes these rows."""
    found = _of_hours([place for place, _lane in rows], wish, held)
    read_all(held, [place for place, _lane in rows])
    for place, lane in sorted(rows, key=lambda row: row[0].resource_id != wish.provider.pk):
        others = [row for row in held.in_the_way(place) if row.lane == lane]
        if others:
            until = clock_words(local(held.site, max(row.ends_at for row in others)).time())
            words = f"{held.name_of(place.resource_id)} is taken until {until}."
            found.append(Obstacle(Kind.TAKEN, words))
        if held.away.get(place.resource_id, 0) & _cells([place], held):
            words = f"{held.name_of(place.resource_id)} can't be used at this time."
            found.append(Obstacle(Kind.AWAY, words))
    return found


def read_all(held: Stretch, places: Sequence[Place]) -> None:
    """Read what is taken of these places for all of their spans: they reach beyond the type's."""
    if places:
        first, last = min(p.starts_at for p in places), max(p.ends_at for p in places)
        held.taken = taken_between({p.resource_id for p in places}, first, last)


def _of_hours(places: Sequence[Place], wish: Wish, held: Stretch) -> list[Obstacle]:
    provider, site, found = wish.provider, wish.site, []
    span = _cells([one for one in places if one.resource_id == provider.pk], held)
    if span & ~held.worked(provider.pk, of_type=False):
        words = f"{provider} sees nobody at {site} for all of this time."
        found.append(Obstacle(Kind.HOURS, words))
    if _cells(places, held) & ~held.opened:
        found.append(Obstacle(Kind.CLOSED, f"{site} is closed for a part of this time."))
    return found


def _cells(places: Sequence[Place], held: Stretch) -> int:
    found = 0
    for one in places:
        found |= held.grid.touched(one.starts_at, one.ends_at)
    return found
