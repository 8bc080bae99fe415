"""What can be done about people who work here and about the work that waits."""

from frontdesk.staff.operations.members import (
    change_member,
    change_profile,
    end_pause,
    invite,
    save_provider,
    send_link,
)
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
    open_many,
    open_work,
    reopen_work,
    settle_all,
    settle_work,
    snooze_work,
)

__all__ = [
    "add_second_step",
    "assign_work",
    "change_member",
    "change_profile",
    "close_work",
    "dismiss_work",
    "end_pause",
    "enter_practice",
    "invite",
    "miss_sign_in",
    "open_many",
    "open_work",
    "remove_second_step",
    "reopen_work",
    "save_provider",
    "send_link",
    "set_password",
    "settle_all",
    "settle_work",
    "sign_in",
    "sign_off",
    "sign_out",
    "snooze_work",
]
