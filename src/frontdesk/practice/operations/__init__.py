"""What can be done to the practice, its places and its rules."""

from frontdesk.practice.operations.places import (
    change_practice,
    decide_holidays,
    finish_setup,
    found,
    save_closure,
    save_device,
    save_interpreter,
    save_room,
    save_site,
)
from frontdesk.practice.operations.rules import (
    activate_rule,
    add_example,
    add_starters,
    bring_rule,
    drop_example,
    note_replay,
    propose_rule,
    retire_rule,
    save_rule,
)

__all__ = [
    "activate_rule",
    "add_example",
    "add_starters",
    "bring_rule",
    "change_practice",
    "decide_holidays",
    "drop_example",
    "finish_setup",
    "found",
    "note_replay",
    "propose_rule",
    "retire_rule",
    "save_closure",
    "save_device",
    "save_interpreter",
    "save_room",
    "save_rule",
    "save_site",
]
