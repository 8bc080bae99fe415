"""What booking and cancelling mean for planned visits, and the night's work on recalls."""

from typing import Any
from uuid import UUID

from django_tasks import task

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment
from frontdesk.scheduling.signals import appointment_booked, appointment_cancelled
from frontdesk.staff.queries import practice_ids, the_clock


@task()
def keep_recalls(practice_id: str) -> int:
    """Take off the lists who is not a patient any more, put on who is due, write to who wants it.

    Run twice, everybody is on the list once and written to once a day.
    """
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        at = now()
        operations.tidy_planned(at=at, by=clock)
        added = operations.fill_recalls(at=at, by=clock)
        operations.tell_recalls(at=at, by=clock)
        return added


@task()
def keep_recalls_everywhere() -> int:
    """Keep the recall lists of every practice: every six hours."""
    practices = practice_ids()
    for practice_id in practices:
        keep_recalls.enqueue(str(practice_id))
    return len(practices)


def on_booked(sender: object, *, appointment: Appointment, by: Actor, **_: Any) -> None:
    """Take off the lists what the visit answers, in the same transaction."""
    operations.settle_planned(appointment, at=now(), by=by)


def on_cancelled(sender: object, *, appointment: Appointment, by: Actor, **_: Any) -> None:
    """Put back on the lists what the visit had answered."""
    operations.unsettle_planned(appointment, at=now(), by=by)


def listen() -> None:
    """Hear of visits that are booked and cancelled."""
    appointment_booked.connect(on_booked, dispatch_uid="scheduling.planned_booked")
    appointment_cancelled.connect(on_cancelled, dispatch_uid="scheduling.planned_cancelled")
