"""Everything that happened with a patient, from every room, in one line of time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from frontdesk.comms.models import Message
from frontdesk.core.actor import Actor
from frontdesk.core.clock import HasTimeZone, local
from frontdesk.coverage.models import EligibilityCheck
from frontdesk.ledger.models import Payment
from frontdesk.records.models import Consent, Document
from frontdesk.scheduling.models import Appointment
from frontdesk.visits.models import Visit

OF_EACH = 20  # events of each kind on the page
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    at: datetime
    icon: str
    text: str
    tone: str = "slate"
    more: str = ""
    amount: Decimal | None = None
    url: str = ""
    drawer: bool = False


Reader = Callable[[Sequence[UUID]], Iterable[Event]]


def timeline(charts: Sequence[UUID], show: str, *, by: Actor) -> list[Event]:
    """Return what happened, the newest first, of the kinds that are asked and permitted.

    `charts` are the patient's keys: their own, and those of charts merged into it.
    """
    events: list[Event] = []
    for kind, permission, read in _READERS:
        if show in ("all", kind) and by.may(permission):
            events += read(charts)
    return sorted(events, key=lambda event: event.at, reverse=True)[:SHOWN]


def by_month(events: Iterable[Event], place: HasTimeZone) -> list[tuple[str, list[Event]]]:
    """Group events under the month in which the clock on the place's wall showed them."""
    months = groupby(events, key=lambda event: date_format(local(place, event.at), "F Y"))
    return [(month, list(held)) for month, held in months]


def _kept_elsewhere(charts: Sequence[UUID]) -> Iterable[Event]:
    """Visits of before, of which only the appointment was brought in."""
    found = Appointment.objects.filter(
        patient__in=charts, status=Appointment.Status.FULFILLED, visit=None
    )
    for one in _newest(found.select_related("provider", "visit_type"), "starts_at"):
        names = {"kind": one.visit_type.name, "who": one.provider.short_name}
        yield Event(one.starts_at, "stethoscope", _("%(kind)s with %(who)s") % names, "blue")


def _visits(charts: Sequence[UUID]) -> Iterable[Event]:
    found = Visit.objects.filter(patient__in=charts).select_related(
        "provider", "appointment__visit_type"
    )
    for visit in found.order_by("-stage_since")[:OF_EACH]:
        kind = visit.appointment.visit_type.name
        yield Event(
            at=visit.appointment.starts_at,
            icon="stethoscope",
            tone="blue",
            text=_("%(kind)s with %(who)s") % {"kind": kind, "who": visit.provider.short_name},
            more=visit.appointment.reason,
            url=_url("visits:drawer", visit.appointment_id),
            drawer=True,
        )


def _appointments(charts: Sequence[UUID]) -> Iterable[Event]:
    gone = [Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW]
    found = Appointment.objects.filter(patient__in=charts, status__in=gone)
    for one in _newest(found.select_related("provider", "visit_type"), "starts_at"):
        names = {"kind": one.visit_type.name, "who": one.provider.short_name}
        if one.status == Appointment.Status.NO_SHOW:
            yield Event(
                one.starts_at, "user-x", _("Missed: %(kind)s with %(who)s") % names, "amber"
            )
        else:
            yield Event(
                one.starts_at,
                "calendar-x",
                _("Cancelled: %(kind)s with %(who)s") % names,
                more=one.cancelled_because,
            )


def _checks(charts: Sequence[UUID]) -> Iterable[Event]:
    found = EligibilityCheck.objects.filter(patient__in=charts).exclude(answered_at=None)
    for one in _newest(found.select_related("policy__subscription__plan__payer"), "answered_at"):
        payer = one.policy.subscription.plan.payer.name
        yield Event(
            one.answered_at or one.asked_at,
            "shield",
            f"{payer}: {one.get_status_display()}",
            tone="amber" if one.differences or one.rejected_because else "green",
            more=one.rejected_because or one.plan_name,
            url=_url("coverage:check", one.pk),
            drawer=True,
        )


def _payments(charts: Sequence[UUID]) -> Iterable[Event]:
    for one in _newest(Payment.objects.filter(patient__in=charts), "taken_at"):
        yield Event(
            one.taken_at,
            "cash",
            _("%(kind)s, %(method)s")
            % {"kind": one.get_kind_display(), "method": one.get_method_display()},
            tone="green" if not one.reversed_because else "amber",
            more=one.reversed_because,
            amount=one.amount,
        )


def _messages(charts: Sequence[UUID]) -> Iterable[Event]:
    for one in _newest(Message.objects.filter(patient__in=charts), "written_at"):
        yield Event(
            one.sent_at or one.written_at,
            "message-circle" if one.channel == "sms" else "mail",
            one.subject or one.get_channel_display(),
            tone="amber" if one.failed_because else "slate",
            more=one.failed_because or one.get_status_display(),
        )


def _documents(charts: Sequence[UUID]) -> Iterable[Event]:
    filed = Document.objects.filter(patient__in=charts, status=Document.Status.FILED)
    for one in _newest(filed, "captured_at"):
        yield Event(one.captured_at, "file-text", one.title, more=f"{one.get_kind_display()}")
    answers = Consent.objects.filter(patient__in=charts).select_related("form")
    for answer in _newest(answers, "answered_at"):
        yield Event(
            answer.answered_at,
            "signature",
            f"{answer.get_answer_display()}: {answer.form.title}",
            tone="green" if answer.signed_name else "amber",
            more=answer.because,
        )


def _newest(found: QuerySet[Any], field: str) -> QuerySet[Any]:
    return found.order_by(f"-{field}")[:OF_EACH]


def _url(name: str, pk: UUID) -> str:
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""


_READERS: tuple[tuple[str, str, Reader], ...] = (
    ("visits", "visits.view", _visits),
    ("visits", "scheduling.view", _appointments),
    ("visits", "visits.view", _kept_elsewhere),
    ("money", "coverage.view", _checks),
    ("money", "ledger.view", _payments),
    ("messages", "comms.view", _messages),
    ("documents", "records.view", _documents),
)
