"""What a patient is told about their visit, in the transaction that changed it."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import override

from frontdesk.comms.operations import write_by_wording
from frontdesk.comms.rules import language_of
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.people.models import Channel
from frontdesk.people.queries import may_reach
from frontdesk.practice.models import Practice, Site
from frontdesk.scheduling import exchange
from frontdesk.scheduling.models import Appointment

_FORMATS = {"en": "l, F j, Y, g:i A", "es": r"l j \d\e F \d\e Y, g:i A"}


def tell_booked(appointment: Appointment, *, at: datetime, by: Actor) -> None:
    """Confirm a visit, with a file for the patient's calendar."""
    _tell(appointment, "appointment.booked", exchange.REQUEST, at=at, by=by)


def tell_moved(appointment: Appointment, *, was: datetime, at: datetime, by: Actor) -> None:
    """Say the new time and that the old one is gone."""
    _tell(appointment, "appointment.moved", exchange.REQUEST, was=was, at=at, by=by)


def tell_cancelled(appointment: Appointment, *, at: datetime, by: Actor) -> None:
    """Say that the visit is off, and take it out of the patient's calendar."""
    _tell(appointment, "appointment.cancelled", exchange.CANCEL, at=at, by=by)


def _tell(
    appointment: Appointment,
    kind: str,
    method: str,
    *,
    at: datetime,
    by: Actor,
    was: datetime | None = None,
) -> None:
    """Write the e-mail where the patient agreed to e-mail and the visit is still to come."""
    patient = appointment.patient
    if appointment.starts_at <= at or not may_reach(patient, Channel.EMAIL):
        return
    practice = Practice.objects.get(pk=by.practice_id)
    site, language = appointment.site, language_of(patient.language)
    facts = {
        "patient": patient.name,
        "when": _written(appointment.starts_at, site, language),
        "provider": appointment.provider.full_name,
        "site": site.name,
        "address": ", ".join(site.address_lines),
        "phone": site.phone or practice.phone,
        "practice": practice.name,
    }
    if was is not None:
        facts["was"] = _written(was, site, language)
    write_by_wording(
        patient,
        kind=kind,
        facts=facts,
        attachments=[exchange.calendar_file(appointment, practice, method=method, at=at)],
        subject_record=appointment,
        once=f"{kind}:{appointment.pk}:{appointment.sequence}",
        at=at,
        by=by,
    )


def _written(instant: datetime, site: Site, language: str) -> str:
    with override(language):
        return date_format(local(site, instant), _FORMATS[language])
