"""What can be done with documents, forms and what machines read."""

from frontdesk.records.operations.documents import (
    file_document,
    open_document,
    restore_document,
    void_document,
)
from frontdesk.records.operations.forms import (
    Signing,
    add_starter_forms,
    keep_paper,
    refuse_consent,
    retire_form,
    save_form,
    save_rule,
    sign_consent,
)
from frontdesk.records.operations.readings import ask_reading, note_by_hand, note_read

__all__ = [
    "Signing",
    "add_starter_forms",
    "ask_reading",
    "file_document",
    "keep_paper",
    "note_by_hand",
    "note_read",
    "open_document",
    "refuse_consent",
    "restore_document",
    "retire_form",
    "save_form",
    "save_rule",
    "sign_consent",
    "void_document",
]
