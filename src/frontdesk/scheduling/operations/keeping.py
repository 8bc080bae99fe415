"""What becomes of a promise: confirmed, cancelled, kept, missed, put back."""

from dataclasses import replace
from datetime import datetime

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.scheduling.models import Appointment, Change, Override, PlannedVisit
from frontdesk.scheduling.operations import (
    authorizing,
    groups,
    overriding,
    planned,
    taking,
    telling,
)
from frontdesk.scheduling.operations.taking import Taken
from frontdesk.scheduling.queries import conflicts
from frontdesk.scheduling.queries.asking import Place
from frontdesk.scheduling.queries.calendars import Stretch
from frontdesk.scheduling.queries.conflicts import Wish
from frontdesk.scheduling.signals import appointment_booked, appointment_cancelled

Status = Appointment.Status
Kind = Override.Kind
SINCE = {Kind.HOURS, Kind.KEPT, Kind.CLOSED, Kind.AWAY, Kind.NOTICE, Kind.PREFERENCE}


@operation("scheduling.book")
def confirm(appointment: Appointment, *, at: datetime, by: Actor) -> Appointment:
    """Remember that the patient said they will come. Said twice, the first time counts."""
    appointment = Appointment.objects.lock(appointment.pk)
    if appointment.status != Status.BOOKED:
        raise Refused("Only a visit that is still to come can be confirmed.")
    if appointment.confirmed_at is None:
        appointment.confirmed_at = at
        appointment.save()
        _remember(appointment, Change.Kind.CONFIRMED, at, by)
    return appointment


@operation("scheduling.cancel")
def cancel(
    appointment: Appointment,
    *,
    because: str,
    whose: str,
    at: datetime,
    by: Actor,
    tells: bool = True,
) -> Appointment:
    """Give the time back and tell the patient. `whose` is "patient" or "practice".

    `tells` is off where one message tells of several visits.
    """
    if whose not in Appointment.CancelledBy.values:
        raise Refused("Say who cancels: the patient or the practice.")
    if not because.strip():
        raise Refused("Say why the visit is cancelled.")
    appointment = Appointment.objects.lock(appointment.pk)
    appointment.cancel(because=because.strip(), whose=whose, told_at=at)
    appointment.save()
    groups.give_back(appointment)
    _remember(appointment, Change.Kind.CANCELLED, at, by, because)
    if tells:
        telling.tell_cancelled(appointment, at=at, by=by)
    appointment_cancelled.send(Appointment, appointment=appointment, by=by)
    return appointment


@operation("scheduling.cancel")
def no_show(appointment: Appointment, *, at: datetime, by: Actor) -> Appointment:
    """Remember that the patient did not come; what is left of the time is free.

    They go onto the list of planned visits, so that another time is offered, unless they have one.
    """
    appointment = Appointment.objects.lock(appointment.pk)
    if at < appointment.starts_at:
        raise Refused("The visit has not begun yet: cancel it instead.")
    appointment.status = appointment.lifecycle.move(appointment.status, Status.NO_SHOW)
    appointment.save()
    groups.give_back(appointment)
    authorizing.release_authorization(appointment, at=at, by=by)
    _remember(appointment, Change.Kind.NO_SHOW, at, by)
    planned.plan_after(appointment, PlannedVisit.Source.MISSED, at=at, by=by)
    return appointment


@operation("scheduling.book")
def restore(
    appointment: Appointment, *, as_before: bool = False, at: datetime, by: Actor
) -> Appointment:
    """Put a cancelled or missed visit back, if its time is still free.

    With `as_before` also where somebody is away or the site closed by now, as it stood when it
    was given up: an undo; never where somebody else has the time.
    """
    appointment = Appointment.objects.lock(appointment.pk)
    was_cancelled = appointment.status == Status.CANCELLED
    appointment.status = appointment.lifecycle.move(appointment.status, Status.BOOKED)
    if appointment.ends_at > at:
        _take_again(appointment, at, as_before=as_before)
    if was_cancelled:
        appointment.uncancel()
    appointment.save()
    _remember(appointment, Change.Kind.RESTORED, at, by)
    planned.forget_after(appointment, at=at, by=by)
    if not was_cancelled:
        authorizing.watch_authorization(appointment, at=at, by=by)
    else:
        telling.tell_booked(appointment, at=at, by=by)
        appointment_booked.send(Appointment, appointment=appointment, by=by)
    return appointment


@operation("visits.arrive")
def arrive(
    appointment: Appointment, *, at: datetime, is_held: bool = False, by: Actor
) -> Appointment:
    """Remember that the patient is here. A no-show who comes late is no no-show.

    With `is_held` the caller has just locked the appointment.
    """
    if not is_held:
        appointment = Appointment.objects.lock(appointment.pk)
    if appointment.status != Status.BOOKED:
        planned.forget_after(appointment, at=at, by=by)
    return _put(appointment, Status.ARRIVED)


@operation("visits.arrive")
def unarrive(appointment: Appointment, *, by: Actor) -> Appointment:
    """Take an arrival back."""
    return _move(appointment, Status.BOOKED, only_from=Status.ARRIVED)


@operation("visits.move")
def fulfil(appointment: Appointment, *, by: Actor) -> Appointment:
    """Remember that the promise was kept."""
    return _move(appointment, Status.FULFILLED)


@operation("visits.move")
def leave(appointment: Appointment, *, by: Actor) -> Appointment:
    """Remember that the patient came and left before anybody saw them."""
    return _move(appointment, Status.LEFT)


def _move(
    appointment: Appointment, status: Status, *, only_from: Status | None = None
) -> Appointment:
    appointment = Appointment.objects.lock(appointment.pk)
    if only_from is not None and appointment.status != only_from:
        raise Refused(f"This visit is not {only_from.label.lower()}.")
    return _put(appointment, status)


def _put(appointment: Appointment, status: Status) -> Appointment:
    appointment.status = appointment.lifecycle.move(appointment.status, status)
    appointment.save()
    return appointment


def _take_again(appointment: Appointment, at: datetime, *, as_before: bool = False) -> None:
    wish = Wish(
        appointment.own_type,
        appointment.provider,
        appointment.site,
        appointment.starts_at,
        appointment.room,
        {appointment.pk},
        appointment.patient,
    )
    taking.wait_for_turn(wish)
    if away := conflicts.elsewhere(wish, appointment.ends_at):
        raise Taken(away[0].words)
    held = taking.look(wish, at)
    if wish.visit_type.capacity > 1:
        group, number, places = groups.sit_down(wish, held, at)
        groups.keep_seat(group, number, appointment=appointment)
    else:
        places = (as_before and _as_before(wish, held)) or _anew(wish, held)
    taking.take(places, held, appointment=appointment)
    appointment.room = taking.room_in(places, held) or appointment.room


def _anew(wish: Wish, held: Stretch) -> list[Place]:
    """Return where a visit goes when it is put back: into its room, else into another one."""
    is_free = wish.room is None or conflicts.places(wish, held) is not None
    return taking.choose(wish if is_free else replace(wish, room=None), held).places


def _as_before(wish: Wish, held: Stretch) -> list[Place]:
    """Return where a visit stood though it may not be put there anew; nothing where it is taken."""
    if {one.kind for one in overriding.against(wish, held)} - SINCE:
        return []
    places = conflicts.places_beside(wish, held)
    return [] if any(taking.lanes_beside(places, held)) else places


def _remember(
    appointment: Appointment, kind: Change.Kind, at: datetime, by: Actor, because: str = ""
) -> None:
    Change.objects.create(
        appointment=appointment, kind=kind, at=at, by_name=by.name, because=because.strip()[:200]
    )
