"""What scheduling announces. Rooms above it may react; scheduling does not know who does."""

from datetime import datetime
from typing import Any, NamedTuple

from django.dispatch import Signal


class Left(NamedTuple):
    """The time that a moved visit left behind."""

    starts_at: datetime
    ends_at: datetime
    provider: Any
    site: Any
    room: Any = None


appointment_booked = Signal()  # appointment, by
appointment_moved = Signal()  # appointment, left, by
appointment_cancelled = Signal()  # appointment, by
freed_time_due = Signal()  # freed, not_before: it is looked at again, from that instant on
repair_asked = Signal()  # repair
