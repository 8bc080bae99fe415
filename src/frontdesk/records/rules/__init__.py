"""Decisions about files, forms, cards and licences: no database, no clock."""

from frontdesk.records.rules.files import (
    ENDINGS,
    JPEG,
    MOST_BYTES,
    PDF,
    PNG,
    Fault,
    fault_of,
    kind_of,
)

__all__ = ["ENDINGS", "JPEG", "MOST_BYTES", "PDF", "PNG", "Fault", "fault_of", "kind_of"]
