"""Visits that lack something, and who could interpret at them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from frontdesk.core.clock import local
from frontdesk.practice.models import Interpreter
from frontdesk.scheduling.models import Appointment, Occupancy, Phase
from frontdesk.scheduling.queries.intake import language_words
from frontdesk.scheduling.queries.readiness import Check, Readiness, readiness

AHEAD = timedelta(days=14)  # how far the work list looks


@dataclass(frozen=True, slots=True)
class NotReady:
    """One line of the work list: a visit, what it lacks, and how many days are left for it."""

    appointment: Appointment
    ready: Readiness
    days_left: int

    @property
    def first(self) -> Check:
        """What to do first."""
        return self.ready.missing[0]


def not_ready(at: datetime, *, state: str = "", check: str = "") -> list[NotReady]:
    """Return the coming visits that lack something, those with the fewest days left first.

    `state` red or amber, and `check` the name of one, leave out the others.
    """
    coming = list(
        Appointment.objects.filter(
            status=Appointment.Status.BOOKED, starts_at__gt=at, starts_at__lt=at + AHEAD
        )
        .select_related("patient", "site", "provider", "visit_type")
        .order_by("starts_at", "pk")
    )
    found = readiness(coming, at)
    rows = [
        NotReady(one, found[one.pk], _days_left(one, found[one.pk], at))
        for one in coming
        if found[one.pk].missing
    ]
    kept = [
        row
        for row in rows
        if state in ("", row.ready.worst)
        and (not check or any(one.name == check for one in row.ready.missing))
    ]
    return sorted(kept, key=lambda row: (row.days_left, row.appointment.starts_at))


def interpreters_for(appointment: Appointment) -> list[tuple[Interpreter, str]]:
    """Return who interprets the patient's language there, each with why not, or nothing."""
    spoken = appointment.patient.language.partition("-")[0]
    taken = dict(
        Occupancy.objects.filter(
            resource_kind=Phase.Role.INTERPRETER,
            is_active=True,
            starts_at__lt=appointment.ends_at,
            starts_at__gt=appointment.starts_at - timedelta(days=1),
            ends_at__gt=appointment.starts_at,
        ).values_list("resource_id", "ends_at")
    )
    found = []
    for one in Interpreter.objects.filter(is_active=True).order_by("name"):
        speaks = any(str(tag).partition("-")[0] == spoken for tag in one.languages)
        is_here = not one.site_ids or str(appointment.site_id) in one.site_ids
        if speaks and is_here:
            until = taken.get(one.pk)
            clock = f"{local(appointment.site, until):%I:%M %p}".lstrip("0") if until else ""
            found.append((one, _("taken until %(time)s") % {"time": clock} if clock else ""))
    return found


def _days_left(appointment: Appointment, ready: Readiness, at: datetime) -> int:
    today = local(appointment.site, at).date()
    return ((ready.clear_by or local(appointment.site, appointment.starts_at).date()) - today).days


def language_of(appointment: Appointment) -> str:
    """Return in words which language is to be interpreted."""
    return language_words(appointment.patient.language)
