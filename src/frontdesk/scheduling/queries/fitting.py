"""Whether a visit that is being moved fits where it is held, said while it moves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from frontdesk.core.clock import at_wall, local
from frontdesk.core.errors import Refused
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models import Appointment, Change, GroupVisit, Override, Seat
from frontdesk.scheduling.queries import conflicts, lengths, preferences
from frontdesk.scheduling.queries.calendars import Stretch
from frontdesk.scheduling.queries.conflicts import Obstacle, Wish
from frontdesk.scheduling.rules.time import clock_words, day_and_clock, length_refused
from frontdesk.staff.models import Provider

Kind = Override.Kind
NEVER = "never"  # what no reason helps against: a time that has passed, a group that is full


class Fit(NamedTuple):
    """What stands in the way of a visit at a place; nothing when it fits."""

    starts_at: datetime
    ends_at: datetime
    obstacles: Sequence[Obstacle]

    @property
    def words(self) -> str:
        """What binds first."""
        return self.obstacles[0].words if self.obstacles else ""

    @property
    def may_be_overridden(self) -> bool:
        """Whether somebody with the right and a reason may put it there all the same."""
        return bool(self.obstacles) and all(one.kind != NEVER for one in self.obstacles)


def days_later(site: Site, starts_at: datetime, days: int) -> datetime:
    """Return the same time by the clock on the wall some days later, or earlier.

    Refuse in words a time that the wall does not show that night.
    """
    if not days:
        return starts_at
    wall = local(site, starts_at)
    on = wall.date() + timedelta(days=days)
    if words := why_no_time(site, on, wall.time()):
        raise Refused(words)
    return at_wall(site, on, wall.time())


def why_no_time(site: Site, on: date, wall: time) -> str:
    """Say why the wall does not show a time that day: one night in spring skips an hour."""
    if local(site, at_wall(site, on, wall)).time() == wall:
        return ""
    skipped = clock_words(wall)
    return _("The clocks go forward that night: there is no %(time)s.") % {"time": skipped}


def changed_meanwhile(appointment: Appointment, seen: int | None) -> str:
    """Say who changed a visit since it was drawn with this sequence, and where it is now."""
    if seen is None or appointment.sequence == seen:
        return ""
    last = Change.objects.filter(appointment=appointment).order_by("-at", "-pk").first()
    who = last.by_name if last else "Somebody"
    if appointment.status == Appointment.Status.CANCELLED:
        return f"{who} has cancelled this visit in the meantime."
    when = day_and_clock(local(appointment.site, appointment.starts_at))
    return (
        f"{who} has changed this visit in the meantime: it is on {when} with "
        f"{appointment.provider} now. Nothing was moved."
    )


def fit(
    appointment: Appointment,
    starts_at: datetime,
    at: datetime,
    *,
    provider: Provider | None = None,
    site: Site | None = None,
    room: Room | None = None,
    minutes: int | None = None,
) -> Fit:
    """Return whether a visit fits at a place, as the operation that moves it will find it."""
    minutes = appointment.minutes if minutes is None else minutes
    wish = Wish(
        appointment.visit_type.lasting(lengths.own_minutes(appointment, minutes)),
        provider or appointment.provider,
        site or appointment.site,
        starts_at,
        room,
        {appointment.pk},
        appointment.patient,
    )
    ends_at = starts_at + timedelta(minutes=minutes)
    found = _never(appointment, ends_at, minutes, at)
    if not found:
        held = conflicts.day_of(wish, at)
        found = conflicts.elsewhere(wish, ends_at) + _in_the_way(appointment, wish, held, minutes)
    return Fit(starts_at, ends_at, found)


def _never(one: Appointment, ends_at: datetime, minutes: int, at: datetime) -> list[Obstacle]:
    if words := length_refused(minutes) or lengths.too_short(one, minutes):
        return [Obstacle(NEVER, words)]
    return [Obstacle(NEVER, "This time has passed.")] if ends_at <= at else []


def _in_the_way(one: Appointment, wish: Wish, held: Stretch, minutes: int) -> list[Obstacle]:
    if wish.visit_type.capacity > 1 and (standing := _group(wish)):
        return _seat_in(standing, one)
    if (wish.starts_at, wish.provider, wish.site) == (one.starts_at, one.provider, one.site) and (
        wish.room_id in (None, one.room_id)
    ):
        rows = lengths.rows_of(one)
        return _stretched(rows, replace(wish, visit_type=one.own_type), held, minutes - one.minutes)
    asked = wish
    if wish.room is None and one.room is not None and wish.site == one.site:
        same = replace(wish, room=one.room)
        wish = same if conflicts.places(same, held) else wish
    found = [o for o in conflicts.obstacles(wish, held) if o.kind != Kind.NOTICE]
    if words := preferences.hard_words(asked, held):
        found.append(Obstacle(Kind.PREFERENCE, words))
    return found


def _stretched(rows: Sequence[lengths.Row], wish: Wish, held: Stretch, more: int) -> list[Obstacle]:
    if not more:
        return []
    places = lengths.stretched([place for place, _lane in rows], wish, more)
    lanes = [lane for _place, lane in rows]
    return lengths.not_longer(list(zip(places, lanes, strict=True)), wish, held)


def _group(wish: Wish) -> GroupVisit | None:
    return GroupVisit.objects.filter(
        provider=wish.provider,
        starts_at=wish.starts_at,
        visit_type=wish.visit_type,
        site=wish.site,
        is_active=True,
    ).first()


def _seat_in(group: GroupVisit, one: Appointment) -> list[Obstacle]:
    taken = Seat.objects.filter(group=group, is_active=True).exclude(appointment=one).count()
    if taken < group.capacity:
        return []
    return [Obstacle(NEVER, f"All {group.capacity} seats of this group are taken.")]
