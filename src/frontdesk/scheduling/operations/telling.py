"""What a patient is told about their visit, in the transaction that changed it."""

from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import override

from frontdesk.comms.models import Message
from frontdesk.comms.operations import Way, drop, tell
from frontdesk.comms.queries import waiting_about
from frontdesk.comms.rules import language_of
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.practice.models import Practice, Site
from frontdesk.scheduling import exchange
from frontdesk.scheduling.models import Appointment

_FORMATS = {"en": "l, F j, Y, g:i A", "es": r"l j \d\e F \d\e Y, g:i A"}
LINK = "appointment"  # the purpose of a link with which a patient answers for one visit


def tell_booked(appointment: Appointment, *, at: datetime, by: Actor) -> None:
    """Confirm a visit, with a file for the patient's calendar."""
    _tell(appointment, "appointment.booked", exchange.REQUEST, at=at, by=by)


def tell_moved(appointment: Appointment, *, was: datetime, at: datetime, by: Actor) -> None:
    """Say the new time and that the old one is gone."""
    _drop_what_waits(appointment, "The visit has moved.", at=at, by=by)
    _tell(appointment, "appointment.moved", exchange.REQUEST, was=was, at=at, by=by)


def tell_cancelled(appointment: Appointment, *, at: datetime, by: Actor) -> None:
    """Say that the visit is off, and take it out of the patient's calendar."""
    _drop_what_waits(appointment, "The visit is cancelled.", at=at, by=by)
    _tell(appointment, "appointment.cancelled", exchange.CANCEL, at=at, by=by)


def facts_of(appointment: Appointment, practice: Practice) -> dict[str, str]:
    """Return what a message about a visit may say, in the patient's language."""
    site, language = appointment.site, language_of(appointment.patient.language)
    return {
        "patient": appointment.patient.name,
        "when": written(appointment.starts_at, site, language),
        "provider": appointment.provider.full_name,
        "site": site.name,
        "address": ", ".join(site.address_lines),
        "phone": site.phone or practice.phone,
        "practice": practice.name,
    }


def written(instant: datetime, site: Site, language: str) -> str:
    """Write an instant by the site's clock, as a patient reads it."""
    with override(language):
        return date_format(local(site, instant), _FORMATS[language])


def way_to(appointment: Appointment) -> Way:
    """Return the link with which the patient answers for the visit, until it begins."""
    return Way(LINK, appointment.starts_at)


def _tell(
    appointment: Appointment,
    kind: str,
    method: str,
    *,
    at: datetime,
    by: Actor,
    was: datetime | None = None,
) -> Message | None:
    """Write the message where a way to the patient is open and the visit is still to come."""
    if appointment.starts_at <= at:
        return None
    practice = Practice.objects.get(pk=by.practice_id)
    facts = facts_of(appointment, practice)
    if was is not None:
        language = language_of(appointment.patient.language)
        facts["was"] = written(was, appointment.site, language)
    return tell(
        appointment.patient,
        kind,
        facts,
        attachments=[exchange.calendar_file(appointment, practice, method=method, at=at)],
        subject=appointment,
        once=f"{kind}:{appointment.pk}:{appointment.sequence}",
        place=appointment.site,
        link=None if method == exchange.CANCEL else way_to(appointment),
        until=appointment.starts_at - timedelta(minutes=10),
        at=at,
        by=by,
    )


def _drop_what_waits(appointment: Appointment, because: str, *, at: datetime, by: Actor) -> None:
    """Keep back what still waits to be sent about the visit as it was."""
    for message in waiting_about(appointment.pk):
        drop(message, because=because, at=at, by=by)
