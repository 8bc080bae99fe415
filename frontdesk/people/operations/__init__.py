"""What can be done with patients: register, correct, look at, reach, merge, bring in."""

from frontdesk.people.operations.around import (
    add_contact,
    choose_guarantor,
    retire_contact,
    say_consent,
)
from frontdesk.people.operations.charts import (
    change_status,
    edit,
    open_chart,
    register,
    take_photo,
)
from frontdesk.people.operations.duplicates import (
    keep_apart,
    merge,
    propose_duplicates,
    unmerge,
)

__all__ = [
    "add_contact",
    "change_status",
    "choose_guarantor",
    "edit",
    "keep_apart",
    "merge",
    "open_chart",
    "propose_duplicates",
    "register",
    "retire_contact",
    "say_consent",
    "take_photo",
    "unmerge",
]
