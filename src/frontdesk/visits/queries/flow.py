"""Questions about where patients are: the log, the rooms."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from frontdesk.core.composed import Composed
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models import Appointment, VisitType
from frontdesk.scheduling.queries import Opening, openings
from frontdesk.visits.models import FlowEvent, Stage, Visit
from frontdesk.visits.rules.flow import Step
from frontdesk.visits.rules.rooms import keys_of_rooms

IN_A_ROOM = (Stage.ROOMED, Stage.WITH_PROVIDER)


@dataclass(frozen=True, slots=True)
class RoomState:
    """A room and who is in it."""

    room: Room
    visit: Visit | None
    key: str = ""  # the digit that chooses it

    @property
    def is_free(self) -> bool:
        """Whether somebody can be taken there."""
        return self.visit is None

    @property
    def look(self) -> tuple[str, int]:
        """Tone and percent of the clock of whoever is in it."""
        is_seen = self.visit is not None and self.visit.stage == Stage.WITH_PROVIDER
        return ("blue", 75) if is_seen else ("violet", 50)


def steps_of(visit: Visit) -> list[Step]:
    """Return the visit's log as plain steps, the first first."""
    events = FlowEvent.objects.filter(visit=visit).order_by("place")
    rows = events.values_list("pk", "stage", "at", "room_id", "undoes_id", "corrects_id")
    return [Step(*row) for row in rows]


def who_is_in(room: Room, on: date) -> QuerySet[Visit]:
    """Return the visits that hold the room on that day."""
    return Visit.objects.filter(room=room, stage__in=IN_A_ROOM, on=on)


def rooms_of(site: Site, on: date) -> list[RoomState]:
    """Return the site's rooms in the order of their names, and who is in each, in two queries."""
    held = {
        visit.room_id: visit
        for visit in Visit.objects.filter(
            site=site, on=on, stage__in=IN_A_ROOM, room__isnull=False
        ).select_related("patient")
    }
    rooms = Room.objects.filter(site=site, is_active=True)
    in_order = sorted(rooms, key=lambda room: natural(room.name))
    keys = keys_of_rooms([room.name for room in in_order])
    return [
        RoomState(room, held.get(room.pk), key) for room, key in zip(in_order, keys, strict=True)
    ]


def next_opening(site: Site, on: date, at: datetime) -> Opening | None:
    """Return the soonest time left today for the shortest kind of visit: the next walk-in."""
    shortest = VisitType.objects.filter(is_active=True).order_by("minutes", "name").first()
    if shortest is None:
        return None
    return next(iter(openings(shortest, site, from_on=on, days=1, limit=1, at=at)), None)


def booked(pk: UUID) -> Appointment:
    """Return an appointment with its patient and site; raise `Http404` where there is none."""
    found = _booked.first(pk)
    if found is None:
        raise Http404
    return found


_booked = Composed(lambda key: Appointment.objects.filter(pk=key).select_related("patient", "site"))


def natural(name: str) -> tuple[str, int, str]:
    """Sort Room 2 before Room 10."""
    words, _, number = name.rpartition(" ")
    return (words, int(number), "") if number.isdigit() else (name, 0, "")
