"""The patient's header over the pages of a visit."""

from typing import Any

from django.utils.translation import gettext as _

from frontdesk.core.clock import local
from frontdesk.visits.models import Stage, Visit
from frontdesk.visits.queries.shapes import LOOKS
from frontdesk.visits.rules import flow


def head(visit: Visit) -> dict[str, Any]:
    """Return what `ui/components/patient_header.html` shows for a visit, and its clock."""
    patient, kind = visit.patient, visit.appointment.visit_type
    wall = local(visit.site, visit.appointment.starts_at)
    time = f"{wall.hour % 12 or 12}:{wall:%M} {'AM' if wall.hour < 12 else 'PM'}"
    alerts = []
    if patient.alert:
        alerts.append({"text": patient.alert, "tone": "red", "icon": "alert-octagon"})
    if patient.needs_interpreter:
        language = patient.language.upper()
        text = _("Interpreter: %(language)s") % {"language": language}
        alerts.append({"text": text, "tone": "slate", "icon": "language"})
    return {
        "facts": [f"{kind.name}, {time}, {visit.provider.short_name}"],
        "alerts": alerts,
        "look": LOOKS[Stage(visit.stage)],
        "limit": flow.limit_of(visit.stage, kind.minutes),
        "alert": flow.LIMITS.get(visit.stage),
    }
