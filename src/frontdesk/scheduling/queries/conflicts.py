"""One wanted time: what it takes, and in words why it can't be had."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, cast
from uuid import UUID

from frontdesk.core.clock import local
from frontdesk.people.models import Patient
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models import Appointment, Override, Phase, VisitType
from frontdesk.scheduling.queries import overtime, working
from frontdesk.scheduling.queries.asking import Place, own_steps
from frontdesk.scheduling.queries.calendars import Chosen, Stretch, stretch
from frontdesk.scheduling.rules.time import LONGEST, clock_words
from frontdesk.solver import openings as solver
from frontdesk.solver.openings import Need
from frontdesk.staff.models import Provider

Kind = Override.Kind


@dataclass(frozen=True, slots=True)
class Wish:
    """A time that somebody wants."""

    visit_type: VisitType
    provider: Provider
    site: Site
    starts_at: datetime
    room: Room | None = None
    besides: Collection[UUID] = ()  # appointments and holds whose own time may be used again
    patient: Patient | None = None  # who may need an interpreter
    over: int = 0  # minutes for which the provider may be kept after their hours

    @property
    def ends_at(self) -> datetime:
        """When it is over, if nothing waits."""
        return self.visit_type.ends_at(self.starts_at)

    @property
    def room_id(self) -> UUID | None:
        """The key of the room that is asked for."""
        return self.room.pk if self.room else None

    def needs(self, held: Stretch) -> list[Need]:
        """What it needs, phase by phase."""
        return held.needs(self.provider.pk, room_id=self.room_id)

    def cell(self, held: Stretch) -> int:
        """Where it begins on the grid of its day."""
        cell = held.grid.cell_of(self.starts_at)
        if cell is None:
            raise ValueError("The stretch does not hold the wished time.")
        return cell


class Obstacle(NamedTuple):
    """One thing that stands in the way of a wish: of which kind, in words."""

    kind: str
    words: str


def day_of(wish: Wish, at: datetime) -> Stretch:
    """Load the calendars of the wish's day, with what is taken near the wish."""
    on = local(wish.site, wish.starts_at).date()
    held = stretch(
        wish.visit_type,
        wish.site,
        from_on=on,
        days=1,
        at=at,
        provider=wish.provider,
        besides=wish.besides,
        patient=wish.patient,
        wanted=wish.starts_at,
    )
    return overtime.kept_on(held, wish.provider, wish.over, on)


def places(wish: Wish, held: Stretch) -> Chosen | None:
    """Return what the visit would take, a free room chosen where none is named; else None."""
    found = held.assign(wish.provider.pk, wish.cell(held), wish.room_id)
    return found and held.chosen(wish.provider.pk, wish.starts_at, *found)


def places_beside(wish: Wish, held: Stretch) -> list[Place]:
    """Return what a double-booked visit takes: what is free where something is, else the first
    choice of each phase. Nothing at all is needed only where the site has no such thing."""
    free, cell = held.free(wish.provider.pk), wish.cell(held)
    way = held.ways(wish.provider.pk, wish.room_id)[0]
    given: list[UUID | None] = []
    for need in way.needs:
        one = solver.assign(free, [need], cell) or need.choices[:1]
        given.append(cast("UUID", one[0]) if one else None)
    found = held.chosen(wish.provider.pk, wish.starts_at, way, given).places
    return [place for place in found if place.resource_id is not None]


def interpreting(wish: Wish, held: Stretch) -> list[Place] | None:
    """Return who interprets for a patient that joins a group; None where nobody is free to."""
    way = held.ways(wish.provider.pk, wish.room_id)[0]
    free, cell = held.free(wish.provider.pk), wish.cell(held)
    found: list[Place] = []
    for need, steps in zip(way.needs, way.serves, strict=True):
        if not steps or held.phases[steps[0]].role != Phase.Role.INTERPRETER:
            continue
        given = solver.assign(free, [need], cell)
        if given is None:
            return None
        alone = replace(way, needs=(need,), serves=(steps,))
        found += held.chosen(wish.provider.pk, wish.starts_at, alone, given).places
    return found


def obstacles(wish: Wish, held: Stretch) -> list[Obstacle]:
    """Return everything of the calendars that stands in the way, what binds first at the front."""
    found = [*_notice(wish, held), *_of_provider(wish, held)]
    if not any(one.kind in (Kind.HOURS, Kind.CLOSED, Kind.AWAY) for one in found):
        is_kept = any(one.kind in (Kind.KEPT, Kind.LIMIT) for one in found)
        found += _lacking(wish, held, own_too=not is_kept)
        found += _without_buffer(wish, held)
    if not found and places(wish, held) is None:
        what = f"{wish.site} has too few rooms or devices free for this visit at this time."
        found.append(Obstacle(Kind.LACKING, what))
    return found


def elsewhere(wish: Wish, ends_at: datetime) -> list[Obstacle]:
    """Return that the patient has another visit then: nobody is in two places at once.

    Two visits that touch are fine.
    """
    if wish.patient is None:
        return []
    others = Appointment.objects.filter(
        patient=wish.patient,
        starts_at__lt=ends_at,
        starts_at__gt=wish.starts_at - LONGEST,
        ends_at__gt=wish.starts_at,
        status__in=(Appointment.Status.BOOKED, Appointment.Status.ARRIVED),
    )
    other = others.exclude(pk__in=wish.besides).select_related("provider").first()
    if other is None:
        return []
    clock = clock_words(local(wish.site, other.starts_at).time())
    words = f"{wish.patient.name} has a visit with {other.provider} at {clock} already."
    return [Obstacle(Kind.TAKEN, words)]


