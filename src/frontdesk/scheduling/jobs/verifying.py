"""Asking payers about the visits to come."""

from typing import Any
from uuid import UUID

from django_tasks import task

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment
from frontdesk.scheduling.signals import (
    appointment_booked,
    appointment_cancelled,
    appointment_moved,
)
from frontdesk.staff.queries import practice_ids, the_clock


@task()
def ask_about_coverage(practice_id: str, appointment_id: str) -> None:
    """Ask the payer about the day of a visit that was just booked or moved."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        appointment = Appointment.objects.select_related("patient", "site", "visit_type").get(
            pk=appointment_id
        )
    if appointment.status == Appointment.Status.BOOKED:
        operations.ask_about_coverage(appointment, at=now(), by=clock)
        operations.watch_authorization(appointment, at=now(), by=clock)


def ask_soon(sender: object, *, appointment: Appointment, **_: Any) -> None:
    """Queue the question beside the booking, so that whoever books does not wait for it."""
    ask_about_coverage.enqueue(str(appointment.practice_id), str(appointment.pk))


def forget_promise(sender: object, *, appointment: Appointment, by: Actor, **_: Any) -> None:
    """Take what was only wanted for a cancelled visit off the lists."""
    operations.withdraw_good_faith(appointment, at=now(), by=by)
    operations.release_authorization(appointment, at=now(), by=by)


def listen() -> None:
    """Hear of visits that were booked, moved or cancelled."""
    appointment_booked.connect(ask_soon, dispatch_uid="scheduling.ask_booked")
    appointment_moved.connect(ask_soon, dispatch_uid="scheduling.ask_moved")
    appointment_cancelled.connect(forget_promise, dispatch_uid="scheduling.forget_promise")


@task()
def verify_upcoming(practice_id: str) -> int:
    """Ask again about the coming visits of one practice where the answer is stale."""
    return operations.verify_upcoming(by=the_clock(UUID(practice_id)))


@task()
def verify_everywhere() -> int:
    """Ask again about the coming visits of every practice: every hour, so that it is early."""
    practices = practice_ids()
    for practice_id in practices:
        verify_upcoming.enqueue(str(practice_id))
    return len(practices)
