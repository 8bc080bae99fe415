"""Questions about the practice, its places and its rules."""

from frontdesk.practice.queries.places import (
    Proposal,
    closures,
    devices,
    holiday_proposals,
    interpreters,
    is_closed,
    miles_between,
    office_clock,
    office_day,
    office_time,
    practice_of,
    rooms,
    sites,
    sites_of,
)

__all__ = [
    "Proposal",
    "closures",
    "devices",
    "holiday_proposals",
    "interpreters",
    "is_closed",
    "miles_between",
    "office_clock",
    "office_day",
    "office_time",
    "practice_of",
    "rooms",
    "sites",
    "sites_of",
]
