"""Questions of the floor: a room, what was written, who is in the building, when moves were."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from frontdesk.comms.models import Link
from frontdesk.core.clock import local
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.queries import calendars
from frontdesk.staff import queries as staff
from frontdesk.visits.models import FlowEvent, RoomEvent, RoomMessage, Stage, Visit
from frontdesk.visits.queries.flow import steps_of, who_is_in
from frontdesk.visits.queries.strip import Light, RoomChip, lights_of, strip_of
from frontdesk.visits.rules import flow

LAST_MESSAGES = 12
LAST_EVENTS = 8
SHOWN_FOR = timedelta(hours=12)  # a message of yesterday is no news


@dataclass(slots=True)
class RoomSheet:
    """A room and all that its drawer says."""

    room: Room
    chip: RoomChip
    visit: Visit | None
    lights: list[Light]
    messages: list[RoomMessage]
    events: list[RoomEvent]


@dataclass(slots=True)
class Inside:
    """Everybody who is in the building, as far as the office knows."""

    patients: list[Visit]
    staff: list[staff.SignedIn]
    planned: list[str]  # providers with a session here now who are not signed in
    calls: list[Light] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Move:
    """A move that holds, for whoever puts its time right."""

    pk: UUID
    label: str
    at: datetime
    wall: datetime
    by: str
    noted: datetime | None  # when it was written, if later


def room_sheet(room: Room, at: datetime) -> RoomSheet:
    """Return what the drawer of a room shows."""
    on = local(room.site, at).date()
    visit = who_is_in(room, on).select_related("patient", "appointment", "provider").first()
    lights = [light for light in lights_of(room.site) if light.room_id == room.pk]
    every = strip_of(room.site, lights, at)
    chip = next((one for one in every if one.pk == room.pk), RoomChip(room.pk, room.name, "out"))
    written = RoomMessage.objects.filter(site=room.site, at__gte=at - SHOWN_FOR, room=room)
    if visit:
        written = written | RoomMessage.objects.filter(site=room.site, visit=visit)
    events = RoomEvent.objects.filter(room=room).order_by("-place")[:LAST_EVENTS]
    return RoomSheet(
        room,
        chip,
        visit,
        lights,
        list(written.prefetch_related("seen").order_by("-at")[:LAST_MESSAGES]),
        list(events),
    )


def visit_messages(visit: Visit) -> list[RoomMessage]:
    """Return what was written about a visit, the newest first, each with who has read it."""
    return list(visit.messages.prefetch_related("seen").order_by("-at")[:LAST_MESSAGES])


def building(site: Site, at: datetime) -> Inside:
    """Return who is in the building: patients by the board, staff signed in, providers planned."""
    on = local(site, at).date()
    here = Visit.objects.filter(site=site, on=on).exclude(stage__in=(Stage.EXPECTED, Stage.GONE))
    signed_in = staff.signed_in_now(site)
    known = {one.provider_id for one in signed_in}
    wall = local(site, at).time()
    planned = {
        session.provider.full_name
        for session in calendars.sessions_of(site, on, 1)
        if session.holds_on(on)
        and session.starts <= wall < session.ends
        and session.provider_id not in known
    }
    return Inside(
        list(here.select_related("patient", "room").order_by("room__name", "stage_since")),
        signed_in,
        sorted(planned),
        lights_of(site),
    )


def held_moves(visit: Visit) -> list[Move]:
    """Return the moves of a visit that hold, the first first, each when it really was."""
    events = {event.pk: event for event in FlowEvent.objects.filter(visit=visit)}
    rooms = dict(Room.objects.filter(site_id=visit.site_id).values_list("pk", "name"))
    found = []
    for step in flow.effective(steps_of(visit)):
        event = events[step.pk]
        label = str(Stage(step.stage).label)
        if step.stage == Stage.ROOMED and step.room_id:
            label = f"{label}, {rooms.get(step.room_id, '')}"
        noted = event.at if step.at != event.at else None
        wall = local(visit.site, step.at)
        found.append(Move(step.pk, label, step.at, wall, event.by_name, noted))
    return found


def displays(site: Site, at: datetime) -> list[Link]:
    """Return the displays that show this site's lobby."""
    links = Link.objects.filter(purpose="lobby", subject_id=site.pk, ended_at=None)
    return list(links.filter(expires_at__gt=at).order_by("-made_at"))
