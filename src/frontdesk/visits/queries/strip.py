"""The strip of rooms over the board: how each room is, who is in it, what is called there."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from frontdesk.core.clock import local
from frontdesk.core.composed import Composed
from frontdesk.practice.models import Room, Site
from frontdesk.visits.models import Call, RoomMessage, RoomStanding, RoomState, Ticket
from frontdesk.visits.queries.flow import natural
from frontdesk.visits.rules.rooms import keys_of_rooms

OCCUPIED = "occupied"
ROOM_LOOKS = {  # tone and icon
    RoomState.CLEAN.value: ("green", "circle-check"),
    OCCUPIED: ("blue", "user"),
    RoomState.TURNOVER.value: ("amber", "spray"),
    RoomState.OUT.value: ("slate", "ban"),
}
CALL_LOOKS = {
    Call.Kind.PROVIDER: ("blue", "stethoscope"),
    Call.Kind.ASSISTANT: ("violet", "nurse"),
    Call.Kind.INTERPRETER: ("slate", "language"),
    Call.Kind.SUPPLIES: ("amber", "package"),
    Call.Kind.CLEAN: ("amber", "spray"),
    Call.Kind.HELP: ("red", "urgent"),
}


@dataclass(frozen=True, slots=True)
class Light:
    """A call that is on: what is wanted, where, since when, who called."""

    pk: UUID
    kind: str
    room_id: UUID | None
    place: str
    at: datetime
    by: str

    @property
    def words(self) -> str:
        """What is wanted."""
        return str(Call.Kind(self.kind).label)

    @property
    def look(self) -> tuple[str, str]:
        """Tone and icon."""
        return CALL_LOOKS[Call.Kind(self.kind)]


@dataclass(slots=True)
class RoomChip:
    """One room of the strip."""

    pk: UUID
    name: str
    state: str
    since: datetime | None = None
    says: str = ""
    who: str = ""  # initials of whoever is in it
    appointment_id: UUID | None = None
    free_in: int | None = None  # minutes until it is likely left and cleaned
    lights: list[Light] = field(default_factory=list)
    messages: int = 0
    key: str = ""  # the digit that opens it

    @property
    def look(self) -> tuple[str, str]:
        """Tone and icon."""
        return ROOM_LOOKS[self.state]

    @property
    def words(self) -> str:
        """The state in a word."""
        return _("With a patient") if self.state == OCCUPIED else str(RoomState(self.state).label)


def lights_of(site: Site) -> list[Light]:
    """Return the calls that are on at a site, help first, then the oldest."""
    held = [
        Light(pk, kind, room, name or where, at, by)
        for pk, kind, room, name, where, at, by in _calls(site.pk)
    ]
    return sorted(held, key=lambda one: (one.kind != Call.Kind.HELP, one.at))


_calls = Composed(
    lambda site: Call.objects.filter(site_id=site, status=Call.Status.OPEN).values_list(
        "pk", "kind", "room_id", "room__name", "where", "at", "by_name"
    )
)
_rooms = Composed(
    lambda site: Room.objects.filter(site_id=site, is_active=True).values_list("pk", "name")
)
_standings = Composed(
    lambda site: RoomStanding.objects.filter(site_id=site).values_list(
        "room_id", "state", "since", "because"
    )
)
_messages = Composed(
    lambda site, since: RoomMessage.objects.filter(site_id=site, at__gte=since).values_list(
        "visit_id", "room_id"
    )
)


def strip_of(site: Site, lights: list[Light], at: datetime) -> list[RoomChip]:
    """Return the site's rooms in the order of their names, as they are while nobody is in them."""
    rows = _rooms(site.pk)
    standings = {
        room: (state, since, because) for room, state, since, because in _standings(site.pk)
    }
    over: defaultdict[UUID | None, list[Light]] = defaultdict(list)
    for light in lights:
        over[light.room_id].append(light)
    chips = []
    in_order = sorted(rows, key=lambda row: natural(row[1]))
    keys = keys_of_rooms([name for _pk, name in in_order])
    for (pk, name), key in zip(in_order, keys, strict=True):
        state, since, because = standings.get(pk, (RoomState.CLEAN.value, None, ""))
        chips.append(RoomChip(pk, name, state, since, because, lights=over[pk], key=key))
    return chips


def messages_near(site: Site, at: datetime) -> dict[UUID, int]:
    """Return how many messages each visit and room of the day has."""
    found: defaultdict[UUID, int] = defaultdict(int)
    for visit, room in _messages(site.pk, at - timedelta(hours=12)):
        found[visit or room] += 1
    return found


def desk_queue(site: Site, at: datetime) -> list[Ticket]:
    """Return who waits for the desk today, the smallest number first; also those called there."""
    waiting = Ticket.objects.filter(
        site=site,
        on=local(site, at).date(),
        status__in=(Ticket.Status.WAITING, Ticket.Status.CALLED),
    ).select_related("visit__patient", "visit__check_in")
    return [
        ticket
        for ticket in waiting.order_by("number")
        if ticket.visit is None
        or (ticket.visit.stage == "arrived" and ticket.visit.check_in.finished_at is None)
    ]
