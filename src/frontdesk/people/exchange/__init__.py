"""Files of patients in the forms in which other systems give them, read into plain rows."""

from frontdesk.people.exchange.files import Table, read_table
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
    "PatientRow",
    "Reading",
    "Rejected",
    "Table",
    "guess_mapping",
    "read_patients",
    "read_table",
    "rejected_csv",
]
