"""Files of patients in the forms in which other systems give them, read into plain rows."""

from frontdesk.people.exchange.files import Table, read_table
from frontdesk.people.exchange.parts import Large, Part, look_through, unpacked_size
from frontdesk.people.exchange.patients import (
    FIELDS,
    PatientRow,
    Reading,
    Rejected,
    guess_mapping,
    read_patients,
    rejected_csv,
)

__all__ = [
    "FIELDS",
    "Large",
    "Part",
    "PatientRow",
    "Reading",
    "Rejected",
    "Table",
    "guess_mapping",
    "look_through",
    "read_patients",
    "read_table",
    "rejected_csv",
    "unpacked_size",
]
