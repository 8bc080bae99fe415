"""Coverage is asked about when a visit is booked or moved, three days before, and on its day."""

from datetime import datetime, timedelta

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local, now
from frontdesk.core.operation import operation
from frontdesk.coverage import operations as coverage
from frontdesk.scheduling.models import Appointment

AHEAD = timedelta(days=4)  # the stale answers of three days before are among these


@operation("coverage.verify")
def ask_about_coverage(appointment: Appointment, *, at: datetime, by: Actor) -> None:
    """Ask the payer about the day of the visit, for what it is; the answer comes by itself."""
    coverage.verify_for(
        appointment.patient,
        service_on=local(appointment.site, appointment.starts_at).date(),
        service_types=appointment.visit_type.service_types,
        appointment_id=appointment.pk,
        at=at,
        by=by,
    )


@operation("coverage.verify")
def verify_upcoming(*, by: Actor) -> int:
    """Ask again about the visits of the coming days where the answer is stale; return how many."""
    at = now()
    coming = (
        Appointment.objects.filter(
            status=Appointment.Status.BOOKED, starts_at__gt=at, starts_at__lt=at + AHEAD
        )
        .select_related("patient", "site", "visit_type")
        .order_by("starts_at", "pk")
    )
    asked = 0
    for appointment in coming:
        due = coverage.Due(
            appointment_id=appointment.pk,
            patient=appointment.patient,
            service_on=local(appointment.site, appointment.starts_at).date(),
            service_types=appointment.visit_type.service_types,
        )
        today = local(appointment.site, at).date()
        asked += len(coverage.reverify([due], at=at, today=today, by=by))
    return asked