def why_not(wish: Wish, held: Stretch) -> str:
    """Say the first thing that stands in the way: hours, leave, another visit, a room."""
    return obstacles(wish, held)[0].words


def too_late(wish: Wish, at: datetime) -> str:
    """Say that a visit of this type is booked earlier than that; empty when there is time."""
    hours = wish.visit_type.notice_hours
    if not hours or wish.starts_at - at >= timedelta(hours=hours):
        return ""
    ahead = f"{hours // 24} days" if hours >= 48 and hours % 24 == 0 else f"{hours} hours"
    return f"{wish.visit_type} is booked {ahead} ahead at least."


def who_has(places: Sequence[Place], held: Stretch) -> str:
    """Say which of the places is taken, and until when; empty when none is."""
    for place in places:
        if rows := held.in_the_way(place):
            until = local(held.site, max(row.ends_at for row in rows))
            return f"{held.name_of(place.resource_id)} is taken until {clock_words(until.time())}."
    return ""


def _notice(wish: Wish, held: Stretch) -> Iterator[Obstacle]:
    if words := too_late(wish, held.at):
        yield Obstacle(Kind.NOTICE, words)


def _of_provider(wish: Wish, held: Stretch) -> Iterator[Obstacle]:
    provider, site = wish.provider, wish.site
    span = _span(wish, held)
    if span & ~held.worked(provider.pk, of_type=False):
        yield Obstacle(Kind.HOURS, f"{provider} sees nobody at {site} at this time.")
    elif span & ~held.worked(provider.pk):
        kept = working.why_kept(
            held.sessions, wish.visit_type, wish.starts_at, wish.ends_at, held.at
        )
        words = kept or f"{provider} keeps this time for other visits than: {wish.visit_type}."
        is_limit = kept and " takes no more " in kept
        yield Obstacle(Kind.LIMIT if is_limit else Kind.KEPT, words)
    if span & ~held.opened:
        yield Obstacle(Kind.CLOSED, f"{site} is closed at this time.")
    if span & held.away.get(provider.pk, 0):
        yield Obstacle(Kind.AWAY, f"{provider} is away at this time.")


def _span(wish: Wish, held: Stretch) -> int:
    """Return the cells for which the provider is needed; of a visit without one, all of it."""
    way = held.ways(wish.provider.pk, wish.room_id)[0]
    own = own_steps(held.phases, wish.provider.pk)
    needs = [n for n, of in zip(way.needs, way.serves, strict=True) if not own.isdisjoint(of)]
    found = 0
    for need in needs or way.needs:
        found |= ((1 << need.cells) - 1) << max(wish.cell(held) + need.after, 0)
    return found


def _lacking(wish: Wish, held: Stretch, *, own_too: bool) -> Iterator[Obstacle]:
    """Yield each phase for which nothing is free, whatever waits a little."""
    free, cell = held.free(wish.provider.pk), wish.cell(held)
    ways = held.ways(wish.provider.pk, wish.room_id)
    own = own_steps(held.phases, wish.provider.pk)
    for place, (need, steps) in enumerate(zip(ways[0].needs, ways[0].serves, strict=True)):
        if not steps or (steps[0] in own and not own_too):
            continue
        if all(solver.assign(free, [way.needs[place]], cell) is None for way in ways):
            phase = held.phases[steps[0]]
            words = _why_lacking(wish, held, phase, need)
            yield Obstacle(_kind(phase, steps[0] in own), words)


def _kind(phase: Phase, is_own: bool) -> str:
    if is_own:
        return Kind.TAKEN
    return Kind.INTERPRETER if phase.role == Phase.Role.INTERPRETER else Kind.LACKING


def _why_lacking(wish: Wish, held: Stretch, phase: Phase, need: Need) -> str:
    if not need.choices:
        return f"{wish.site} has no {phase.needs_words}. {wish.visit_type} needs one."
    if len(need.choices) > 1:
        return f"No {phase.needs_words} is free at this time."
    key = cast("UUID", need.choices[0])
    taken = who_has([held.place(phase, key, wish.starts_at)], held)
    return taken or f"{held.name_of(key)} can't be used at this time."


def _without_buffer(wish: Wish, held: Stretch) -> Iterator[Obstacle]:
    """Yield that only the free minutes around the visit are missing."""
    visit_type = wish.visit_type
    if not visit_type.buffer_before and not visit_type.buffer_after:
        return
    free, cell = held.free(wish.provider.pk), wish.cell(held)
    way = held.ways(wish.provider.pk, wish.room_id)[0]
    margins = [need for need, of in zip(way.needs, way.serves, strict=True) if not of]
    if any(solver.assign(free, [need], cell) is None for need in margins):
        yield Obstacle(
            Kind.BUFFER, f"{wish.provider} keeps {_buffer(visit_type)} free around {visit_type}."
        )


def _buffer(visit_type: VisitType) -> str:
    before, after = visit_type.buffer_before, visit_type.buffer_after
    if before and after:
        return f"{before} minutes before and {after} after"
    return f"{before or after} minutes {'before' if before else 'after'}"
