"""What can be done with patients: register, correct, look at, reach, merge, bring in."""

from frontdesk.people.operations.around import (
    add_contact,
    retire_contact,
    say_consent,
)
from frontdesk.people.operations.charts import (
    answer_for_bill,
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
from frontdesk.people.operations.imports import (
    LARGEST_FILE,
    begin,
    bring_in,
    bring_in_patients,
    give_up,
    try_out,
    upload,
)

__all__ = [
    "LARGEST_FILE",
    "add_contact",
    "answer_for_bill",
    "begin",
    "bring_in",
    "bring_in_patients",
    "change_status",
    "edit",
    "give_up",
    "keep_apart",
    "merge",
    "open_chart",
    "propose_duplicates",
    "register",
    "retire_contact",
    "say_consent",
    "take_photo",
    "try_out",
    "unmerge",
    "upload",
]
