"""Appointments brought in from elsewhere, many at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.operation import operation
from frontdesk.scheduling.models import Appointment, Occupancy, Phase, VisitType

BATCH = 1000
Status = Appointment.Status


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """An appointment as another system knew it. Keys are of this practice; instants are aware."""

    patient_id: UUID
    provider_id: UUID
    site_id: UUID
    visit_type_id: UUID
    starts_at: datetime
    booked_at: datetime
    booked_by: str
    room_id: UUID | None = None
    ends_at: datetime | None = None  # without it the visit type says
    status: str = Status.BOOKED
    reason: str = ""
    cancelled_because: str = ""
    cancelled_by: str = ""  # patient or practice; without it a reason is taken as the patient's


@operation("people.import")
def bring_in_appointments(
    rows: Iterable[AppointmentRow], *, by: Actor, at: datetime | None = None
) -> list[Appointment]:
    """Save appointments that were made elsewhere, in a few statements; nobody is written to.

    Those still to come take their provider and room; where two of them want one at a time, the
    later row is put beside the earlier one, on a lane of its own, and says so.
    """
    present = at or now()
    types = {one.pk: one for one in VisitType.objects.prefetch_related("phases")}
    lanes = _Lanes()
    appointments, occupancies = [], []
    for row in rows:
        visit_type = types[row.visit_type_id]
        appointment = _appointment(row, visit_type)
        appointments.append(appointment)
        if appointment.ends_at > present and row.status in (Status.BOOKED, Status.ARRIVED):
            taken = lanes.give(appointment, visit_type.active_phases)
            occupancies += taken
            if any(occupancy.lane for occupancy in taken):
                appointment.override_reason = "Brought in like this"
    Appointment.objects.bulk_create(appointments, batch_size=BATCH)
    Occupancy.objects.bulk_create(occupancies, batch_size=BATCH)
    return appointments


class _Lanes:
    """Who is taken when, among the rows being brought in and those that are there."""

    def __init__(self) -> None:
        self.taken: defaultdict[UUID, list[Occupancy]] = defaultdict(list)
        for known in Occupancy.objects.filter(is_active=True):
            self.taken[known.resource_id].append(known)

    def give(self, appointment: Appointment, phases: Sequence[Phase]) -> list[Occupancy]:
        """Return the occupancies of an appointment, each on the lowest lane that is free."""
        given = []
        for phase in phases:
            key = self._resource(appointment, phase)
            if key is None:
                continue
            begins = appointment.starts_at + timedelta(minutes=phase.starts_after)
            ends = begins + timedelta(minutes=phase.minutes)
            used = {
                one.lane for one in self.taken[key] if one.starts_at < ends and begins < one.ends_at
            }
            occupancy = Occupancy(
                resource_kind=phase.role,
                resource_id=key,
                lane=next(lane for lane in range(len(used) + 1) if lane not in used),
                starts_at=begins,
                ends_at=ends,
                appointment=appointment,
            )
            self.taken[key].append(occupancy)
            given.append(occupancy)
        return given

    def _resource(self, appointment: Appointment, phase: Phase) -> UUID | None:
        if phase.role == Phase.Role.PROVIDER:
            return appointment.provider_id
        return appointment.room_id if phase.role == Phase.Role.ROOM else None


def _appointment(row: AppointmentRow, visit_type: VisitType) -> Appointment:
    return Appointment(
        patient_id=row.patient_id,
        provider_id=row.provider_id,
        site_id=row.site_id,
        room_id=row.room_id,
        visit_type=visit_type,
        starts_at=row.starts_at,
        ends_at=row.ends_at or visit_type.ends_at(row.starts_at),
        status=row.status,
        reason=row.reason,
        booked_at=row.booked_at,
        booked_by=row.booked_by,
        cancelled_because=row.cancelled_because,
        cancelled_by=row.cancelled_by
        or (Appointment.CancelledBy.PATIENT if row.cancelled_because else ""),
    )
