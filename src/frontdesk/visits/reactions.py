"""What visits do on news from below."""

from typing import Any

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.records.models import Reading
from frontdesk.records.signals import picture_read
from frontdesk.visits import operations


def compare(sender: object, *, reading: Reading, by: Actor, **_: Any) -> None:
    """Put what was read from a card or a licence beside what we hold."""
    if reading.status == Reading.Status.READ:
        operations.compare_reading(reading, at=now(), by=by)


def listen() -> None:
    """Hear of pictures that were read."""
    picture_read.connect(compare, dispatch_uid="visits.compare_reading")
