"""What follows when a time comes free, and what the clock asks of waitlist and readiness."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django_tasks import task

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, FreedTime
from frontdesk.scheduling.queries.freed_times import freed_at_once
from frontdesk.scheduling.queries.not_ready import not_ready
from frontdesk.scheduling.signals import (
    Left,
    appointment_booked,
    appointment_cancelled,
    appointment_moved,
    freed_time_due,
)
from frontdesk.staff.queries import practice_ids, the_clock

Because = FreedTime.Because


@task()
def look_for_takers(practice_id: str, freed_id: str) -> str:
    """Do the next thing for a freed time; return how it stands. Nobody is asked twice."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        freed = FreedTime.objects.get(pk=freed_id)
        return operations.look_for_takers(freed, at=now(), by=clock).status


@task()
def tidy_waitlist(practice_id: str) -> int:
    """Do for one practice what a lost job left undone."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        return operations.tidy_waitlist(at=now(), by=clock)


@task()
def tidy_everywhere() -> int:
    """Tidy the waitlist of every practice: every ten minutes."""
    practices = practice_ids()
    for practice_id in practices:
        tidy_waitlist.enqueue(str(practice_id))
    return len(practices)


@task()
def watch_readiness(practice_id: str) -> int:
    """Put what stops coming visits on the work list, and take off what is settled."""
    clock, at = the_clock(UUID(practice_id)), now()
    with practice_scope(clock.practice_id):
        stopped = not_ready(at, state="red")  # a second or two: nobody waits meanwhile
        return operations.watch_readiness(at=at, by=clock, stopped=stopped)


@task()
def watch_readiness_everywhere() -> int:
    """Judge the coming visits of every practice: every hour, so that it is done before morning."""
    practices = practice_ids()
    for practice_id in practices:
        watch_readiness.enqueue(str(practice_id))
    return len(practices)


def on_cancelled(sender: object, *, appointment: Appointment, by: Actor, **_: Any) -> None:
    """Note the time that a cancelled visit leaves, in the same transaction."""
    at = appointment.cancelled_at or now()
    operations.settle_waits(appointment, at=at, by=by)
    left = Left(
        appointment.starts_at,
        appointment.ends_at,
        appointment.provider,
        appointment.site,
        appointment.room,
    )
    _note(appointment, left, Because.CANCELLED, at, by)


def on_moved(
    sender: object, *, appointment: Appointment, by: Actor, left: Left | None = None, **_: Any
) -> None:
    """Note the time that a moved visit leaves, moved by hand or by the repair of a day."""
    if left is not None:
        _note(appointment, left, Because.MOVED, now(), by)


def on_booked(sender: object, *, appointment: Appointment, **_: Any) -> None:
    """Look again at a freed time in which somebody was booked: it is not free any more."""
    for freed in freed_at_once(appointment):
        enqueue_look(FreedTime, freed=freed, not_before=None)


def enqueue_look(
    sender: object, *, freed: FreedTime, not_before: datetime | None, **_: Any
) -> None:
    """Leave the job behind in the transaction that made it due."""
    later = look_for_takers if not_before is None else look_for_takers.using(run_after=not_before)
    later.enqueue(str(freed.practice_id), str(freed.pk))


def listen() -> None:
    """Hear of visits that were booked, moved, cancelled, and of times that are due."""
    appointment_cancelled.connect(on_cancelled, dispatch_uid="scheduling.freed_cancelled")
    appointment_moved.connect(on_moved, dispatch_uid="scheduling.freed_moved")
    appointment_booked.connect(on_booked, dispatch_uid="scheduling.freed_booked")
    freed_time_due.connect(enqueue_look, dispatch_uid="scheduling.freed_due")


def _note(appointment: Appointment, left: Left, because: Because, at: datetime, by: Actor) -> None:
    operations.note_freed(
        left,
        visit_type=appointment.visit_type,
        because=because,
        once=f"{appointment.pk}:{appointment.sequence}",
        appointment=appointment,
        at=at,
        by=by,
    )
