"""The places of the house, in the order of a day. Each is shown when it exists and is allowed."""

from typing import cast

from django.http import HttpRequest

from frontdesk.core.http import Request
from frontdesk.office.queries import bills
from frontdesk.staff import queries
from frontdesk.ui.navigation import FOOT, NEW, Item


def build(request: HttpRequest) -> list[Item]:
    """Return every place; the shell leaves out what has no URL or is not permitted."""
    if getattr(request, "is_set_up", True):
        return PLACES
    return [SET_UP, *PLACES]


def _inbox_count(request: HttpRequest) -> int:
    actor = cast("Request", request).actor
    return queries.waiting(queries.work_near(actor)).count()


def _bills_count(request: HttpRequest) -> int:
    return bills.waiting_for(cast("Request", request).actor)


SET_UP = Item("Set up", "checklist", "workspace:setup", "practice.edit", "u")
PLACES = [
    Item("Today", "layout-board", "workspace:today", "visits.view", "t", prefixes=("visits",)),
    Item(
        "Schedule", "calendar", "scheduling:day", "scheduling.view", "s", prefixes=("scheduling",)
    ),
    Item(
        "Patients",
        "users",
        "people:patients",
        "people.find",
        "p",
        prefixes=("people", "workspace:patient"),
    ),
    Item(
        "Inbox",
        "inbox",
        "workspace:inbox",
        "staff.work",
        "i",
        count=_inbox_count,
        prefixes=("workspace:work",),
    ),
    Item(
        "Billing",
        "receipt",
        "billing:claims",
        "billing.view",
        "b",
        prefixes=("billing", "ledger", "reports"),
    ),
    Item(
        "Office",
        "building-store",
        "office:bills",
        "office.view",
        "o",
        count=_bills_count,
        prefixes=("office",),
    ),
    Item(
        "Charges",
        "file-dollar",
        "visits:charges",
        "visits.superbill",
        "c",
        prefixes=("visits:charge_", "visits:code_year"),
    ),
    Item(
        "Figures",
        "chart-bar",
        "scheduling:figures:access",
        "scheduling.figures",
        "f",
        prefixes=("scheduling:figures",),
    ),
    Item(
        "Settings",
        "settings",
        "workspace:settings",
        place=FOOT,
        prefixes=(
            "practice",
            "staff",
            "coding",
            "comms",
            "workspace:contract",
            "workspace:practice_",
            "workspace:profile",
        ),
    ),
    Item("Audit", "history", "workspace:audit", "audit.view", place=FOOT),
    Item("Patient", "user-plus", "people:new", "people.register", "p", place=NEW, drawer=True),
    Item(
        "Appointment",
        "calendar-plus",
        "scheduling:find",
        "scheduling.book",
        "a",
        place=NEW,
        drawer=True,
    ),
    Item("Payment", "cash", "ledger:take", "ledger.take_payment", "m", place=NEW, drawer=True),
    Item("Task", "checkbox", "workspace:new_work", "staff.work", "t", place=NEW, drawer=True),
]
