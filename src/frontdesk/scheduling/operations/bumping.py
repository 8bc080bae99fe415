"""Patients whose visit the office gave up: kept on a list until they have another time."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from frontdesk.core.actor import Actor
from frontdesk.core.composed import Composed
from frontdesk.core.errors import Refused
from frontdesk.core.operation import attempt, operation
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, Bump, Repair
from frontdesk.scheduling.operations.booking import book
from frontdesk.scheduling.operations.keeping import cancel, restore
from frontdesk.staff.models import Provider
from frontdesk.staff.operations import open_work, settle_work

Status = Bump.Status
OPEN = (Status.TO_CALL, Status.CALLED)
WORK = "scheduling.bumped"


class Unbumped(NamedTuple):
    """Who has their visit again, and who could not have it, with why."""

    back: list[Bump]
    stayed: list[tuple[Bump, str]]


@operation("scheduling.repair")
def bump(
    appointment: Appointment, *, because: str, repair: Repair | None = None, at: datetime, by: Actor
) -> Bump:
    """Give a visit up and owe the patient a call. Who is here already is not cancelled.

    Bumped twice, it is one entry of the list.
    """
    known = Bump.objects.filter(appointment=appointment, status__in=OPEN).first()
    if known is not None:
        return known
    is_here = appointment.status == Appointment.Status.ARRIVED
    entry = Bump.objects.create(
        appointment=appointment,
        patient=appointment.patient,
        site=appointment.site,
        repair=repair,
        because=because[:200],
        was_starts_at=appointment.starts_at,
        is_here=is_here,
        since=at,
    )
    if not is_here:
        whose = Appointment.CancelledBy.PRACTICE
        cancel(appointment, because=because[:200], whose=whose, at=at, by=by)
    open_work(
        kind=WORK,
        title="Patients to call: their visit was given up",
        detail="Somebody or something was out, and no other time was found for them.",
        how_to_fix="Open Schedule, To call, ring them and book another time.",
        pool="receptionist",
        once=WORK,
        at=at,
        by=by,
    )
    return entry


@operation("scheduling.repair")
def bump_several(
    appointments: Sequence[Appointment], *, because: str, at: datetime, by: Actor
) -> list[Bump]:
    """Give several visits up, all or none: a session is cancelled, a provider leaves."""
    if not because.strip():
        raise Refused("Say why these visits are given up.")
    held = Appointment.objects.lock_many([one.pk for one in appointments])
    return [
        bump(one, because=because.strip(), at=at, by=by)
        for one in held
        if one.status in (Appointment.Status.BOOKED, Appointment.Status.ARRIVED)
    ]


@operation("scheduling.repair")
def unbump(entries: Sequence[Bump], *, at: datetime, by: Actor) -> Unbumped:
    """Take it back that visits were given up: each is booked again where its time is still free.

    Who can't have the time any more stays on the list, with why.
    """
    back: list[Bump] = []
    stayed: list[tuple[Bump, str]] = []
    for entry in Bump.objects.lock_many([one.pk for one in entries]):
        if entry.status not in OPEN:
            continue
        try:
            with attempt():
                _put_back(entry, at=at, by=by)
        except Refused as refusal:
            stayed.append((entry, str(refusal)))
        else:
            back.append(entry)
    return Unbumped(back, stayed)


def _put_back(entry: Bump, *, at: datetime, by: Actor) -> None:
    if not entry.is_here:
        restore(entry.appointment, as_before=True, at=at, by=by)
    if Bump.objects.filter(pk=entry.pk, status__in=OPEN).exists():
        _end(entry, Status.REBOOKED, at=at, by=by, new=entry.appointment)


@operation("scheduling.repair")
def book_bumped(
    entry: Bump, starts_at: datetime, *, provider: Provider, site: Site, at: datetime, by: Actor
) -> Appointment:
    """Give a patient on the call list another time. Two who do it: the second is told so."""
    entry = Bump.objects.lock(entry.pk)
    if entry.status not in OPEN:
        raise Refused("This patient needs no call any more.")
    old = entry.appointment
    booked = book(
        entry.patient, old.visit_type, provider, site, starts_at, at, reason=old.reason, by=by
    )
    if Bump.objects.filter(pk=entry.pk, status__in=OPEN).exists():
        _end(entry, Status.REBOOKED, at=at, by=by, new=booked)
    return booked


@operation("scheduling.repair")
def note_call(entry: Bump, *, at: datetime, by: Actor) -> Bump:
    """Remember that the patient was called and could not be reached."""
    entry = Bump.objects.lock(entry.pk)
    if entry.status not in OPEN:
        raise Refused("This patient needs no call any more.")
    if entry.status == Status.TO_CALL:
        entry.status = entry.lifecycle.move(entry.status, Status.CALLED)
    entry.calls += 1
    entry.called_at, entry.called_by = at, by.name
    entry.save()
    return entry


@operation("scheduling.repair")
def rebooked(entry: Bump, *, new: Appointment | None = None, at: datetime, by: Actor) -> Bump:
    """Take a patient off the list: they have another time."""
    return _end(entry, Status.REBOOKED, at=at, by=by, new=new)


@operation("scheduling.repair")
def give_up(entry: Bump, *, at: datetime, by: Actor) -> Bump:
    """Take a patient off the list: they want no other time."""
    return _end(entry, Status.DROPPED, at=at, by=by)


@operation("scheduling.repair")
def call_again(entry: Bump, *, at: datetime, by: Actor) -> Bump:
    """Put a patient back on the list."""
    entry = Bump.objects.lock(entry.pk)
    if Bump.objects.filter(appointment=entry.appointment, status__in=OPEN).exists():
        raise Refused("This patient is on the list already.")
    entry.status = entry.lifecycle.move(entry.status, Status.TO_CALL)
    entry.ended_at, entry.new_appointment = None, None
    entry.save()
    return entry


@operation("scheduling.book")
def settle_bumps(appointment: Appointment, *, at: datetime, by: Actor) -> int:
    """Take a patient off the list who has just been given a time for the same kind of visit."""
    keys = _waiting(appointment.patient_id, appointment.visit_type_id)
    if not (first := min(keys, default=None)):
        return 0
    _end(Bump.objects.get(pk=first[1]), Status.REBOOKED, at=at, by=by, new=appointment)
    return 1


_waiting = Composed(  # nearly always none: read no more than the keys
    lambda patient, visit_type: Bump.objects.filter(
        patient_id=patient, appointment__visit_type_id=visit_type, status__in=OPEN
    ).values_list("since", "pk")
)


def _end(
    entry: Bump, status: Bump.Status, *, at: datetime, by: Actor, new: Appointment | None = None
) -> Bump:
    entry = Bump.objects.lock(entry.pk)
    entry.status = entry.lifecycle.move(entry.status, status)
    entry.new_appointment, entry.ended_at = new, at
    entry.save()
    if not Bump.objects.filter(status__in=OPEN).exists():
        settle_work(once=WORK, at=at, by=by)
    return entry
