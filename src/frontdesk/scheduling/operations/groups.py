"""Seats in visits that several patients share."""

from datetime import datetime

from django.db import IntegrityError

from frontdesk.core.operation import attempt
from frontdesk.scheduling.models import Appointment, GroupVisit, Hold, Phase, Seat
from frontdesk.scheduling.operations import taking
from frontdesk.scheduling.operations.taking import Taken
from frontdesk.scheduling.queries import conflicts
from frontdesk.scheduling.queries.asking import Place
from frontdesk.scheduling.queries.calendars import Stretch
from frontdesk.scheduling.queries.conflicts import Wish


def sit_down(wish: Wish, held: Stretch, at: datetime) -> tuple[GroupVisit, int, list[Place]]:
    """Return the group with a free seat, its number, and what is taken for this patient alone.

    The group is the one that is booked with the provider for this time, or a new one.
    """
    group = standing(wish)
    if group is None:
        return _gather(wish, held)
    seats = list(Seat.objects.filter(group=group, is_active=True).select_related("hold"))
    free = [seat for seat in seats if _ran_out(seat, wish, at)]
    for seat in free:
        seat.is_active = False
        seat.save()
    used = {seat.number for seat in seats if seat not in free}
    number = next((n for n in range(1, group.capacity + 1) if n not in used), None)
    if number is None:
        raise Taken(f"All {group.capacity} seats of this group are taken.")
    alone = conflicts.interpreting(wish, held)
    if alone is None:
        raise Taken("No interpreter is free at this time.")
    return group, number, alone


def keep_seat(
    group: GroupVisit,
    number: int,
    *,
    appointment: Appointment | None = None,
    hold: Hold | None = None,
) -> Seat:
    """Take a seat. The database gives each number once."""
    try:
        with attempt():
            return Seat.objects.create(
                group=group, number=number, of=group.capacity, appointment=appointment, hold=hold
            )
    except IntegrityError as refusal:
        if "seat_is" not in str(refusal) and "scheduling_seat" not in str(refusal):
            raise
        raise Taken("Somebody has just taken the last seat of this group.") from None


def leave(*, appointment: Appointment | None = None, hold: Hold | None = None) -> None:
    """Give a seat back; with the last one the group's time is free again."""
    whose = {"appointment": appointment} if appointment else {"hold": hold}
    for seat in Seat.objects.filter(**whose, is_active=True):
        group = GroupVisit.objects.lock(seat.group_id)
        seat.is_active = False
        seat.save()
        others = Seat.objects.filter(group=group, is_active=True, appointment__isnull=False)
        if group.is_active and not others.exists():  # who only holds a seat gathers anew
            group.is_active = False
            group.save()
            taking.give_back_rows(group.occupancy_ids)


def give_back(appointment: Appointment) -> None:
    """Give back the time and the seat that an appointment takes."""
    taking.give_back_appointment(appointment)
    if appointment.visit_type.capacity > 1:
        leave(appointment=appointment)


def standing(wish: Wish) -> GroupVisit | None:
    """Return the group of this time, held so that nobody joins while the last one leaves."""
    found = GroupVisit.objects.filter(
        provider=wish.provider,
        starts_at=wish.starts_at,
        visit_type=wish.visit_type,
        site=wish.site,
        is_active=True,
    ).first()
    if found is None:
        return None
    group = GroupVisit.objects.lock(found.pk)
    return group if group.is_active else None


def _gather(wish: Wish, held: Stretch) -> tuple[GroupVisit, int, list[Place]]:
    chosen = taking.choose(wish, held)
    shared = [place for place in chosen.places if place.role != Phase.Role.INTERPRETER]
    alone = [place for place in chosen.places if place.role == Phase.Role.INTERPRETER]
    rows = taking.take(shared, held)
    group = GroupVisit.objects.create(
        visit_type=wish.visit_type,
        provider=wish.provider,
        site=wish.site,
        room=taking.room_in(shared, held),
        starts_at=wish.starts_at,
        ends_at=wish.ends_at + chosen.longer,
        capacity=wish.visit_type.capacity,
        occupancy_ids=[str(row.pk) for row in rows],
    )
    return group, 1, alone


def _ran_out(seat: Seat, wish: Wish, at: datetime) -> bool:
    """Say whether a seat is free: kept by a hold that ran out, or by the hold that is booked."""
    hold = seat.hold
    if seat.appointment_id is not None:
        return seat.appointment_id in wish.besides
    is_own = seat.hold_id in wish.besides
    return is_own or hold is None or not hold.is_standing(at)
