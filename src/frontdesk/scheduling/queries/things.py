"""What a site has besides providers, and what of it would do for a phase of a visit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from frontdesk.practice.models import Device, Interpreter, Room, Site
from frontdesk.scheduling.models import Phase
from frontdesk.staff.models import Member

Role = Phase.Role
Thing = Room | Device | Member | Interpreter


@dataclass(frozen=True, slots=True)
class Things:
    """What a site has besides providers, the preferred first."""

    rooms: Sequence[Room] = ()
    devices: Sequence[Device] = ()
    assistants: Sequence[Member] = ()
    desks: Sequence[Member] = ()
    interpreters: Sequence[Interpreter] = ()

    @classmethod
    def at(cls, site: Site, phases: Iterable[Phase], *, interpreted: bool = False) -> Self:
        """Load what these phases may ask for; `interpreted` where somebody has to interpret."""
        roles = {phase.role for phase in phases}
        people = roles & {Role.ASSISTANT, Role.DESK}
        members = _members_of(site) if people else []
        return cls(
            rooms=rooms_of(site) if Role.ROOM in roles else (),
            devices=list(Device.objects.filter(site=site, is_active=True).order_by("name"))
            if Role.DEVICE in roles
            else (),
            assistants=[m for m in members if Role.ASSISTANT in people and "assistant" in m.roles],
            desks=[m for m in members if Role.DESK in people and "receptionist" in m.roles],
            interpreters=interpreters_of(site) if interpreted or Role.INTERPRETER in roles else (),
        )

    def for_phase(self, phase: Phase, language: str = "") -> tuple[UUID, ...]:
        """Return the keys of what would do for a phase; an interpreter has to know the language."""
        if phase.role == Role.INTERPRETER:
            found = [one.pk for one in self.interpreters if speaks(one, language)]
        elif phase.role == Role.ROOM:
            found = [room.pk for room in self.rooms if phase.kind in ("", room.kind)]
        elif phase.role == Role.DEVICE:
            found = [device.pk for device in self.devices if phase.kind in ("", device.kind)]
        else:
            people = self.desks if phase.role == Role.DESK else self.assistants
            found = [member.pk for member in people if has_skill(member, phase.skill)]
        return tuple(key for key in found if phase.named_id in (None, key))

    @property
    def names(self) -> dict[UUID, str]:
        """What each is called."""
        several: list[Sequence[Thing]] = [
            self.rooms,
            self.devices,
            self.assistants,
            self.desks,
            self.interpreters,
        ]
        return {thing.pk: thing.name for things in several for thing in things}


def has_skill(member: Member, skill: str) -> bool:
    """Say whether somebody can do what a phase asks for; nothing asked is always known."""
    wanted = skill.strip().casefold()
    return not wanted or wanted in {str(one).strip().casefold() for one in member.skills}


def speaks(interpreter: Interpreter, language: str) -> bool:
    """Say whether somebody interprets a language: Spanish as spoken anywhere, when asked so."""
    wanted = language.casefold()
    known = [str(one).casefold() for one in interpreter.languages]
    return not wanted or any(
        one == wanted or one.split("-")[0] == wanted.split("-")[0] for one in known
    )


def rooms_of(site: Site) -> list[Room]:
    """Return the rooms of a site, exam rooms first, so that special ones stay free for longest."""
    rooms = Room.objects.filter(site=site, is_active=True).order_by("name")
    return sorted(rooms, key=lambda room: room.kind != Room.Kind.EXAM)


def interpreters_of(site: Site) -> list[Interpreter]:
    """Return who interprets at a site, those who come there first."""
    every = Interpreter.objects.filter(is_active=True).order_by("name")
    here = [one for one in every if not one.site_ids or str(site.pk) in one.site_ids]
    return sorted(here, key=lambda one: one.mode != Interpreter.Mode.IN_PERSON)


def _members_of(site: Site) -> list[Member]:
    members = Member.objects.filter(is_active=True).order_by("name")
    return [one for one in members if not one.site_ids or str(site.pk) in one.site_ids]
