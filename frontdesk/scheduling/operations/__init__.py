"""What can be done to the schedule."""

from frontdesk.scheduling.operations.booking import (
    book,
    double_book,
    hold,
    release,
    reschedule,
    take_over,
)
from frontdesk.scheduling.operations.keeping import (
    arrive,
    cancel,
    confirm,
    fulfil,
    no_show,
    restore,
    unarrive,
)
from frontdesk.scheduling.operations.taking import Taken

__all__ = [
    "Taken",
    "arrive",
    "book",
    "cancel",
    "confirm",
    "double_book",
    "fulfil",
    "hold",
    "no_show",
    "release",
    "reschedule",
    "restore",
    "take_over",
    "unarrive",
]
