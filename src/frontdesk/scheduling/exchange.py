"""Our appointments as calendar files (RFC 5545, RFC 5546), and on paper for a day without power."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from frontdesk.comms.rules import Enclosure
from frontdesk.core.later import Later
from frontdesk.core.paper import pdf
from frontdesk.practice.models import Practice
from frontdesk.scheduling.models import Appointment, VisitType
from frontdesk.scheduling.queries.modes import video_address

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = Later("icalendar")

PRODUCT = "-//Frontdesk//Appointments//EN"
REQUEST, CANCEL = "REQUEST", "CANCEL"
REFRESH = timedelta(minutes=15)
_KIT = Path(__file__).parent / "templates" / "scheduling" / "kit.typ"


def calendar_file(
    appointment: Appointment, practice: Practice, *, method: str, at: datetime
) -> Enclosure:
    """Return the .ics file that puts a visit into a calendar, changes it, or takes it out.

    The UID stays for the life of the appointment and its sequence counts the changes, so a
    calendar knows which file is newer. Times are in the site's zone. Nothing says why the
    patient comes: a calendar is seen by others.
    """
    zone = ZoneInfo(appointment.site.time_zone)
    event = icalendar.Event()
    event.add("uid", f"{appointment.pk}@frontdesk")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(zone))
    event.add("dtend", appointment.ends_at.astimezone(zone))
    event.add("summary", f"Visit at {practice.name}")
    event.add("location", _where(appointment, practice))
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("transp", "OPAQUE")
    if practice.email:
        organizer = icalendar.vCalAddress(f"mailto:{practice.email}")
        organizer.params["CN"] = icalendar.vText(practice.name)
        event["organizer"] = organizer
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_clock_changes(zone, appointment.starts_at.year))
    calendar.add_component(event)
    content_type = f"text/calendar; method={method}; charset=utf-8"
    return Enclosure("visit.ics", content_type, calendar.to_ical())


@cache
def _clock_changes(zone: ZoneInfo, year: int) -> "icalendar.Timezone":
    """Return what a calendar must know of the zone; the same for every visit of a year."""
    return icalendar.Timezone.from_tzinfo(
        zone, first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1)
    )


def _where(appointment: Appointment, practice: Practice) -> str:
    """Return the place that a calendar shows: the office, or the address of a video visit."""
    if appointment.visit_type.mode == VisitType.Mode.IN_PERSON:
        return ", ".join([appointment.site.name, *appointment.site.address_lines])
    return video_address(appointment, practice) or practice.name


def feed(visits: Iterable[Appointment], name: str) -> bytes:
    """Return a provider's visits as a calendar that is asked for again and again.

    Nothing in it says who comes or why: only that the time is booked, how long, and where. It is
    the same, byte for byte, as long as nothing in the book changes.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for one in visits:
        event = icalendar.Event()
        event.add("uid", f"{one.pk}@frontdesk")
        event.add("sequence", one.sequence)
        event.add("dtstamp", one.booked_at.astimezone(UTC))
        event.add("dtstart", one.starts_at.astimezone(UTC))
        event.add("dtend", one.ends_at.astimezone(UTC))
        event.add("summary", _("Booked: %(n)s min") % {"n": one.minutes})
        event.add("location", one.site.name)
        event.add("class", "PRIVATE")
        event.add("transp", "OPAQUE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def kit_pdf(told: dict[str, Any]) -> bytes:
    """Return the downtime kit as a PDF: schedules, phone list, blank forms."""
    return pdf(_KIT, told, fonts=False, tags=False)
