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
from frontdesk.scheduling.queries.people import (
    Sheet,
    appointments,
    coming,
    gone_by,
    holds,
    sheet,
    standing_hold,
)
from frontdesk.scheduling.queries.plan import busy_days, day_plan, providers_at, week_plan

__all__ = [
    "AFTERNOON",
    "ANY",
    "MORNING",
    "Found",
    "Opening",
    "Sheet",
    "appointments",
    "busy_days",
    "coming",
    "day_plan",
    "day_sheet",
    "find_a_time",
    "gone_by",
    "holds",
    "openings",
    "providers_at",
    "sheet",
    "standing_hold",
    "week_plan",
]
