"""Taking and giving back time: the rows that the database lets nobody take twice."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection

from frontdesk.core.errors import Refused
from frontdesk.core.models import Record
from frontdesk.core.operation import attempt
from frontdesk.core.scoping import current_practice_id
from frontdesk.practice.models import Interpreter, Room, Site
from frontdesk.scheduling.models import Appointment, Hold, Occupancy, Phase
from frontdesk.scheduling.queries import calendars, conflicts, preferences, remembered
from frontdesk.scheduling.queries.asking import Place, phases_of, spoken_by
from frontdesk.scheduling.queries.calendars import Busy, Chosen, Stretch
from frontdesk.scheduling.queries.conflicts import Wish
from frontdesk.scheduling.rules.time import STEP
from frontdesk.staff.models import Provider

CONSTRAINT = "occupancy_no_overlap"


class Taken(Refused):
    """Somebody else has the time. The message says which resource, and until when."""


def wait_for_turn(wish: Wish, *other_sites: Site) -> None:
    """Hold the calendars until the transaction ends: two bookings at a site follow each other."""
    wait_for_turns([wish], other_sites)


def wait_for_turns(wishes: Sequence[Wish], other_sites: Sequence[Site] = ()) -> None:
    """Hold the calendars of all that is about to be booked, before any of it is.

    Sites come before providers and those before interpreters, all in the order of their keys, so
    that two who need the same never wait for each other. A database with one writer has nothing
    to wait for.
    """
    for wish in wishes:
        _refuse_foreign(wish.visit_type, wish.provider, wish.site, wish.room)
    if not connection.features.has_select_for_update:
        return
    _hold(Site, {*(wish.site.pk for wish in wishes), *(site.pk for site in other_sites)})
    held = remembered.memory()
    phases = [phase for wish in wishes for phase in phases_of(wish.visit_type, held)]
    named = {p.named_id for p in phases if p.role == Phase.Role.PROVIDER and p.named_id}
    _hold(Provider, {*(wish.provider.pk for wish in wishes), *named})
    asked = any(spoken_by(wish.patient) for wish in wishes)
    if asked or any(phase.role == Phase.Role.INTERPRETER for phase in phases):
        _hold(Interpreter, set(Interpreter.objects.values_list("pk", flat=True)))


def look(wish: Wish, at: datetime) -> Stretch:
    """Load the wish's day, and give back the holds on it that ran out."""
    if wish.starts_at.timestamp() % STEP.total_seconds():
        raise Refused("Visits start on five-minute marks.")
    if wish.ends_at <= at:
        raise Refused("This time has passed.")
    if not (wish.visit_type.is_active and wish.provider.is_active and wish.site.is_active):
        raise Refused("This visit type, provider or site is not in use any more.")
    held = conflicts.day_of(wish, at)
    _give_back([row for row in held.taken if row.is_over(at)], at)
    return held


def choose(wish: Wish, held: Stretch) -> Chosen:
    """Return what the visit takes, a free room chosen where none is named; refuse a taken time.

    What the provider firmly prefers refuses too; putting a visit there all the same is the
    override, with its permission and its reason.
    """
    chosen = conflicts.places(wish, held)
    if chosen is None:
        raise Taken(conflicts.why_not(wish, held))
    if broken := preferences.hard_words(wish, held):
        raise Taken(broken)
    return chosen


def refuse_short_notice(wish: Wish, at: datetime) -> None:
    """A type of visit may have to be booked some hours ahead. Moving what is booked is not asked:
    that is how the office mends its own day."""
    if words := conflicts.too_late(wish, at):
        raise Refused(words)


def take(
    places: Sequence[Place],
    held: Stretch,
    *,
    appointment: Appointment | None = None,
    hold: Hold | None = None,
    lanes: Sequence[int] = (),
) -> list[Occupancy]:
    """Write the occupancy rows; where the database refuses an overlap, say whose it is."""
    chosen = zip(places, lanes or [0] * len(places), strict=True)
    rows = [
        Occupancy(
            resource_kind=place.role,
            resource_id=place.resource_id,
            lane=lane,
            starts_at=place.starts_at,
            ends_at=place.ends_at,
            appointment=appointment,
            hold=hold,
        )
        for place, lane in sorted(chosen, key=lambda one: one[0][1:])
    ]
    try:
        with attempt():
            return Occupancy.objects.bulk_create(rows)
    except IntegrityError as refusal:
        if CONSTRAINT not in str(refusal):
            raise
        raise Taken(_who_was_quicker(places, held)) from None


def lanes_beside(places: Sequence[Place], held: Stretch) -> list[int]:
    """Return for each place the lowest lane on which nobody stands."""
    used = [{row.lane for row in held.in_the_way(place)} for place in places]
    return [next(lane for lane in range(len(one) + 1) if lane not in one) for one in used]


def room_in(places: Sequence[Place], held: Stretch) -> Room | None:
    """Return the room among the places."""
    keys = {place.resource_id for place in places if place.role == Phase.Role.ROOM}
    return next((room for room in held.things.rooms if room.pk in keys), None)


def give_back_appointment(appointment: Appointment) -> None:
    """Give back the time that an appointment takes."""
    _deactivate(list(Occupancy.objects.filter(is_active=True, appointment=appointment)))


def give_back_hold(hold: Hold) -> None:
    """Give back the time that a hold keeps."""
    _deactivate(list(Occupancy.objects.filter(is_active=True, hold=hold)))


def give_back_rows(keys: Sequence[str]) -> None:
    """Give back the time that these rows take."""
    _deactivate(list(Occupancy.objects.filter(is_active=True, pk__in=keys)))


def _hold(model: type[Site] | type[Provider] | type[Interpreter], keys: set[UUID]) -> None:
    held = model.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    list(held.values_list("pk"))


def _refuse_foreign(*records: Record | None) -> None:
    """Nothing of another practice is ever booked, whatever a caller hands over."""
    scope = current_practice_id()
    if any(record is not None and record.practice_id != scope for record in records):
        raise Refused("This visit type, provider or site is not one of this practice.")


def _give_back(over: Sequence[Busy], at: datetime) -> None:
    if not over:
        return
    for hold in Hold.objects.lock_many({row.hold_id for row in over if row.hold_id}):
        if hold.status == Hold.Status.HELD and hold.expires_at <= at:
            hold.status = hold.lifecycle.move(hold.status, Hold.Status.RELEASED)
            hold.save()
    _deactivate(list(Occupancy.objects.filter(pk__in=[row.pk for row in over])))


def _deactivate(rows: Sequence[Occupancy]) -> None:
    for row in rows:
        row.is_active = False
    if rows:
        Occupancy.objects.bulk_update(rows, ["is_active"])


def _who_was_quicker(places: Sequence[Place], held: Stretch) -> str:
    first, last = min(p.starts_at for p in places), max(p.ends_at for p in places)
    held.taken = calendars.taken_between({p.resource_id for p in places}, first, last)
    return conflicts.who_has(places, held) or "Somebody has just taken this time."
