"""What can be done about people who work here and about the work that waits."""

from frontdesk.staff.operations.work import (
    assign_work,
    close_work,
    dismiss_work,
    open_work,
    reopen_work,
    settle_work,
    snooze_work,
)

__all__ = [
    "assign_work",
    "close_work",
    "dismiss_work",
    "open_work",
    "reopen_work",
    "settle_work",
    "snooze_work",
]
