"""Promises of time: what can be booked, when people work, what is held and booked."""

from frontdesk.scheduling.models.booking import (
    Appointment,
    Change,
    Hold,
    Occupancy,
)
from frontdesk.scheduling.models.hours import (
    Session,
    TimeOff,
)
from frontdesk.scheduling.models.types import (
    Phase,
    VisitType,
)

__all__ = [
    "Appointment",
    "Change",
    "Hold",
    "Occupancy",
    "Phase",
    "Session",
    "TimeOff",
    "VisitType",
]
