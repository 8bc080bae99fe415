"""Who needs an interpreter and has none: nobody booked, noted, or come to the room's call."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from frontdesk.scheduling.models import Occupancy, Phase, Requirement
from frontdesk.visits.models import Call


class Spoken(Protocol):
    """What an appointment says of its patient and their room."""

    pk: UUID
    visit_id: UUID | None
    room_id: UUID | None
    needs_interpreter: bool


def without_interpreter(booked: Collection[Spoken]) -> set[UUID]:
    """Return the appointments of those who need an interpreter while none is there.

    One is there when booked for the visit, noted as there or not needed, or when the room's call
    for one was answered during this visit. Nothing is asked when nobody needs one.
    """
    lacking = {one.pk for one in booked if one.needs_interpreter and one.visit_id}
    if not lacking:
        return lacking
    kept = Occupancy.objects.filter(
        appointment_id__in=lacking, resource_kind=Phase.Role.INTERPRETER, is_active=True
    )
    noted = Requirement.objects.filter(
        appointment_id__in=lacking, kind=Requirement.Kind.INTERPRETER
    ).exclude(status=Requirement.Status.NEEDED)
    lacking -= {pk for pk in kept.values_list("appointment_id", flat=True) if pk}
    lacking -= set(noted.values_list("appointment_id", flat=True))
    came = Call.objects.filter(
        kind=Call.Kind.INTERPRETER, status=Call.Status.ANSWERED, visit__appointment_id__in=lacking
    )
    return lacking - set(came.values_list("visit__appointment_id", flat=True))
