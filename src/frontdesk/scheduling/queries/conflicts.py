"""One wanted time: what it takes, and in words why it can't be had."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from frontdesk.core.clock import local
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models import Phase, VisitType
from frontdesk.scheduling.queries import working
from frontdesk.scheduling.queries.calendars import Place, Stretch, stretch
from frontdesk.solver import openings as solver
from frontdesk.solver.openings import CELL_MINUTES, Need
from frontdesk.staff.models import Provider


@dataclass(frozen=True, slots=True)
class Wish:
    """A time that somebody wants."""

    visit_type: VisitType
    provider: Provider
    site: Site
    starts_at: datetime
    room: Room | None = None
    besides: Collection[UUID] = ()  # appointments and holds whose own time may be used again

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.visit_type.ends_at(self.starts_at)

    def needs(self, held: Stretch) -> list[Need]:
        """What it needs, phase by phase."""
        return held.needs(self.provider.pk, room_id=self.room.pk if self.room else None)

    def cell(self, held: Stretch) -> int:
        """Where it begins on the grid of its day."""
        cell = held.grid.cell_of(self.starts_at)
        if cell is None:
            raise ValueError("The stretch does not hold the wished time.")
        return cell


def day_of(wish: Wish, at: datetime) -> Stretch:
    """Load the calendars of the wish's day."""
    return stretch(
        wish.visit_type,
        wish.site,
        from_on=local(wish.site, wish.starts_at).date(),
        days=1,
        at=at,
        provider=wish.provider,
        besides=wish.besides,
    )


def places(wish: Wish, held: Stretch) -> list[Place] | None:
    """Return what the visit would take, a free room chosen where none is named; else None."""
    free = held.free(wish.provider.pk)
    given = solver.assign(free, wish.needs(held), wish.cell(held))
    return None if given is None else held.places(wish.starts_at, cast("Sequence[UUID]", given))


def places_beside(wish: Wish, held: Stretch) -> list[Place]:
    """Return what a double-booked visit takes: what is free where something is, else the first
    choice of each phase. Nothing at all is needed only where the site has no such thing."""
    free, cell = held.free(wish.provider.pk), wish.cell(held)
    given = []
    for need in wish.needs(held):
        one = solver.assign(free, [need], cell) or need.choices[:1]
        given.append(cast("UUID", one[0]) if one else None)
    wanted = zip(held.phases, given, strict=True)
    pairs = [(phase, one) for phase, one in wanted if one is not None]
    return [held.place(phase, one, wish.starts_at) for phase, one in pairs]


def why_not(wish: Wish, held: Stretch) -> str:
    """Say the first thing that stands in the way: hours, leave, another visit, a room."""
    provider, site = wish.provider, wish.site
    cells = -(-wish.visit_type.minutes // CELL_MINUTES)
    span = ((1 << cells) - 1) << wish.cell(held)
    if span & ~held.worked(provider.pk, of_type=False):
        return f"{provider} sees nobody at {site} at this time."
    if span & ~held.worked(provider.pk):
        kept = working.why_kept(
            held.sessions, wish.visit_type, wish.starts_at, wish.ends_at, held.at
        )
        return kept or f"{provider} keeps this time for other visits than: {wish.visit_type}."
    if span & ~held.opened:
        return f"{site} is closed at this time."
    if span & held.away.get(provider.pk, 0):
        return f"{provider} is away at this time."
    return _what_lacks(wish, held)


def who_has(places: Sequence[Place], held: Stretch) -> str:
    """Say which of the places is taken, and until when; empty when none is."""
    for place in places:
        if rows := held.in_the_way(place):
            until = local(held.site, max(row.ends_at for row in rows))
            clock = f"{until:%I:%M %p}".lstrip("0")
            return f"{held.name_of(place.resource_id)} is taken until {clock}."
    return ""


def _what_lacks(wish: Wish, held: Stretch) -> str:
    free, cell = held.free(wish.provider.pk), wish.cell(held)
    for phase, need in zip(held.phases, wish.needs(held), strict=True):
        if solver.assign(free, [need], cell) is None:
            return _lacking(wish, held, phase, need)
    return f"{wish.site} has too few rooms or devices free for this visit at this time."


def _lacking(wish: Wish, held: Stretch, phase: Phase, need: Need) -> str:
    if not need.choices:
        return f"{wish.site} has no {phase.needs_words}. {wish.visit_type} needs one."
    if len(need.choices) > 1:
        return f"No {phase.needs_words} is free at this time."
    key = cast("UUID", need.choices[0])
    taken = who_has([held.place(phase, key, wish.starts_at)], held)
    return taken or f"{held.name_of(key)} can't be used at this time."
