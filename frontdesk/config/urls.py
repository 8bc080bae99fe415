"""Where everything answers: one line a room."""

from importlib.util import find_spec

from django.urls import include, path

_ROOMS = {
    "": "workspace",
    "ui/": "ui",
    "settings/practice/": "practice",
    "staff/": "staff",
    "codes/": "coding",
    "people/": "people",
    "messages/": "comms",
    "ledger/": "ledger",
    "coverage/": "coverage",
    "documents/": "records",
    "schedule/": "scheduling",
    "visits/": "visits",
    "billing/": "billing",
}

urlpatterns = [
    path(prefix, include(f"frontdesk.{room}.urls"))
    for prefix, room in _ROOMS.items()
    if find_spec(f"frontdesk.{room}.urls")
]
