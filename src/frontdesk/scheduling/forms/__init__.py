"""What a request about the schedule may say."""

from frontdesk.scheduling.forms.booking import At, Book, Cancel, Find, Look, Move, Pointed, Show
from frontdesk.scheduling.forms.fields import providers, sites, visit_types
from frontdesk.scheduling.forms.hours import BlockForm, Off, PreferenceForm
from frontdesk.scheduling.forms.setup import WEEKDAYS, EndSession, SessionForm
from frontdesk.scheduling.forms.types import VisitTypeForm

__all__ = [
    "WEEKDAYS",
    "At",
    "BlockForm",
    "Book",
    "Cancel",
    "EndSession",
    "Find",
    "Look",
    "Move",
    "Off",
    "Pointed",
    "PreferenceForm",
    "SessionForm",
    "Show",
    "VisitTypeForm",
    "providers",
    "sites",
    "visit_types",
]
