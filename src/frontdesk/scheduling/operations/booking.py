"""Promising time: hold it while somebody talks, book it, put a visit beside another, move it."""

from dataclasses import replace
from datetime import datetime, timedelta

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.people.models import Patient
from frontdesk.practice.models import Practice, Room, Site
from frontdesk.scheduling.models import Appointment, Change, Hold, VisitType
from frontdesk.scheduling.operations import taking, telling
from frontdesk.scheduling.operations.taking import Taken
from frontdesk.scheduling.queries import conflicts
from frontdesk.scheduling.queries.calendars import Stretch
from frontdesk.scheduling.queries.conflicts import Wish, places_beside
from frontdesk.scheduling.rules.time import LONGEST
from frontdesk.scheduling.signals import Left, appointment_booked, appointment_moved
from frontdesk.staff.models import Provider


@operation("scheduling.hold")
def hold(
    visit_type: VisitType,
    provider: Provider,
    site: Site,
    starts_at: datetime,
    at: datetime,
    *,
    room: Room | None = None,
    by: Actor,
) -> Hold:
    """Keep a time for somebody on the phone, for as long as the practice says."""
    wish = Wish(visit_type, provider, site, starts_at, room)
    taking.wait_for_turn(wish)
    held = taking.look(wish, at)
    places = taking.choose(wish, held)
    kept = Hold.objects.create(
        visit_type=visit_type,
        provider=provider,
        site=site,
        room=taking.room_in(places, held),
        starts_at=starts_at,
        ends_at=wish.ends_at,
        held_by=by.name,
        expires_at=at + _patience(by),
    )
    taking.take(places, held, hold=kept)
    return kept


@operation("scheduling.hold")
def release(hold: Hold, *, by: Actor) -> Hold:
    """Give a held time back. One that was given back or booked already stays as it is."""
    hold = Hold.objects.lock(hold.pk)
    if hold.status == Hold.Status.HELD:
        hold.status = hold.lifecycle.move(hold.status, Hold.Status.RELEASED)
        hold.save()
        taking.give_back_hold(hold)
    return hold


@operation("scheduling.hold")
def take_over(hold: Hold, *, at: datetime, by: Actor) -> Hold:
    """Go on with a time that a colleague holds, or with one's own for longer."""
    hold = Hold.objects.lock(hold.pk)
    if not hold.is_standing(at):
        raise Refused("Nobody holds this time any more. Book it as it is.")
    hold.held_by = by.name
    hold.expires_at = at + _patience(by)
    hold.save()
    return hold


@operation("scheduling.book")
def book(
    patient: Patient,
    visit_type: VisitType,
    provider: Provider,
    site: Site,
    starts_at: datetime,
    at: datetime,
    *,
    room: Room | None = None,
    reason: str = "",
    hold: Hold | None = None,
    by: Actor,
) -> Appointment:
    """Promise a time to a patient; refuse with `Taken`, in words, what somebody else has.

    A room is chosen where none is named, and whatever else the visit type needs. With `hold`
    the time kept by it is used up. The patient is told by e-mail where they agreed to it.
    """
    if hold is not None:
        hold = _usable(hold, at, by)
        room = room or hold.room
    wish = Wish(visit_type, provider, site, starts_at, room, {hold.pk} if hold else ())
    taking.wait_for_turn(wish)
    held = taking.look(wish, at)
    _refuse_second_visit(patient, wish)
    places = taking.choose(wish, held)
    if hold is not None:
        _use_up(hold)
    appointment = _promise(patient, wish, taking.room_in(places, held), reason, at, by)
    taking.take(places, held, appointment=appointment)
    telling.tell_booked(appointment, at=at, by=by)
    appointment_booked.send(Appointment, appointment=appointment, by=by)
    return appointment


@operation("scheduling.override", always_ask=True)
def double_book(
    patient: Patient,
    visit_type: VisitType,
    provider: Provider,
    site: Site,
    starts_at: datetime,
    at: datetime,
    *,
    because: str,
    room: Room | None = None,
    reason: str = "",
    by: Actor,
) -> Appointment:
    """Put a visit where there is no time for it, on purpose: beside another or outside hours.

    The reason is kept and shown; the visit stands on a lane of its own.
    """
    if not because.strip():
        raise Refused("Say why this visit goes where there is no time.")
    wish = Wish(visit_type, provider, site, starts_at, room)
    taking.wait_for_turn(wish)
    held = taking.look(wish, at)
    places = places_beside(wish, held)
    appointment = _promise(
        patient, wish, taking.room_in(places, held), reason, at, by, because.strip()
    )
    lanes = taking.lanes_beside(places, held)
    taking.take(places, held, appointment=appointment, lanes=lanes)
    telling.tell_booked(appointment, at=at, by=by)
    appointment_booked.send(Appointment, appointment=appointment, by=by)
    return appointment


