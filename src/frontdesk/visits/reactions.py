"""What visits do on news from below."""

from datetime import datetime
from typing import Any

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.ledger.models import Payment
from frontdesk.ledger.signals import card_taken
from frontdesk.records.models import Reading
from frontdesk.records.signals import picture_read
from frontdesk.scheduling.models import Appointment
from frontdesk.scheduling.signals import appointment_booked
from frontdesk.visits import operations
from frontdesk.visits.operations import another_day


def compare(sender: object, *, reading: Reading, by: Actor, **_: Any) -> None:
    """Put what was read from a card or a licence beside what we hold."""
    if reading.status == Reading.Status.READ:
        operations.compare_reading(reading, at=now(), by=by)


def let_go(sender: object, *, appointment: Appointment, by: Actor, **_: Any) -> None:
    """Let who came too late go, once they have another day."""
    another_day.leave_for(appointment, at=now(), by=by)


def count(sender: object, *, payment: Payment, at: datetime, by: Actor, **_: Any) -> None:
    """Answer the step that waited for the gateway."""
    if payment.visit_id:
        operations.count_card(payment, at=at, by=by)


def listen() -> None:
    """Hear of pictures that were read, and of visits that were booked."""
    appointment_booked.connect(let_go, dispatch_uid="visits.another_day")
    card_taken.connect(count, dispatch_uid="visits.count_card")
    picture_read.connect(compare, dispatch_uid="visits.compare_reading")
