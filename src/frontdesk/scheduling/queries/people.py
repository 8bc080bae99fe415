"""Appointments of one patient, and one appointment with all that is said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from frontdesk.comms.models import Message
from frontdesk.comms.queries import about
from frontdesk.core.clock import local, now
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, Change, Hold, Wait
from frontdesk.scheduling.queries.readiness import Check, readiness
from frontdesk.scheduling.queries.reminders import Line
from frontdesk.scheduling.queries.reminders import steps_ahead as reminders_of
from frontdesk.scheduling.queries.risk import Risk, risk_of
from frontdesk.scheduling.queries.waitlist import waits_of
from frontdesk.staff.models import Provider

PAST_SHOWN = 8
Status = Appointment.Status


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of an appointment's story."""

    text: str
    at: datetime
    by: str
    tone: str = "slate"


@dataclass(frozen=True, slots=True)
class Sheet:
    """An appointment with its story, its messages and whether all is ready."""

    appointment: Appointment
    trail: list[Happened]
    messages: list[Message]
    reminders: list[Line]
    checks: Sequence[Check]
    wait: Wait | None = None  # on the waitlist for something earlier
    risk: Risk | None = None  # that it is missed


def appointments() -> QuerySet[Appointment]:
    """Return appointments with what a page says of them."""
    return Appointment.objects.select_related("patient", "provider", "site", "room", "visit_type")


def holds() -> QuerySet[Hold]:
    """Return holds with what a page says of them."""
    return Hold.objects.select_related("visit_type", "provider", "site", "room")


def standing_hold(provider: Provider, starts_at: datetime, at: datetime) -> Hold | None:
    """Return the hold that keeps a provider's time, if one does."""
    kept = holds().filter(provider=provider, status=Hold.Status.HELD, expires_at__gt=at)
    return kept.filter(starts_at__lte=starts_at, ends_at__gt=starts_at).first()


def sheet(appointment: Appointment) -> Sheet:
    """Return an appointment as its drawer shows it."""
    changes = appointment.changes.select_related("was_provider").order_by("-at", "-pk")
    trail = [_happened(change, appointment.site) for change in changes]
    booked = Happened(_("Booked"), appointment.booked_at, appointment.booked_by)
    is_coming = appointment.status == Status.BOOKED
    return Sheet(
        appointment,
        [*trail, booked],
        list(about(appointment.pk)),
        reminders_of(appointment, now()),
        readiness([appointment])[appointment.pk].checks if is_coming else (),
        waits_of([appointment.patient_id]).filter(appointment=appointment).first(),
        risk_of(appointment),
    )


def coming(patient: Patient, at: datetime) -> QuerySet[Appointment]:
    """Return the visits that a patient still comes to, the next first."""
    mine = appointments().filter(patient=patient, ends_at__gt=at)
    return mine.filter(status__in=(Status.BOOKED, Status.ARRIVED)).order_by("starts_at")


def gone_by(patient: Patient, at: datetime) -> QuerySet[Appointment]:
    """Return the last visits of a patient, missed and cancelled ones too, the latest first."""
    mine = appointments().filter(patient=patient, starts_at__lte=at)
    return mine.exclude(status=Status.ARRIVED).order_by("-starts_at")[:PAST_SHOWN]


def _happened(change: Change, site: Site) -> Happened:
    tones = {
        Change.Kind.CANCELLED: "red",
        Change.Kind.NO_SHOW: "red",
        Change.Kind.CONFIRMED: "green",
    }
    text = str(Change.Kind(change.kind).label)
    if change.was_starts_at is not None:
        was = local(site, change.was_starts_at)
        when = f"{was:%a, %b} {was.day}, " + f"{was:%I:%M %p}".lstrip("0")
        text = _("Moved from %(when)s, %(who)s") % {"when": when, "who": change.was_provider}
    if change.because:
        text = f"{text}: {change.because}"
    return Happened(text, change.at, change.by_name, tones.get(Change.Kind(change.kind), "slate"))
