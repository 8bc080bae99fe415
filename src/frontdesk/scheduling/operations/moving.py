"""Moving a visit by hand: dragged or by keyboard, from a screen that may be some seconds old."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models import Appointment, Change
from frontdesk.scheduling.operations import lengths, overriding, taking, telling
from frontdesk.scheduling.operations.booking import reschedule
from frontdesk.scheduling.operations.lengths import change_length
from frontdesk.scheduling.queries import conflicts
from frontdesk.scheduling.queries.conflicts import Obstacle, Wish, places_beside
from frontdesk.scheduling.queries.fitting import changed_meanwhile
from frontdesk.scheduling.signals import Left, appointment_moved
from frontdesk.staff.models import Provider

Status = Appointment.Status
UNDONE_WITHIN = timedelta(minutes=10)  # after a move; later it is another move


@operation("scheduling.book")
def move(
    appointment: Appointment,
    starts_at: datetime,
    *,
    at: datetime,
    by: Actor,
    provider: Provider | None = None,
    site: Site | None = None,
    room: Room | None = None,
    minutes: int | None = None,
    seen: int | None = None,
) -> Appointment:
    """Move a visit, or make it longer or shorter, as somebody saw it on their screen.

    `seen` is the visit's sequence when their screen was drawn: where somebody else was quicker,
    they are told who and where to, and nothing is moved.
    """
    appointment = Appointment.objects.lock(appointment.pk)
    _refuse_stale(appointment, seen)
    wished = minutes if minutes is not None else appointment.minutes
    stays = _is_same(appointment, starts_at, provider, site, room)
    if stays:
        return change_length(appointment, wished, at=at, by=by)
    if wished != appointment.minutes:
        lengths.refuse_length(appointment, wished)
        lengths.note_length(appointment, wished, at=at, by=by)
    return reschedule(appointment, starts_at, at=at, provider=provider, site=site, room=room, by=by)


@operation("scheduling.book")
def move_back(
    appointment: Appointment,
    starts_at: datetime,
    *,
    at: datetime,
    by: Actor,
    provider: Provider | None = None,
    site: Site | None = None,
    room: Room | None = None,
    minutes: int | None = None,
    seen: int | None = None,
) -> Appointment:
    """Put a visit back where it was before it was moved a moment ago, as the undo of that move.

    Where it stood against a rule, for a reason that was given, it stands so again, with that
    reason; whoever undoes their own move needs no right to override. What somebody else took of
    the time meanwhile stays theirs.
    """
    appointment = Appointment.objects.lock(appointment.pk)
    _refuse_stale(appointment, seen)
    where = _wish(appointment, starts_at, provider, site, room)
    reason = _stood_against(appointment, where, at, by)
    if not reason:
        return move(
            appointment, starts_at, provider=provider, site=site, room=room, minutes=minutes,
            at=at, by=by,
        )  # fmt: skip
    left = _left(appointment)
    _put_anyway(appointment, where, minutes, reason, at=at, by=by)
    _tell_move(appointment, left, at=at, by=by)
    return appointment


@operation("scheduling.override", always_ask=True)
def move_anyway(
    appointment: Appointment,
    starts_at: datetime,
    *,
    because: str,
    at: datetime,
    by: Actor,
    provider: Provider | None = None,
    site: Site | None = None,
    room: Room | None = None,
    minutes: int | None = None,
    seen: int | None = None,
) -> Appointment:
    """Move a visit to where a rule refuses it, on purpose; the reason is kept with each rule."""
    if not because.strip():
        raise Refused("Say why this visit goes where there is no time.")
    appointment = Appointment.objects.lock(appointment.pk)
    _refuse_stale(appointment, seen)
    if appointment.status != Status.BOOKED:
        raise Refused("Only a visit that is still to come can be moved.")
    if appointment.visit_type.capacity > 1:
        raise Refused("A seat in a group goes to a group that has one free.")
    left = _left(appointment)
    wish = _wish(appointment, starts_at, provider, site, room)
    reason = because.strip()[:200]
    against = _put_anyway(appointment, wish, minutes, reason, at=at, by=by)
    overriding.remember_overrides(appointment, against, reason, at, by)
    _tell_move(appointment, left, at=at, by=by)
    return appointment


def _put_anyway(
    appointment: Appointment,
    wish: Wish,
    minutes: int | None,
    reason: str,
    *,
    at: datetime,
    by: Actor,
) -> list[Obstacle]:
    """Put a visit on a lane beside what stands there; return what it goes against."""
    taking.wait_for_turn(wish, appointment.site)
    if minutes is not None and minutes != appointment.minutes:
        lengths.refuse_length(appointment, minutes)
        lengths.note_length(appointment, minutes, at=at, by=by)
    wish = replace(wish, visit_type=appointment.own_type)
    held = taking.look(wish, at)
    against = overriding.against(wish, held)
    places = places_beside(wish, held)
    lanes = taking.lanes_beside(places, held)
    taking.give_back_appointment(appointment)
    taking.take(places, held, appointment=appointment, lanes=lanes)
    appointment.provider, appointment.site = wish.provider, wish.site
    appointment.room = taking.room_in(places, held)
    appointment.starts_at = wish.starts_at
    appointment.ends_at = wish.ends_at
    appointment.confirmed_at = None  # another time is another question
    appointment.override_reason = reason
    appointment.sequence += 1
    appointment.save()
    return against


def _stood_against(one: Appointment, wish: Wish, at: datetime, by: Actor) -> str:
    """Return the reason for which a visit stood where it goes back to; empty where it did not.

    Only the person who moved it away, within some minutes, and only from the last move.
    """
    last = Change.objects.filter(appointment=one).order_by("-at", "-pk").first()
    is_undo = (
        last is not None
        and last.kind == Change.Kind.MOVED
        and last.by_name == by.name
        and at - last.at <= UNDONE_WITHIN
        and (last.was_starts_at, last.was_provider_id) == (wish.starts_at, wish.provider.pk)
    )
    if last is None or not is_undo:
        return ""
    if last.because:
        _refuse_taken_since(wish, last.at, at)
    return last.because


def _refuse_taken_since(wish: Wish, since: datetime, at: datetime) -> None:
    """Refuse to go back beside somebody who has come since."""
    held = conflicts.day_of(wish, at)
    rows = [row for place in places_beside(wish, held) for row in held.in_the_way(place)]
    keys = {row.appointment_id for row in rows if row.appointment_id is not None}
    new = Appointment.objects.filter(pk__in=keys).filter(
        Q(booked_at__gt=since) | Q(changes__kind=Change.Kind.MOVED, changes__at__gt=since)
    )
    if new.exists():
        raise Refused("Somebody has taken this time in the meantime. Nothing was moved.")


def _refuse_stale(appointment: Appointment, seen: int | None) -> None:
    """Refuse to move a visit from where it is no more, and say who was quicker."""
    if words := changed_meanwhile(appointment, seen):
        raise Refused(words)


def _is_same(
    one: Appointment,
    starts_at: datetime,
    provider: Provider | None,
    site: Site | None,
    room: Room | None,
) -> bool:
    wanted = (starts_at, provider or one.provider, site or one.site)
    is_there = wanted == (one.starts_at, one.provider, one.site)
    return is_there and (room is None or room.pk == one.room_id)


def _left(one: Appointment) -> Left:
    return Left(one.starts_at, one.ends_at, one.provider, one.site, one.room)


def _wish(
    one: Appointment,
    starts_at: datetime,
    provider: Provider | None,
    site: Site | None,
    room: Room | None,
) -> Wish:
    who, where = provider or one.provider, site or one.site
    return Wish(one.own_type, who, where, starts_at, room, {one.pk}, one.patient)


def _tell_move(one: Appointment, left: Left, *, at: datetime, by: Actor) -> None:
    """Write the move down, tell the patient of another time, and let the office hear of it."""
    if (left.starts_at, left.provider) == (one.starts_at, one.provider):
        return
    Change.objects.create(
        appointment=one,
        kind=Change.Kind.MOVED,
        at=at,
        by_name=by.name,
        was_starts_at=left.starts_at,
        was_provider=left.provider,
    )
    telling.tell_moved(one, was=left.starts_at, at=at, by=by)
    appointment_moved.send(Appointment, appointment=one, left=left, by=by)
