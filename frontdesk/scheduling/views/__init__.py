"""The schedule on screen."""

from frontdesk.scheduling.views.appointment import (
    appointment,
    cancel,
    confirm,
    move,
    no_show,
    panel,
    restore,
    times,
)
from frontdesk.scheduling.views.booking import (
    book,
    find,
    hold,
    release,
    soonest,
    take_over,
    unbook,
)
from frontdesk.scheduling.views.day import day, paper, week
from frontdesk.scheduling.views.setup import (
    end_session,
    end_time_off,
    new_session,
    new_time_off,
    session,
    sessions,
    time_off,
    visit_type,
    visit_types,
)

__all__ = [
    "appointment",
    "book",
    "cancel",
    "confirm",
    "day",
    "end_session",
    "end_time_off",
    "find",
    "hold",
    "move",
    "new_session",
    "new_time_off",
    "no_show",
    "panel",
    "paper",
    "release",
    "restore",
    "session",
    "sessions",
    "soonest",
    "take_over",
    "time_off",
    "times",
    "unbook",
    "visit_type",
    "visit_types",
    "week",
]
