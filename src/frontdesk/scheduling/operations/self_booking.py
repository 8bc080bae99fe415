"""A planned visit that the patient books by the link in the message: one time, once."""

from datetime import datetime

from frontdesk.comms.models import Link
from frontdesk.comms.operations import use_link
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, PlannedVisit
from frontdesk.scheduling.operations.keeping import confirm
from frontdesk.scheduling.operations.planned import asked_to_call, book_planned
from frontdesk.scheduling.operations.taking import Taken
from frontdesk.scheduling.queries import planned as queries
from frontdesk.staff.models import Provider
from frontdesk.staff.operations import open_work

Status = PlannedVisit.Status
GONE = "Somebody has just taken this time. Please choose another."


@operation("scheduling.book_self")
def book_by_link(
    planned: PlannedVisit,
    starts_at: datetime,
    *,
    provider: Provider,
    site: Site,
    link: Link,
    at: datetime,
    by: Actor,
) -> Appointment:
    """Book a planned visit at a time that was offered, and use the link up.

    Refused where the link or the plan was used already; `Taken` where the time is not offered any
    more, and then the link stands, for another time.
    """
    planned = PlannedVisit.objects.lock(planned.pk)
    if planned.status != Status.OPEN or planned.patient.status != Patient.Status.ACTIVE:
        raise Refused("This visit is not on our list any more.")
    use_link(link, by=by)
    if not queries.is_offered(planned, starts_at, provider=provider, site=site, at=at):
        raise Taken(GONE)
    booked = book_planned(planned, starts_at, provider=provider, site=site, at=at, by=by)
    return confirm(booked, at=at, by=by)  # who chooses a time says that they come


@operation("scheduling.book_self")
def ask_to_be_called(planned: PlannedVisit, *, at: datetime, by: Actor) -> None:
    """No time offered suits the patient: the desk calls them. Asked twice, it is one call."""
    planned = PlannedVisit.objects.lock(planned.pk)
    if planned.status != Status.OPEN:
        raise Refused("This visit is not on our list any more.")
    open_work(
        kind="scheduling.call_to_book",
        title=f"Call {planned.patient.name}: no time offered for their planned visit suits",
        detail="They were asked by message to book, looked at the times and asked to be called.",
        how_to_fix="Ring them, then book from the list of planned visits or take it off the list.",
        pool="receptionist",
        subject=planned,
        patient_id=planned.patient_id,
        once=asked_to_call(planned),
        at=at,
        by=by,
    )
