"""What an office needs on paper when its computers don't work."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import phonenumbers
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from frontdesk.core.clock import local
from frontdesk.practice.models import Practice, Site
from frontdesk.scheduling.models import Appointment
from frontdesk.scheduling.queries.days import between
from frontdesk.scheduling.rules.time import clock_words

DAYS = 4  # the day itself and the next three


def kit(site: Site, on: date, at: datetime, days: int = DAYS) -> dict[str, Any]:
    """Return the downtime kit of a site as plain data: schedules, phone list, words of forms."""
    practice = Practice.objects.get(pk=site.practice_id)
    rows = list(between(site, on, days).exclude(status=Appointment.Status.CANCELLED))
    every = [on + timedelta(days=n) for n in range(days)]
    made = local(site, at)
    stamp = f"{date_format(made, 'D, M j, Y')}, {clock_words(made.time())}"
    return {
        "title": _("Downtime kit: %(site)s") % {"site": site.name},
        "lines": [practice.name, _phone(site.phone or practice.phone), _("made %s") % stamp],
        "footer": _("Confidential: patients' data. Keep locked away, shred when the next is made. ")
        + stamp,
        "days": [_day(site, day, rows) for day in every],
        "phones": _phones(rows),
        "words": _words(),
    }


def _day(site: Site, day: date, rows: Sequence[Appointment]) -> dict[str, Any]:
    mine = [one for one in rows if local(site, one.starts_at).date() == day]
    mine.sort(key=lambda one: (one.provider.last_name, str(one.provider_id), one.starts_at))
    return {
        "title": date_format(day, "l, F j"),
        "providers": [
            _of_provider(site, provider.full_name, list(visits))
            for provider, visits in groupby(mine, key=lambda one: one.provider)
        ],
    }


def _of_provider(site: Site, name: str, visits: Sequence[Appointment]) -> dict[str, Any]:
    said = _("%(n)s visits") % {"n": len(visits)} if len(visits) != 1 else _("1 visit")
    return {"name": name, "says": said, "rows": [_row(site, one) for one in visits]}


def _row(site: Site, one: Appointment) -> list[str]:
    patient = one.patient
    interpreted = _(" (interpreter)") if patient.needs_interpreter else ""
    return [
        clock_words(local(site, one.starts_at).time()),
        f"{patient.name}{interpreted}",
        f"{patient.birth_date:%m/%d/%Y}",
        patient.chart_number,
        _phone(patient.phone),
        f"{one.visit_type}, {one.minutes} min",
        one.room.name if one.room else "",
        "", "", "",
    ]  # fmt: skip


def _phones(rows: Sequence[Appointment]) -> list[list[str]]:
    patients = {one.patient_id: one.patient for one in rows}.values()
    by_name = sorted(patients, key=lambda one: (one.last_name, one.first_name))
    return [[f"{one.last_name}, {one.first_name}", _phone(one.phone)] for one in by_name]


def _phone(number: str) -> str:
    try:
        read = phonenumbers.parse(number, "US")
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.NATIONAL)


def _words() -> dict[str, Any]:
    """Return what stands on the blank forms."""
    return {
        "how": _(
            "Write down when each patient came, was roomed and left. Enter it from this sheet "
            "when the computers work again, the oldest visit first."
        ),
        "head": [
            _("Time"), _("Patient"), _("Born"), _("Chart"), _("Phone"), _("Visit"), _("Room"),
            _("Came"), _("Roomed"), _("Left"),
        ],
        "nothing": _("nothing is booked."),
        "phones": _("Phone list"),
        "check_in": _("Check-in on paper"),
        "check_in_fields": [
            _("Name"), _("Date of birth"), _("Address"), _("Phone"), _("E-mail"),
            _("Insurance, member ID"), _("Who holds the policy"), _("Emergency contact, phone"),
            _("Why you come today"), _("Copay taken: $, how"),
        ],
        "check_in_ticks": [
            _("Photo ID seen"), _("Insurance card copied"), _("Forms signed"),
            _("Second identifier asked"),
        ],
        "signature": _("Signature"),
        "date": _("Date"),
        "encounter": _("Encounter form"),
        "encounter_fields": [
            _("Patient"), _("Born"), _("Chart"), _("Date"), _("Provider"), _("Room"),
        ],
        "times": _("Times"),
        "stations": [
            _("Arrived"), _("Roomed"), _("With provider"), _("Check-out"), _("Left"), _("No-show"),
        ],
        "diagnoses": _("Diagnoses (ICD-10-CM)"),
        "services": _("Services (CPT/HCPCS)"),
        "service_head": [_("What"), _("Code"), _("Modifiers"), _("Units"), _("Pointers")],
        "money": [_("Paid today: $"), _("How"), _("Next visit"), _("Signed")],
    }  # fmt: skip
