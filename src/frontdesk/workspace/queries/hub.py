"""What the patient's page shows of them: header, next visit, tabs, and the panels of the rooms."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.people.forms import LANGUAGES
from frontdesk.people.models import Patient
from frontdesk.people.queries import charts_of, contacts_of, family_of
from frontdesk.scheduling.models import Appointment
from frontdesk.ui import figures
from frontdesk.visits.queries import sheet as visit_sheet

JUST_NOW = timedelta(hours=12)  # a visit that began this long ago is still the one at hand
_PANELS = {
    # tab: (room's panel, what one needs to see it)
    "visits": (("scheduling", "scheduling.view"), ("visits", "visits.view")),
    "documents": (("records", "records.view"),),
    "account": (("ledger", "ledger.view"),),
    "communication": (("comms", "comms.view"),),
}
_BESIDE = (("coverage", "coverage.view"), ("ledger", "ledger.view"))


@dataclass(frozen=True, slots=True)
class Tab:
    """One part of the chart."""

    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(slots=True)
class Hub:
    """The chart as its page shows it."""

    patient: Patient
    at: datetime
    tab: str
    tabs: list[Tab]
    facts: list[str]
    alerts: list[dict[str, str]]
    photo_url: str = ""
    merged: list[Patient] = field(default_factory=list)
    panels: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)

    @property
    def header(self) -> dict[str, Any]:
        """The patient as the header draws them."""
        patient = self.patient
        names = ("name", "pronouns", "birth_date", "chart_number")
        return {"photo_url": self.photo_url, **{name: getattr(patient, name) for name in names}}

    @property
    def language(self) -> str:
        """The language they speak, in words."""
        return str(dict(LANGUAGES).get(self.patient.language, self.patient.language))


def hub(patient: Patient, tab: str, at: datetime, *, by: Actor) -> Hub:
    """Return what the chart's page shows around one tab."""
    charts = charts_of(patient)
    merged = list(Patient.objects.filter(pk__in=charts[1:]).order_by("chart_number"))
    every = [patient, *merged]
    return Hub(
        patient=patient,
        at=at,
        tab=tab,
        tabs=_tabs(patient, tab, by),
        facts=_facts(patient),
        alerts=_alerts(patient),
        photo_url=reverse("people:photo", args=[patient.pk]) if patient.photo else "",
        merged=merged,
        panels=_panels(_PANELS.get(tab, ()), every, by),
        beside=_panels(_BESIDE, every, by) if tab == "overview" else [],
    )


def next_visit(patient: Patient, at: datetime) -> visit_sheet.Sheet | None:
    """Return the visit at hand or the next one, with what is missing for it."""
    found = (
        visit_sheet.appointments()
        .filter(
            patient=patient,
            starts_at__gte=at - JUST_NOW,
            status__in=[Appointment.Status.BOOKED, Appointment.Status.ARRIVED],
        )
        .order_by("starts_at")
        .first()
    )
    return visit_sheet.sheet(found, at) if found else None


def people_around(patient: Patient) -> dict[str, Any]:
    """Return who belongs to the patient: family, contacts, who answers for the bill, provider."""
    return {
        "contacts": list(contacts_of(patient)),
        "family": list(family_of(patient)[:8]),
        "guarantor": patient.guarantor,
        "provider": patient.provider,
    }


def _tabs(patient: Patient, current: str, by: Actor) -> list[Tab]:
    named = [
        ("overview", _("Overview"), "people.view"),
        ("visits", _("Visits"), "visits.view"),
        ("documents", _("Documents"), "records.view"),
        ("account", _("Account"), "ledger.view"),
        ("communication", _("Communication"), "comms.view"),
        ("details", _("Details"), "people.view"),
    ]
    return [
        Tab(label, _tab_url(patient, tab), tab == current)
        for tab, label, permission in named
        if by.may(permission)
    ]


def _tab_url(patient: Patient, tab: str) -> str:
    if tab == "overview":
        return reverse("workspace:patient", args=[patient.pk])
    return reverse("workspace:patient_tab", args=[patient.pk, tab])


def _facts(patient: Patient) -> list[str]:
    reached = patient.get_preferred_channel_display().lower()
    facts = []
    if patient.phone:
        facts.append(
            _("%(phone)s, %(how)s first") % {"phone": figures.phone(patient.phone), "how": reached}
        )
    return [*facts, str(dict(LANGUAGES).get(patient.language, patient.language))]


def _alerts(patient: Patient) -> list[dict[str, str]]:
    alerts = []
    if patient.alert:
        alerts.append({"text": patient.alert, "tone": "red", "icon": "alert-octagon"})
    if patient.needs_interpreter:
        alerts.append({"text": _("Interpreter"), "tone": "slate", "icon": "language"})
    if patient.status != Patient.Status.ACTIVE:
        alerts.append({"text": patient.get_status_display(), "tone": "slate", "icon": "archive"})
    return alerts


def _panels(rooms: tuple[tuple[str, str], ...], charts: list[Patient], by: Actor) -> list[str]:
    """Return the addresses of the rooms' panels, for the chart and for those merged into it."""
    found = []
    for room, permission in rooms:
        if not by.may(permission):
            continue
        for chart in charts:
            try:
                found.append(reverse(f"{room}:panel", args=[chart.pk]))
            except NoReverseMatch:
                break
    return found
