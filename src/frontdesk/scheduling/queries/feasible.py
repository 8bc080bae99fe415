"""Whether any site can give a type of visit at all, and in words why none can."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q

from frontdesk.practice.models import Device, Interpreter, Room, Site
from frontdesk.scheduling.models import Phase, Session, VisitType
from frontdesk.scheduling.queries.away import names_of
from frontdesk.staff.models import Member

Role = Phase.Role


@dataclass(slots=True)
class Supply:
    """What one site has, as far as phases ask for it."""

    site: Site
    rooms: dict[UUID, str] = field(default_factory=dict)  # kind, by key
    devices: dict[UUID, str] = field(default_factory=dict)
    assistants: dict[UUID, list[str]] = field(default_factory=dict)  # skills, by key
    desk: set[UUID] = field(default_factory=set)
    interpreters: set[UUID] = field(default_factory=set)
    sessions: list[Session] = field(default_factory=list)
    names: Mapping[UUID, str] = field(default_factory=dict)  # of those whom a phase names

    def choices(self, phase: Phase, visit_type: VisitType) -> set[UUID]:
        """Return the keys of what would do for a phase here."""
        found = self._of_role(phase, visit_type)
        return found & {phase.named_id} if phase.named_id else found

    def _of_role(self, phase: Phase, visit_type: VisitType) -> set[UUID]:
        if phase.role == Role.PROVIDER:
            return {one.provider_id for one in self.sessions if _is_for(one, visit_type)}
        if phase.role == Role.ROOM:
            return {key for key, kind in self.rooms.items() if phase.kind in ("", kind)}
        if phase.role == Role.DEVICE:
            return {key for key, kind in self.devices.items() if phase.kind in ("", kind)}
        if phase.role == Role.ASSISTANT:
            skills = self.assistants.items()
            return {key for key, held in skills if not phase.skill or phase.skill in held}
        return self.desk if phase.role == Role.DESK else self.interpreters


def supplies(on: date) -> list[Supply]:
    """Return what every open site has on and after a day, in six queries whatever there is."""
    found = {site.pk: Supply(site) for site in Site.objects.filter(is_active=True).order_by("name")}
    for room in Room.objects.filter(is_active=True, site__in=found):
        found[room.site_id].rooms[room.pk] = room.kind
    for device in Device.objects.filter(is_active=True, site__in=found):
        found[device.site_id].devices[device.pk] = device.kind
    _people(found)
    held = Session.objects.filter(
        Q(until_on=None) | Q(until_on__gt=on), provider__is_active=True, site__in=found
    )
    for session in held.prefetch_related("blocks"):
        found[session.site_id].sessions.append(session)
    return list(found.values())


def _people(found: dict[UUID, Supply]) -> None:
    for member in Member.objects.filter(is_active=True):
        for supply in _at(found, member.site_ids):
            if "assistant" in member.roles:
                supply.assistants[member.pk] = member.skills
            if "receptionist" in member.roles:
                supply.desk.add(member.pk)
    for interpreter in Interpreter.objects.filter(is_active=True):
        for supply in _at(found, interpreter.site_ids):
            supply.interpreters.add(interpreter.pk)


def troubles(visit_type: VisitType, held: Iterable[Supply]) -> list[str]:
    """Say what keeps a type of visit from ever being given; nothing when some site can give it."""
    if not visit_type.is_active:
        return []
    phases = visit_type.active_phases
    found = list(_odd(visit_type, phases))
    lacks = [(supply.site, list(_lacks(supply, visit_type, phases))) for supply in held]
    if lacks and all(words for _site, words in lacks):
        found += [words[0] for _site, words in lacks]
    return found


def troubles_by(visit_types: Iterable[VisitType], on: date) -> dict[UUID, list[str]]:
    """Return what is wrong with each visit type, by key; those that can be given are left out."""
    asked, held = list(visit_types), supplies(on)
    named = {phase.named_id for one in asked for phase in one.active_phases if phase.named_id}
    names = names_of(named) if named else {}
    for supply in held:
        supply.names = names
    found = {one.pk: troubles(one, held) for one in asked}
    return {key: words for key, words in found.items() if words}


def _odd(visit_type: VisitType, phases: list[Phase]) -> Iterator[str]:
    for phase in phases:  # a room may be taken for longer, to be made ready
        if phase.role != Role.ROOM and phase.ends_after > visit_type.minutes:
            yield (
                f"{phase.needs_words.capitalize()}: until minute {phase.ends_after}, but the visit "
                f"takes {visit_type.minutes}."
            )
    kinds = {phase.kind for phase in phases if phase.role == Role.ROOM and phase.kind}
    if visit_type.keeps_room and len(kinds) > 1:
        rooms = " and ".join(sorted(f"{kind} room" for kind in kinds))
        yield f"It stays in one room throughout, but asks for: {rooms}."


def _lacks(supply: Supply, visit_type: VisitType, phases: list[Phase]) -> Iterator[str]:
    """Say what a site lacks: a thing at all, or enough of them at once."""
    at_once: defaultdict[tuple[str, frozenset[UUID]], Counter[int]] = defaultdict(Counter)
    for phase in phases:
        choices = supply.choices(phase, visit_type)
        if not choices:
            yield _lacking(supply, phase, visit_type)
        is_same_room = phase.role == Role.ROOM and visit_type.keeps_room
        if choices and not is_same_room:
            span = range(phase.starts_after, phase.ends_after, 5)
            at_once[phase.role, frozenset(choices)].update(span)
    for (role, held), minutes in at_once.items():
        most = max(minutes.values())
        if most > len(held):
            yield f"{supply.site} has {len(held)}, not {most} at once: {Role(role).label}."


def _lacking(supply: Supply, phase: Phase, visit_type: VisitType) -> str:
    site = supply.site
    if phase.named_id:
        name = supply.names.get(phase.named_id, phase.needs_words)
        if phase.role == Role.PROVIDER:
            return f"{name} has no session for {visit_type} at {site}."
        return f"{name} is not at {site}."
    if phase.role == Role.PROVIDER:
        return f"Nobody has a session for {visit_type} at {site}."
    if phase.role == Role.ASSISTANT and phase.skill:
        return f"Nobody at {site} has the skill {phase.skill}."
    if phase.role in (Role.ASSISTANT, Role.DESK, Role.INTERPRETER):
        return f"Nobody works at {site} as: {phase.needs_words}."
    return f"{site} has no {phase.needs_words}."


def _is_for(session: Session, visit_type: VisitType) -> bool:
    return session.is_for(visit_type) or any(
        block.is_for(visit_type) for block in session.active_blocks
    )


def _at(found: dict[UUID, Supply], site_ids: list[str]) -> Iterable[Supply]:
    """Return the supplies of somebody's sites: all where none is said."""
    if not site_ids:
        return found.values()
    return [supply for key, supply in found.items() if str(key) in site_ids]
