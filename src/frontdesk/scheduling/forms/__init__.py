"""What a request about the schedule may say."""

from frontdesk.scheduling.forms.booking import (
    At,
    Book,
    Cancel,
    Find,
    Listed,
    Look,
    Move,
    MoveAnyway,
    Pointed,
    Show,
    Shown,
)
from frontdesk.scheduling.forms.fields import providers, sites, visit_types
from frontdesk.scheduling.forms.hours import BlockForm, Off, PreferenceForm
from frontdesk.scheduling.forms.repair import Applied, Ended, Late, Out, Wished
from frontdesk.scheduling.forms.setup import WEEKDAYS, EndSession, SessionForm
from frontdesk.scheduling.forms.types import VisitTypeForm

__all__ = [
    "WEEKDAYS",
    "Applied",
    "At",
    "BlockForm",
    "Book",
    "Cancel",
    "EndSession",
    "Ended",
    "Find",
    "Late",
    "Listed",
    "Look",
    "Move",
    "MoveAnyway",
    "Off",
    "Out",
    "Pointed",
    "PreferenceForm",
    "SessionForm",
    "Show",
    "Shown",
    "VisitTypeForm",
    "Wished",
    "providers",
    "sites",
    "visit_types",
]
