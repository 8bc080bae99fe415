"""What can be done about people who work here and about the work that waits."""

from frontdesk.staff.operations.sign_in import (
    add_second_step,
    enter_practice,
    miss_sign_in,
    remove_second_step,
    set_password,
    sign_in,
    sign_off,
    sign_out,
)
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
    "add_second_step",
    "assign_work",
    "close_work",
    "dismiss_work",
    "enter_practice",
    "miss_sign_in",
    "open_work",
    "remove_second_step",
    "reopen_work",
    "set_password",
    "settle_work",
    "sign_in",
    "sign_off",
    "sign_out",
    "snooze_work",
]
