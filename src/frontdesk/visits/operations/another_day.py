"""Who came too late and comes another day: once the new visit is booked, nobody waits today."""

from datetime import datetime

from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.composed import Composed
from frontdesk.core.operation import operation
from frontdesk.scheduling.models import Appointment
from frontdesk.scheduling.rules.time import day_and_clock
from frontdesk.staff import operations as staff
from frontdesk.visits.models import FlowEvent, LateArrival, Stage
from frontdesk.visits.operations.flow import leave_unseen


@operation("scheduling.book")
def leave_for(booked: Appointment, *, at: datetime, by: Actor) -> FlowEvent | None:
    """Let a late patient go who waits to be given another day, when `booked` is that day.

    Nobody has to call them: they have their time.
    """
    late = _late.first(booked.patient_id, booked.pk)
    if late is None or booked.starts_at <= at:
        return None
    when = day_and_clock(local(booked.site, booked.starts_at))
    event = leave_unseen(late.visit, because=_("came late, comes %s") % when, at=at, by=by)
    staff.settle_work(once=f"left:{late.visit_id}", at=at, by=by)
    return event


_late = Composed(
    lambda patient, booked: (
        LateArrival.objects.filter(
            answer=LateArrival.Answer.RESCHEDULE,
            visit__stage=Stage.ARRIVED,
            visit__patient_id=patient,
        )
        .exclude(visit__appointment_id=booked)
        .select_related("visit")
        .order_by("pk")
    )
)
