"""What a patient is told about their visit, in the transaction that changed it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

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
from frontdesk.scheduling.models import Appointment, VisitType
from frontdesk.scheduling.queries import remembered
from frontdesk.scheduling.queries.modes import join_words

_FORMATS = {"en": "l, F j, Y, g:i A", "es": r"l j \d\e F \d\e Y, g:i A"}
_WAS = {"en": "was", "es": "antes:"}
LINK = "appointment"  # the purpose of a link with which a patient answers for one visit
BOOKED, MOVED = "appointment.booked", "appointment.moved"
_BY_MODE = {VisitType.Mode.VIDEO: "_video", VisitType.Mode.TELEPHONE: "_phone"}


def tell_booked(appointment: Appointment, *, at: datetime, by: Actor) -> None:
    """Confirm a visit, with a file for the patient's calendar."""
    _tell(appointment, _of_mode(BOOKED, appointment), exchange.REQUEST, at=at, by=by)


def tell_moved(appointment: Appointment, *, was: datetime, at: datetime, by: Actor) -> None:
    """Say the new time and that the old one is gone."""
    _drop_what_waits(appointment, "The visit has moved.", at=at, by=by)
    _tell(appointment, _of_mode(MOVED, appointment), exchange.REQUEST, was=was, at=at, by=by)


def tell_cancelled(appointment: Appointment, *, at: datetime, by: Actor) -> None:
    """Say that the visit is off, and take it out of the patient's calendar."""
    _drop_what_waits(appointment, "The visit is cancelled.", at=at, by=by)
    _tell(appointment, "appointment.cancelled", exchange.CANCEL, at=at, by=by)


def tell_several(
    appointments: Sequence[Appointment],
    *,
    were: Mapping[UUID, datetime] | None = None,
    at: datetime,
    by: Actor,
) -> None:
    """Tell each patient of several visits in one message; of a single one as usual.

    Told of a move, with when the visits `were`, they read the new and the old time of each.
    """
    for mine in _by_patient(appointments):
        if len(mine) == 1:
            _tell_one(mine[0], were, at=at, by=by)
            continue
        for one in mine if were else ():
            _drop_what_waits(one, "The visit has moved.", at=at, by=by)
        kind = "appointment.several_moved" if were else "appointment.several"
        _tell_together(mine, kind, exchange.REQUEST, were=were, at=at, by=by)


def _tell_one(
    one: Appointment, were: Mapping[UUID, datetime] | None, *, at: datetime, by: Actor
) -> None:
    if were:
        tell_moved(one, was=were[one.pk], at=at, by=by)
    else:
        tell_booked(one, at=at, by=by)


def tell_several_cancelled(appointments: Sequence[Appointment], *, at: datetime, by: Actor) -> None:
    """Say once that several visits are off, and take each out of the patient's calendar."""
    for mine in _by_patient(appointments):
        for one in mine:
            _drop_what_waits(one, "The visit is cancelled.", at=at, by=by)
        _tell_together(mine, "appointment.several_cancelled", exchange.CANCEL, at=at, by=by)


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
        "join": join_words(appointment, practice, language),
    }


def written(instant: datetime, site: Site, language: str) -> str:
    """Write an instant by the site's clock, as a patient reads it."""
    with override(language):
        return date_format(local(site, instant), _FORMATS[language])


def the_practice(by: Actor) -> Practice:
    """Return the practice, as the operation under way knows it already."""
    return remembered.recall(
        remembered.lately(), ("practice",), lambda: Practice.objects.get(pk=by.practice_id)
    )


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
    practice = the_practice(by)

    def facts() -> dict[str, str]:
        found = facts_of(appointment, practice)
        if was is not None:
            language = language_of(appointment.patient.language)
            found["was"] = written(was, appointment.site, language)
        return found

    return tell(
        appointment.patient,
        kind,
        facts,
        attachments=lambda: [exchange.calendar_file(appointment, practice, method=method, at=at)],
        subject=appointment,
        once=f"{kind}:{appointment.pk}:{appointment.sequence}",
        place=appointment.site,
        link=None if method == exchange.CANCEL else way_to(appointment),
        until=appointment.starts_at - timedelta(minutes=10),
        at=at,
        by=by,
    )


def _tell_together(
    mine: Sequence[Appointment],
    kind: str,
    method: str,
    *,
    were: Mapping[UUID, datetime] | None = None,
    at: datetime,
    by: Actor,
) -> None:
    coming = [one for one in mine if one.starts_at > at]
    if not coming:
        return
    practice, first = the_practice(by), coming[0]
    language = language_of(first.patient.language)
    dates = [_line(one, were, language) for one in coming]
    facts = facts_of(first, practice) | {"dates": "\n".join(dates), "count": str(len(coming))}
    tell(
        first.patient,
        kind,
        facts,
        attachments=lambda: [
            exchange.calendar_file(one, practice, method=method, at=at) for one in coming
        ],
        subject=first,
        once=f"{kind}:{first.pk}:{first.sequence}:{len(coming)}",
        place=first.site,
        until=first.starts_at - timedelta(minutes=10),
        at=at,
        by=by,
    )


def _line(one: Appointment, were: Mapping[UUID, datetime] | None, language: str) -> str:
    """Write one of several visits, and after a move when it was."""
    when = written(one.starts_at, one.site, language)
    line = f"{when}, {one.provider.full_name}, {one.site.name}"
    if not were:
        return line
    return f"{line} ({_WAS[language]} {written(were[one.pk], one.site, language)})"


def _by_patient(appointments: Sequence[Appointment]) -> list[list[Appointment]]:
    rows = sorted(appointments, key=lambda one: (str(one.patient_id), one.starts_at))
    return [list(mine) for _key, mine in groupby(rows, key=lambda one: one.patient_id)]


def _of_mode(kind: str, appointment: Appointment) -> str:
    return kind + _BY_MODE.get(VisitType.Mode(appointment.visit_type.mode), "")


def _drop_what_waits(appointment: Appointment, because: str, *, at: datetime, by: Actor) -> None:
    """Keep back what still waits to be sent about the visit as it was."""
    for message in waiting_about(appointment.pk):
        drop(message, because=because, at=at, by=by)
