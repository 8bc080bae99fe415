"""What can be done to the schedule."""

from frontdesk.scheduling.operations.booking import (
    book,
    double_book,
    hold,
    release,
    reschedule,
    take_over,
)
from frontdesk.scheduling.operations.bring_in import AppointmentRow, bring_in_appointments
from frontdesk.scheduling.operations.keeping import (
    arrive,
    cancel,
    confirm,
    fulfil,
    no_show,
    restore,
    unarrive,
)
from frontdesk.scheduling.operations.setup import (
    PhaseSaid,
    add_session,
    change_session,
    end_session,
    end_time_off,
    save_visit_type,
    take_time_off,
)
from frontdesk.scheduling.operations.taking import Taken
from frontdesk.scheduling.operations.verifying import ask_about_coverage, verify_upcoming

__all__ = [
    "AppointmentRow",
    "PhaseSaid",
    "Taken",
    "add_session",
    "arrive",
    "ask_about_coverage",
    "book",
    "bring_in_appointments",
    "cancel",
    "change_session",
    "confirm",
    "double_book",
    "end_session",
    "end_time_off",
    "fulfil",
    "hold",
    "no_show",
    "release",
    "reschedule",
    "restore",
    "save_visit_type",
    "take_over",
    "take_time_off",
    "unarrive",
    "verify_upcoming",
]
