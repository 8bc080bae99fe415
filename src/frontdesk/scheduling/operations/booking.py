"""Promising time: hold it while somebody talks, book it, put a visit beside another, move it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.composed import Composed
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.people.models import Patient
from frontdesk.practice.models import Practice, Room, Site
from frontdesk.scheduling.models import (
    Appointment,
    Change,
    GroupVisit,
    Hold,
    VisitType,
)
from frontdesk.scheduling.operations import (
    authorizing,
    groups,
    overriding,
    taking,
    telling,
)
from frontdesk.scheduling.operations.taking import Taken
from frontdesk.scheduling.queries import conflicts
from frontdesk.scheduling.queries.asking import Place
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
    patient: Patient | None = None,
    by: Actor,
) -> Hold:
    """Keep a time for somebody on the phone, for as long as the practice says.

    With `patient` an interpreter is kept too, where they need one.
    """
    wish = Wish(visit_type, provider, site, starts_at, room, patient=patient)
    taking.wait_for_turn(wish)
    held = taking.look(wish, at)
    taking.refuse_short_notice(wish, at)
    seat = _seat(wish, held, at, is_kept=True)
    kept = Hold.objects.create(
        visit_type=visit_type,
        provider=provider,
        site=site,
        room=seat.room,
        starts_at=starts_at,
        ends_at=seat.ends_at,
        held_by=by.name,
        expires_at=at + _patience(by),
    )
    taking.take(seat.places, held, hold=kept)
    if seat.group:
        groups.keep_seat(seat.group, seat.number, hold=kept)
    return kept


@operation("scheduling.hold")
def release(hold: Hold, *, by: Actor) -> Hold:
    """Give a held time back. One that was given back or booked already stays as it is."""
    hold = Hold.objects.lock(hold.pk)
    if hold.status == Hold.Status.HELD:
        hold.status = hold.lifecycle.move(hold.status, Hold.Status.RELEASED)
        hold.save()
        taking.give_back_hold(hold)
        groups.leave(hold=hold)
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
    beside: Appointment | None = None,
    tells: bool = True,
    by: Actor,
) -> Appointment:
    """Promise a time to a patient; refuse with `Taken`, in words, what somebody else has.

    A room is chosen where none is named, and whatever else the visit type needs. With `hold`
    the time kept by it is used up. With `beside` a second provider joins that visit of the same
    patient, in its room. The patient is told where they agreed to it, unless `tells` is off:
    whoever books several visits tells of all of them in one message.
    """
    if hold is not None:
        hold = _usable(hold, at, by)
        room = room or hold.room
    besides = {hold.pk} if hold else set()
    if beside is not None:
        room, besides = beside.room, besides | {beside.pk}
    wish = Wish(visit_type, provider, site, starts_at, room, besides, patient)
    taking.wait_for_turn(wish)
    held = taking.look(wish, at)
    if hold is None:
        taking.refuse_short_notice(wish, at)
    _refuse_gone(patient)
    _refuse_second_visit(patient, wish)
    authorizing.refuse_unauthorized(patient, wish)
    if hold is not None:
        _use_up(hold)
    seat = _seat(wish, held, at)
    if beside is not None:
        seat = _joining(seat, beside)
    appointment = _promise(patient, wish, seat.room, seat.ends_at, reason, at, by)
    _take_seat(seat, held, appointment)
    if tells:
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
    """Put a visit where a rule refuses it, on purpose: beside another, outside hours, too late.

    The reason is kept and shown, with every rule that was gone against; the visit stands on a
    lane of its own.
    """
    if not because.strip():
        raise Refused("Say why this visit goes where there is no time.")
    _refuse_gone(patient)
    wish = Wish(visit_type, provider, site, starts_at, room, patient=patient)
    taking.wait_for_turn(wish)
    held = taking.look(wish, at)
    against = overriding.against(wish, held)
    places = places_beside(wish, held)
    appointment = _promise(
        patient, wish, taking.room_in(places, held), wish.ends_at, reason, at, by, because.strip()
    )
    lanes = taking.lanes_beside(places, held)
    taking.take(places, held, appointment=appointment, lanes=lanes)
    overriding.remember_overrides(appointment, against, because.strip(), at, by)
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
    tells: bool = True,
    stays_late: bool = False,
) -> Appointment:
    """Move a visit to another time, provider or site in one step; the old time is free at once.

    It keeps its identity, so coverage checks, messages and its calendar file stay with it; what
    was is kept in its changes. The room stays the same where it can. With `stays_late` it may end
    after the provider's hours, as far as their preferences agree to it, and that is written down.
    """
    appointment = Appointment.objects.lock(appointment.pk)
    if appointment.status != Appointment.Status.BOOKED:
        raise Refused("Only a visit that is still to come can be moved.")
    old_site, old_provider, was = appointment.site, appointment.provider, appointment.starts_at
    left = Left(was, appointment.ends_at, old_provider, old_site, appointment.room)
    wish = Wish(
        appointment.own_type,
        provider or old_provider,
        site or old_site,
        starts_at,
        room,
        {appointment.pk},
        appointment.patient,
    )
    wish = overriding.staying_late(wish) if stays_late else wish
    taking.wait_for_turn(wish, old_site)
    held = taking.look(wish, at)
    _refuse_second_visit(appointment.patient, wish)
    if wish.visit_type.capacity > 1:
        groups.leave(appointment=appointment)  # first, so that a seat of the same group is free
        held = taking.look(wish, at)
    seat = _seat(_staying(wish, appointment, held), held, at)
    taking.give_back_appointment(appointment)
    _take_seat(seat, held, appointment)
    stood_against = appointment.override_reason  # so that the move can be undone
    _move(appointment, wish, seat)
    overriding.note_staying(appointment, wish, at, by)
    Change.objects.create(
        appointment=appointment,
        kind=Change.Kind.MOVED,
        at=at,
        by_name=by.name,
        because=stood_against,
        was_starts_at=was,
        was_provider=old_provider,
    )
    if tells:
        telling.tell_moved(appointment, was=was, at=at, by=by)
    appointment_moved.send(Appointment, appointment=appointment, left=left, by=by)
    return appointment


class _Seated(NamedTuple):
    """What a visit gets: its own places, its room and end, and its seat where it is shared."""

    places: list[Place]
    room: Room | None
    ends_at: datetime
    group: GroupVisit | None = None
    number: int = 0


def _seat(wish: Wish, held: Stretch, at: datetime, *, is_kept: bool = False) -> _Seated:
    """Choose what the visit takes, or a seat in the group; refuse in words what is taken.

    A hold keeps a seat of a group that is booked, and the whole time where nobody is in it yet:
    so a group always has somebody who comes.
    """
    if wish.visit_type.capacity > 1 and (not is_kept or groups.standing(wish)):
        group, number, places = groups.sit_down(wish, held, at)
        return _Seated(places, group.room, group.ends_at, group, number)
    chosen = taking.choose(wish, held)
    room = taking.room_in(chosen.places, held)
    return _Seated(chosen.places, room, wish.ends_at + chosen.longer)


def _take_seat(seat: _Seated, held: Stretch, appointment: Appointment) -> None:
    taking.take(seat.places, held, appointment=appointment)
    if seat.group:
        groups.keep_seat(seat.group, seat.number, appointment=appointment)


def _joining(seat: _Seated, beside: Appointment) -> _Seated:
    """Leave out the room that the visit of the other provider has taken for all of the time."""
    if any(one.resource_id == beside.provider_id for one in seat.places):
        raise Refused("Two visits at once need two providers.")
    shared = [
        one
        for one in seat.places
        if one.resource_id == beside.room_id
        and beside.starts_at <= one.starts_at
        and one.ends_at <= beside.ends_at
    ]
    return seat._replace(places=[one for one in seat.places if one not in shared])


def _promise(
    patient: Patient,
    wish: Wish,
    room: Room | None,
    ends_at: datetime,
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
        ends_at=ends_at,
        reason=reason.strip(),
        booked_at=at,
        booked_by=by.name,
        override_reason=override_reason,
    )


def _move(appointment: Appointment, wish: Wish, seat: _Seated) -> None:
    appointment.provider, appointment.site = wish.provider, wish.site
    appointment.room = seat.room
    appointment.starts_at, appointment.ends_at = wish.starts_at, seat.ends_at
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


def _refuse_gone(patient: Patient) -> None:
    """Nothing is booked on a chart that ended: the patient died, or it went into another one."""
    if patient.status in (Patient.Status.DECEASED, Patient.Status.MERGED):
        raise Refused(f"The chart is marked: {patient.get_status_display().lower()}.")


def _refuse_second_visit(patient: Patient, wish: Wish) -> None:
    """Nobody is in two places at once; two visits that touch are fine."""
    rows = _visits_of(patient.pk, wish.starts_at, wish.ends_at, wish.starts_at - LONGEST)
    others = [row for row in rows if row[0] not in wish.besides]
    if others:
        _pk, starts_at, provider_id = min(others, key=lambda row: row[1])
        clock = f"{local(wish.site, starts_at):%I:%M %p}".lstrip("0")
        provider = Provider.objects.get(pk=provider_id)
        raise Taken(f"{patient.name} has a visit with {provider} at {clock} already.")


_visits_of = Composed(
    lambda patient, starts_at, ends_at, longest_before: Appointment.objects.filter(
        patient_id=patient,
        starts_at__lt=ends_at,
        starts_at__gt=longest_before,
        ends_at__gt=starts_at,
        status__in=(Appointment.Status.BOOKED, Appointment.Status.ARRIVED),
    ).values_list("pk", "starts_at", "provider_id")
)


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
    if hold.visit_type.capacity > 1:
        groups.leave(hold=hold)


def _patience(by: Actor) -> timedelta:
    practice = Practice.objects.get(pk=by.practice_id)
    return timedelta(minutes=practice.hold_minutes)