@operation("scheduling.book")
def reschedule(
    appointment: Appointment,
    starts_at: datetime,
    *,
    at: datetime,
    by: Actor,
    provider: Provider | None = None,
    site: Site | None = None,
    room: Room | None = None,
) -> Appointment:
    """Move a visit to another time, provider or site in one step; the old time is free at once.

    It keeps its identity, so coverage checks, messages and its calendar file stay with it; what
    was is kept in its changes. The room stays the same where it can.
    """
    appointment = Appointment.objects.lock(appointment.pk)
    if appointment.status != Appointment.Status.BOOKED:
        raise Refused("Only a visit that is still to come can be moved.")
    old_site, old_provider, was = appointment.site, appointment.provider, appointment.starts_at
    left = Left(was, appointment.ends_at, old_provider, old_site, appointment.room)
    wish = Wish(
        appointment.visit_type,
        provider or old_provider,
        site or old_site,
        starts_at,
        room,
        {appointment.pk},
    )
    taking.wait_for_turn(wish, old_site)
    held = taking.look(wish, at)
    _refuse_second_visit(appointment.patient, wish)
    places = taking.choose(_staying(wish, appointment, held), held)
    taking.give_back_appointment(appointment)
    taking.take(places, held, appointment=appointment)
    _move(appointment, wish, taking.room_in(places, held))
    Change.objects.create(
        appointment=appointment,
        kind=Change.Kind.MOVED,
        at=at,
        by_name=by.name,
        was_starts_at=was,
        was_provider=old_provider,
    )
    telling.tell_moved(appointment, was=was, at=at, by=by)
    appointment_moved.send(Appointment, appointment=appointment, left=left, by=by)
    return appointment


def _promise(
    patient: Patient,
    wish: Wish,
    room: Room | None,
    reason: str,
    at: datetime,
    by: Actor,
    override_reason: str = "",
) -> Appointment:
    return Appointment.objects.create(
        patient=patient,
        provider=wish.provider,
        site=wish.site,
        room=room,
        visit_type=wish.visit_type,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        reason=reason.strip(),
        booked_at=at,
        booked_by=by.name,
        override_reason=override_reason,
    )


def _move(appointment: Appointment, wish: Wish, room: Room | None) -> None:
    appointment.provider, appointment.site = wish.provider, wish.site
    appointment.room = room
    appointment.starts_at, appointment.ends_at = wish.starts_at, wish.ends_at
    appointment.confirmed_at = None  # another time is another question
    appointment.override_reason = ""  # it stands on its own time now
    appointment.sequence += 1
    appointment.save()


def _staying(wish: Wish, appointment: Appointment, held: Stretch) -> Wish:
    """Ask for the same room first, where the visit stays at its site."""
    same = appointment.room
    if wish.room or same is None or wish.site.pk != appointment.site_id:
        return wish
    kept = replace(wish, room=same)
    return kept if conflicts.places(kept, held) else wish


def _refuse_second_visit(patient: Patient, wish: Wish) -> None:
    """Nobody is in two places at once; two visits that touch are fine."""
    others = Appointment.objects.filter(
        patient=patient,
        starts_at__lt=wish.ends_at,
        starts_at__gt=wish.starts_at - LONGEST,
        ends_at__gt=wish.starts_at,
        status__in=(Appointment.Status.BOOKED, Appointment.Status.ARRIVED),
    )
    other = others.exclude(pk__in=wish.besides).select_related("provider").first()
    if other is not None:
        clock = f"{local(wish.site, other.starts_at):%I:%M %p}".lstrip("0")
        raise Taken(f"{patient.name} has a visit with {other.provider} at {clock} already.")


def _usable(hold: Hold, at: datetime, by: Actor) -> Hold:
    hold = Hold.objects.lock(hold.pk)
    if hold.is_standing(at) and hold.held_by != by.name:
        raise Taken(f"{hold.held_by} is holding this time. Take it over first.")
    return hold


def _use_up(hold: Hold) -> None:
    if hold.status == Hold.Status.HELD:
        hold.status = hold.lifecycle.move(hold.status, Hold.Status.BOOKED)
        hold.save()
    taking.give_back_hold(hold)


def _patience(by: Actor) -> timedelta:
    practice = Practice.objects.get(pk=by.practice_id)
    return timedelta(minutes=practice.hold_minutes)
