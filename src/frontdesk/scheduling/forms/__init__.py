"""What a request about the schedule may say."""

from frontdesk.scheduling.forms.booking import At, Book, Cancel, Find, Look, Move, Pointed, Show
from frontdesk.scheduling.forms.fields import providers, sites, visit_types
from frontdesk.scheduling.forms.setup import (
    WEEKDAYS,
    EndSession,
    Off,
    SessionForm,
    VisitTypeForm,
)

__all__ = [
    "WEEKDAYS",
    "At",
    "Book",
    "Cancel",
    "EndSession",
    "Find",
    "Look",
    "Move",
    "Off",
    "Pointed",
    "SessionForm",
    "Show",
    "VisitTypeForm",
    "providers",
    "sites",
    "visit_types",
]
