"""What happens to rooms: left, cleaned, closed, opened; each an event of the room's log."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Changed, Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Room
from frontdesk.visits.models import FlowEvent, RoomEvent, RoomStanding, RoomState
from frontdesk.visits.queries.flow import who_is_in
from frontdesk.visits.rules import rooms as rules

FOLDED = 40  # the last events of a room: as far back as a taking back can reach


@operation("visits.move")
def clean_room(room: Room, *, at: datetime, by: Actor) -> RoomEvent:
    """Say that the room is ready for the next patient. Said twice, it is clean once."""
    return _become(room, RoomState.CLEAN, at=at, by=by)


@operation("visits.move")
def soil_room(room: Room, *, at: datetime, by: Actor) -> RoomEvent:
    """Say that the room needs cleaning before anybody is taken there."""
    return _become(room, RoomState.TURNOVER, at=at, by=by)


@operation("visits.move")
def close_room(room: Room, *, because: str, at: datetime, by: Actor) -> RoomEvent:
    """Take the room out of use, with the reason."""
    if not because.strip():
        raise Refused(_("Say why the room is out of use."))
    if who_is_in(room, local(room.site, at).date()).exists():
        raise Refused(_("Somebody is in %(room)s.") % {"room": room.name})
    return _become(room, RoomState.OUT, at=at, by=by, because=because.strip()[:100])


@operation("visits.move")
def undo_room(room: Room, *, event_id: UUID, at: datetime, by: Actor) -> RoomEvent:
    """Take back what was said of a room last; taken back twice, it is once."""
    Room.objects.lock(room.pk)
    steps = steps_of_room(room)
    known = RoomEvent.objects.filter(undoes_id=event_id).first()
    if known:
        return known
    held = rules.holding(steps)
    if not held or held[-1].pk != event_id:
        raise Changed(_("Somebody changed this room since. It was not taken back."))
    return write_room(room, RoomState(_before(held)), at=at, by=by, undoes=event_id)


def steps_of_room(room: Room) -> list[rules.RoomStep]:
    """Return the last of the room's log as plain steps, the first first."""
    rows = RoomEvent.objects.filter(room=room).order_by("-place")[:FOLDED]
    told = rows.values_list("pk", "state", "at", "because", "by_name", "undoes_id")
    return [rules.RoomStep(*row) for row in reversed(told)]


def write_room(
    room: Room,
    state: RoomState,
    *,
    at: datetime,
    by: Actor,
    because: str = "",
    step: FlowEvent | None = None,
    undoes: UUID | None = None,
) -> RoomEvent:
    """Write an event of a room that is held, and bring its standing to where the log leads."""
    standing = RoomStanding.objects.filter(room=room).first() or RoomStanding(
        room=room, site_id=room.site_id, since=at
    )
    event = RoomEvent.objects.create(
        room=room,
        state=state,
        at=at,
        place=standing.events,
        because=because,
        by_name=by.name,
        step=step,
        undoes_id=undoes,
    )
    now = rules.room_state(steps_of_room(room))
    standing.state = now.state if now else RoomState.CLEAN
    standing.since = now.at if now else at
    standing.because = now.because if now else ""
    standing.by_name = now.by_name if now else by.name
    standing.events += 1
    standing.save()
    return event


def leave_room(room_id: UUID, *, step: FlowEvent, by: Actor) -> None:
    """Note that a patient has left a room that is held: it waits to be cleaned."""
    room = Room.objects.get(pk=room_id)
    if state_of(room) == RoomState.CLEAN:
        write_room(room, RoomState.TURNOVER, at=step.at, by=by, step=step)


def enter_room(room: Room, *, step: FlowEvent, by: Actor) -> None:
    """Note that a patient is taken to a room: whoever takes them there has found it clean."""
    if state_of(room) == RoomState.TURNOVER:
        write_room(room, RoomState.CLEAN, at=step.at, by=by, step=step)


def undo_rooms(step: FlowEvent, *, at: datetime, by: Actor) -> None:
    """Take back what a move brought about in the rooms, where nothing else has happened there."""
    for made in RoomEvent.objects.filter(step=step, undoes=None).select_related("room"):
        held = rules.holding(steps_of_room(made.room))
        if held and held[-1].pk == made.pk:
            before = RoomState(_before(held))
            write_room(made.room, before, at=at, by=by, step=step, undoes=made.pk)


def state_of(room: Room) -> str:
    """Return how the room is while nobody is in it."""
    standing = RoomStanding.objects.filter(room=room).first()
    return standing.state if standing else RoomState.CLEAN


def _before(held: list[rules.RoomStep]) -> str:
    return held[-2].state if len(held) > 1 else RoomState.CLEAN


def _become(
    room: Room, state: RoomState, *, at: datetime, by: Actor, because: str = ""
) -> RoomEvent:
    room = Room.objects.lock(room.pk)
    now = state_of(room)
    if now == state:
        last = RoomEvent.objects.filter(room=room, undoes=None).order_by("-place").first()
        return last or write_room(room, state, at=at, by=by)
    return write_room(room, state, at=at, by=by, because=because)
