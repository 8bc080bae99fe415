"""Questions about the schedule."""

from frontdesk.scheduling.queries.days import day_sheet
from frontdesk.scheduling.queries.openings import (
    AFTERNOON,
    ANY,
    MORNING,
    Found,
    Opening,
    find_a_time,
    openings,
)

__all__ = [
    "AFTERNOON",
    "ANY",
    "MORNING",
    "Found",
    "Opening",
    "day_sheet",
    "find_a_time",
    "openings",
]
