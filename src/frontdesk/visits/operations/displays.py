"""Links of the waiting room: the lobby's display, and a patient's own place in line."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from frontdesk.comms import operations as comms
from frontdesk.comms.models import Link, Message
from frontdesk.comms.operations.messages import Way
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Site
from frontdesk.visits.models import Visit

DISPLAY_LASTS = timedelta(days=730)
POSITION_LASTS = timedelta(hours=12)


@operation("visits.policy")
def open_display(site: Site, *, at: datetime, by: Actor) -> comms.Made:
    """Make the address of a display for the site's waiting room; it shows numbers only."""
    return comms.make_link(
        "lobby", patient=None, subject=site, expires_at=at + DISPLAY_LASTS, by=by
    )


@operation("visits.policy")
def end_display(link: Link, *, by: Actor) -> Link:
    """Take a display's address back: it shows nothing any more."""
    if link.purpose != "lobby":
        raise Refused(_("This is no display."))
    return comms.end_link(link, because="Taken back in Settings", by=by)


@operation("visits.arrive")
def make_position(visit: Visit, *, at: datetime, by: Actor) -> comms.Made:
    """Make the address of the patient's place in line, to be read from the screen of the desk."""
    if not visit.is_here:
        raise Refused(_("Only who is here has a place in line."))
    return comms.make_link(
        "position",
        patient=visit.patient,
        subject=visit,
        expires_at=at + POSITION_LASTS,
        by=by,
    )


@operation("visits.arrive")
def send_position(visit: Visit, *, at: datetime, by: Actor) -> Message | None:
    """Send the patient their place in line, the way they want to be reached; once a visit."""
    if not visit.is_here:
        raise Refused(_("Only who is here has a place in line."))
    return comms.tell(
        visit.patient,
        "visit.position",
        {"patient": visit.patient.first_name, "practice": visit.practice.name},
        once=f"position:{visit.pk}",
        subject=visit,
        place=visit.site,
        link=Way("position", at + POSITION_LASTS),
        until=at + POSITION_LASTS,
        is_urgent=True,
        at=at,
        by=by,
    )
