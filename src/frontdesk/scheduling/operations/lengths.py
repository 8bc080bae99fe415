"""Making one visit longer or shorter than its type says."""

from datetime import datetime, timedelta

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.scheduling.models import Appointment, Change
from frontdesk.scheduling.operations import taking
from frontdesk.scheduling.operations.taking import Taken
from frontdesk.scheduling.queries import conflicts, lengths
from frontdesk.scheduling.queries.conflicts import Wish
from frontdesk.scheduling.rules.time import length_refused

MAY_CHANGE = (Appointment.Status.BOOKED, Appointment.Status.ARRIVED)


@operation("scheduling.book")
def change_length(
    appointment: Appointment, minutes: int, *, at: datetime, by: Actor
) -> Appointment:
    """Make one visit longer or shorter, in minutes; refuse with `Taken` what somebody else has.

    The provider's part grows or shrinks, with whatever is there at its end; what comes after it
    comes later or earlier. The length stays with the visit when it is moved.
    """
    appointment = Appointment.objects.lock(appointment.pk)
    refuse_length(appointment, minutes)
    if minutes == appointment.minutes:
        return appointment
    wish = wish_of(appointment)
    taking.wait_for_turn(wish)
    ends_at = appointment.starts_at + timedelta(minutes=minutes)
    if away := conflicts.elsewhere(wish, ends_at):
        raise Taken(away[0].words)
    held = taking.look(wish, at)
    rows = lengths.rows_of(appointment)
    lanes = [lane for _place, lane in rows]
    places = lengths.stretched(
        [place for place, _lane in rows], wish, minutes - appointment.minutes
    )
    if found := lengths.not_longer(list(zip(places, lanes, strict=True)), wish, held):
        raise Taken(found[0].words)
    taking.give_back_appointment(appointment)
    taking.take(places, held, appointment=appointment, lanes=lanes)
    note_length(appointment, minutes, at=at, by=by)
    return appointment


def wish_of(appointment: Appointment) -> Wish:
    """Return an appointment as a wish for what it has."""
    return Wish(
        appointment.own_type,
        appointment.provider,
        appointment.site,
        appointment.starts_at,
        appointment.room,
        {appointment.pk},
        appointment.patient,
    )


def refuse_length(appointment: Appointment, minutes: int) -> None:
    """Refuse a length that no visit can have, and one of a visit that is over."""
    if appointment.status not in MAY_CHANGE:
        raise Refused("Only a visit that is not over can be made longer or shorter.")
    if appointment.visit_type.capacity > 1:
        raise Refused("A group has one length for everybody. Change it in its visit type.")
    if words := length_refused(minutes) or lengths.too_short(appointment, minutes):
        raise Refused(words)


def note_length(appointment: Appointment, minutes: int, *, at: datetime, by: Actor) -> None:
    """Write the new length down, with what it was."""
    was = appointment.minutes
    own = lengths.own_minutes(appointment, minutes)
    appointment.own_minutes = None if own == appointment.visit_type.minutes else own
    appointment.ends_at = appointment.starts_at + timedelta(minutes=minutes)
    appointment.sequence += 1
    appointment.save()
    Change.objects.create(
        appointment=appointment,
        kind=Change.Kind.LENGTH,
        at=at,
        by_name=by.name,
        because=f"{was} to {minutes} minutes",
    )
