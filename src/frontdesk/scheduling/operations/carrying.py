"""Moving several visits in one go: first all give their time back, then each takes the new one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import attempt
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, Change, RepairLine
from frontdesk.scheduling.operations import overriding, taking
from frontdesk.scheduling.operations.booking import reschedule
from frontdesk.scheduling.queries.conflicts import Wish, places
from frontdesk.scheduling.signals import Left, appointment_moved
from frontdesk.staff.models import Provider

Kind = RepairLine.Kind
STAYS = (Kind.STAY, Kind.CALL)
Refusals = list[tuple[RepairLine, str]]


def move_together(lines: Sequence[RepairLine], *, at: datetime, by: Actor) -> Refusals:
    """Move visits as their lines say and tell the patients; return what the book refuses."""
    moving = [line for line in lines if line.kind not in STAYS]
    held = {
        one.pk: one
        for one in Appointment.objects.lock_many([line.appointment_id for line in moving])
    }
    _wait_for_turn(moving)
    for one in held.values():
        taking.give_back_appointment(one)
    refused: Refusals = []
    for line in sorted(moving, key=lambda one: (one.starts_at, str(one.pk))):
        try:
            with attempt():
                _move(line, at=at, by=by)
        except Refused as refusal:
            refused.append((line, str(refusal)))
    return refused


def carry_out(lines: Sequence[RepairLine], *, at: datetime, by: Actor) -> Refusals:
    """Do all that is done to the book when a plan is applied, for a rehearsal of it."""
    for line in lines:
        if line.kind == Kind.CALL:
            taking.give_back_appointment(line.appointment)
    return move_together(lines, at=at, by=by)


def _move(line: RepairLine, *, at: datetime, by: Actor) -> None:
    one, starts_at = line.appointment, line.starts_at
    if starts_at is None or line.provider is None or line.site is None:
        raise Refused("The plan does not say where this visit goes.")
    is_promise_changed = (
        starts_at != one.starts_at
        or line.provider_id != one.provider_id
        or line.site_id != one.site_id
    )
    if one.status == Appointment.Status.BOOKED and is_promise_changed:
        new = {"provider": line.provider, "site": line.site, "stays_late": line.is_after_hours}
        try:
            with attempt():
                reschedule(one, starts_at, at=at, room=line.room, by=by, **new)
        except taking.Taken:  # another room may do as well
            reschedule(one, starts_at, at=at, by=by, **new)
        return
    _hand_over(line, starts_at, at=at, by=by)


def _hand_over(line: RepairLine, starts_at: datetime, *, at: datetime, by: Actor) -> None:
    """Give a patient who is here to another provider, or a visit another room, with no message."""
    one = Appointment.objects.lock(line.appointment_id)
    was, old_provider = one.starts_at, one.provider
    provider, site = line.provider or one.provider, line.site or one.site
    wish = Wish(one.own_type, provider, site, starts_at, line.room, {one.pk}, one.patient)
    wish = overriding.staying_late(wish) if line.is_after_hours else wish
    taking.wait_for_turn(wish, one.site)
    held = taking.look(wish, at)
    if places(wish, held) is None and line.room is not None:
        wish = replace(wish, room=None)
    chosen = taking.choose(wish, held)
    taking.take(chosen.places, held, appointment=one)
    left = Left(was, one.ends_at, old_provider, one.site, one.room)
    one.provider, one.site, one.room = provider, site, taking.room_in(chosen.places, held)
    one.starts_at, one.ends_at = wish.starts_at, wish.ends_at + chosen.longer
    one.save()
    overriding.note_staying(one, wish, at, by)
    if was != one.starts_at or old_provider.pk != provider.pk:
        Change.objects.create(
            appointment=one,
            kind=Change.Kind.MOVED,
            at=at,
            by_name=by.name,
            was_starts_at=was,
            was_provider=old_provider,
        )
    appointment_moved.send(Appointment, appointment=one, left=left, by=by)


def _wait_for_turn(lines: Sequence[RepairLine]) -> None:
    """Hold every calendar that is touched, in the order in which everybody holds them."""
    sites = {key for line in lines for key in (line.site_id, line.appointment.site_id) if key}
    providers = {
        key for line in lines for key in (line.provider_id, line.appointment.provider_id) if key
    }
    held = Site.objects.select_for_update(no_key=True).filter(pk__in=sites)
    list(held.order_by("pk"))
    whose = Provider.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=providers)
    list(whose.order_by("pk"))
