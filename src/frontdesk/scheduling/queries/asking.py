"""What a visit asks for: its phases as steps, their layouts in time, and what they take."""

from collections.abc import Hashable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, cast
from uuid import UUID

from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Phase, VisitType
from frontdesk.scheduling.queries import remembered
from frontdesk.scheduling.queries.remembered import Memory
from frontdesk.scheduling.queries.things import Things, speaks
from frontdesk.solver.openings import CELL_MINUTES
from frontdesk.solver.shapes import Layout, Step, layouts, with_margins

Role = Phase.Role
ENGLISH = "en"


class Clear(NamedTuple):
    """The calendar of what is promised with a provider, whether they work or not: for buffers."""

    provider_id: UUID
    slot: int = 0  # not zero: as it is without a visit that is being moved


class Place(NamedTuple):
    """One resource that a visit takes, and for how long."""

    role: str
    resource_id: UUID
    starts_at: datetime
    ends_at: datetime


def phases_of(visit_type: VisitType, held: Memory | None) -> list[Phase]:
    """Return what a visit type takes, the provider first."""
    return remembered.recall(held, ("phases", *visit_type.asked), lambda: visit_type.active_phases)


def things_at(
    site: Site, phases: Sequence[Phase], held: Memory | None, *, interpreted: bool = False
) -> Things:
    """Return what a site has of what these phases may ask for."""
    roles = tuple(sorted({phase.role for phase in phases}))
    return remembered.recall(
        held,
        ("things", site.pk, roles, interpreted),
        lambda: Things.at(site, phases, interpreted=interpreted),
    )


def spoken_by(patient: Patient | None) -> str:
    """Return the language that has to be interpreted for a patient; empty when none has."""
    if patient is None or not patient.needs_interpreter:
        return ""
    return "" if patient.language.split("-")[0] == ENGLISH else patient.language


def with_interpreter(phases: Sequence[Phase], things: Things, language: str) -> list[Phase]:
    """Add somebody who interprets while the provider is there, where the patient needs it.

    Where nobody on the practice's list knows the language nothing is asked for: the visit can be
    booked, and whether it is ready says that an interpreter is missing.
    """
    known = any(speaks(one, language) for one in things.interpreters)
    if not language or not known or any(phase.role == Role.INTERPRETER for phase in phases):
        return list(phases)
    spans = [
        Phase(
            role=Role.INTERPRETER,
            starts_after=phase.starts_after,
            minutes=phase.minutes,
            visit_type_id=phase.visit_type_id,
        )
        for phase in phases
        if phase.role == Role.PROVIDER
    ]
    return [*phases, *spans]


def only_provider(phases: Sequence[Phase]) -> UUID | None:
    """Return the provider with whom alone a visit can be booked, where its phases name them."""
    asked = [phase.named_id for phase in phases if phase.role == Role.PROVIDER]
    return asked[0] if asked and None not in asked else None


def steps_of(
    visit_type: VisitType,
    phases: Sequence[Phase],
    things: Things,
    provider_id: UUID,
    room_id: UUID | None = None,
    language: str = "",
) -> list[Step]:
    """Return what a visit asks for, phase by phase, in five-minute cells.

    A room is kept from its first phase to its last, one for each kind that is asked for; so is
    an interpreter.
    """

    def choices(phase: Phase) -> tuple[UUID, ...]:
        if phase.role == Role.PROVIDER:
            return (phase.named_id or provider_id,)
        if phase.role == Role.ROOM and room_id is not None:
            return (room_id,)
        return things.for_phase(phase, language)

    def keep(phase: Phase) -> Hashable:
        if phase.role == Role.INTERPRETER:
            return phase.role
        is_kept = phase.role == Role.ROOM and visit_type.keeps_room
        return (phase.role, phase.kind, phase.named_id) if is_kept else None

    return [
        Step(
            choices(phase),
            phase.starts_after // CELL_MINUTES,
            -(-phase.ends_after // CELL_MINUTES) - phase.starts_after // CELL_MINUTES,
            phase.may_wait // CELL_MINUTES,
            keep(phase),
        )
        for phase in phases
    ]


def ways_of(
    visit_type: VisitType, phases: Sequence[Phase], steps: Sequence[Step], provider_id: UUID
) -> list[Layout]:
    """Return the layouts of a visit, with the buffers around what the provider does in it."""
    before, after = (
        -(-minutes // CELL_MINUTES)
        for minutes in (visit_type.buffer_before, visit_type.buffer_after)
    )
    found = layouts(steps)
    if not before and not after:
        return found
    own = own_steps(phases, provider_id)
    return [with_margins(way, own, Clear(provider_id), before, after) for way in found]


def own_steps(phases: Sequence[Phase], provider_id: UUID) -> set[int]:
    """Return which phases are those of the provider with whom the visit is booked."""
    return {
        number
        for number, phase in enumerate(phases)
        if phase.role == Role.PROVIDER and phase.named_id in (None, provider_id)
    }


def places_of(
    visit_type: VisitType,
    phases: Sequence[Phase],
    starts_at: datetime,
    way: Layout,
    given: Sequence[Hashable],
    *,
    provider_id: UUID,
    buffered: bool = True,
) -> list[Place]:
    """Return the spans that a visit takes when its layout is given these resources, to the minute.

    What is kept is taken for all of its time; the buffers are taken with the provider.
    """
    begin = starts_at.astimezone(UTC)
    found = []
    for resource, numbers in zip(given, way.serves, strict=True):
        if not numbers:
            continue  # a buffer: it belongs to the provider's own place
        spans = [_minutes(phases[number], way, number) for number in numbers]
        first, last = min(s[0] for s in spans), max(s[1] for s in spans)
        role = phases[numbers[0]].role
        found.append(
            Place(
                role,
                cast("UUID", resource),
                begin + timedelta(minutes=first),
                begin + timedelta(minutes=last),
            )
        )
    return _buffered(found, visit_type, provider_id) if buffered else found


def reach_of(
    visit_type: VisitType, phases: Sequence[Phase], starts_at: datetime
) -> tuple[datetime, datetime]:
    """Return from when to when a visit that begins then can take anything, however it waits."""
    longest = max([visit_type.minutes, *(phase.ends_after for phase in phases)])
    waits = sum(phase.may_wait for phase in phases)
    before = timedelta(minutes=visit_type.buffer_before + CELL_MINUTES)
    after = timedelta(minutes=longest + waits + visit_type.buffer_after + CELL_MINUTES)
    return starts_at - before, starts_at + after


def _buffered(places: list[Place], visit_type: VisitType, provider_id: UUID) -> list[Place]:
    own = sorted(
        (one for one in places if one.resource_id == provider_id), key=lambda one: one.starts_at
    )
    if not own:
        return places
    before = timedelta(minutes=visit_type.buffer_before)
    after = timedelta(minutes=visit_type.buffer_after)
    first, last = own[0], max(own, key=lambda one: one.ends_at)
    found = []
    for place in places:
        starts_at = place.starts_at - before if place is first else place.starts_at
        ends_at = place.ends_at + after if place is last else place.ends_at
        found.append(place._replace(starts_at=starts_at, ends_at=ends_at))
    return found


def _minutes(phase: Phase, way: Layout, number: int) -> tuple[int, int]:
    first = phase.starts_after + way.delays[number] * CELL_MINUTES
    return first, first + phase.minutes + way.longer[number] * CELL_MINUTES
