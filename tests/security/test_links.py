"""A link opens its own patient's things: every page behind one, walked with another's keys."""

import json
from datetime import date, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from frontdesk.billing.models import Statement
from frontdesk.comms import operations as comms
from frontdesk.core.clock import now
from frontdesk.core.models import AuditEntry
from frontdesk.coverage.models import GoodFaithEstimate
from frontdesk.people.models import Patient
from frontdesk.portal.rules import ITEMS
from frontdesk.scheduling.models import (
    Appointment,
    FreedTime,
    Lateness,
    LateNotice,
    Offer,
    PlannedVisit,
    Wait,
)
from frontdesk.staff.roles import LINK_PERMISSIONS
from frontdesk.visits.models import Ticket, Visit
from tests.security.routes import parameters, routes
from tests.security.samples import Samples
from tests.security.test_walls import fields_of, let_go_of, undone

OWNED = {"patient", "appointment", "visit"}  # whoever's these are, the record is
HER_NAME = "Quillfeather"


@pytest.fixture(autouse=True)
def _a_monday_morning():
    cache.clear()
    with time_machine.travel("2026-11-23T15:00:00Z", tick=False):
        yield


@pytest.fixture
def hers(clinic, settings, tmp_path):
    """Zelda Quillfeather, with a record of every kind."""
    settings.VAR = tmp_path
    samples = Samples(clinic)
    with clinic.writing():
        zelda = samples.held[Patient]
        zelda.first_name, zelda.last_name = "Zelda", HER_NAME
        zelda.email, zelda.mobile_phone = "zelda@example.net", "+16145559911"
        zelda.save()
        ticket = samples.one(Ticket)
        ticket.number = 901  # out of the way of the day's own numbers
        ticket.save()
    return samples


@pytest.fixture
def his(clinic, hers):
    """What a link of each purpose is about: Bo's visits, his offer, his notice of a delay."""
    bo = clinic.patient("Bo", "Chen", birth_date=date(1968, 3, 14), email="bo@example.org")
    soon, later = (clinic.booked(at=now() + timedelta(hours=n), patient=bo) for n in (2, 4))
    here = clinic.visit(at=now(), patient=bo)
    with clinic.writing():
        here.stage = "arrived"
        here.save()
        freed = copied(hers.one(FreedTime), once="his")
        wait = copied(hers.one(Wait), patient=bo, appointment=later)
        planned = copied(hers.one(PlannedVisit), patient=bo)
        offer = copied(hers.one(Offer), patient=bo, freed=freed, wait=wait, appointment=None)
        notice = LateNotice.objects.create(
            lateness=hers.one(Lateness), appointment=soon, promised_at=soon.starts_at,
            expected_at=soon.starts_at + timedelta(minutes=20),
        )  # fmt: skip
        estimate = copied(
            hers.one(GoodFaithEstimate), patient=bo, number=903, printed=b"%PDF", expected=1,
            appointment_id=None, replaces=None,
        )  # fmt: skip
        bill = copied(hers.one(Statement), patient=bo, number=902, document=None, lines=[], held=[])
    return {
        "appointment": soon,
        "book": planned,
        "check_in": soon,
        "estimate": estimate,
        "late": notice,
        "offer": offer,
        "pay": bill,
        "position": here,
        "lobby": clinic.site,
        "provider_calendar": clinic.provider,
        "unsubscribe": bo,
    }


def copied(record, **changes):
    """Return another record with the same values but for these."""
    fields = [f for f in record._meta.concrete_fields if f.name not in ("id", "practice", *changes)]
    values = {f.attname: getattr(record, f.attname) for f in fields}
    return type(record).objects.create(**values, **changes)


def owned_by(samples):
    """Return the key of every record that is hers, by its model."""
    return {
        model: key
        for model, key in samples.keys().items()
        if model is Patient or OWNED & {field.name for field in model._meta.concrete_fields}
    }


def as_it_stands(clinic, owned):
    """Return every value of what is hers, and how often somebody touched it."""
    zelda = owned[Patient]
    with clinic.reading():
        rows = {
            model._meta.label: [
                list(model.objects.filter(pk=key).values_list()),
                model.objects.filter(patient=zelda).count() if has_patient(model) else 0,
            ]
            for model, key in owned.items()
        }
    told = AuditEntry.objects.filter(practice_id=clinic.practice.pk, patient_id=zelda).count()
    return json.dumps([rows, told], default=str)


def has_patient(model):
    return any(field.name == "patient" for field in model._meta.concrete_fields)


def by_link():
    """Return every route that says which purpose of a link it is for."""
    return [route for route in routes() if getattr(route.view, "purpose", None)]


class Phone:
    """Bo's phone, with a link of one purpose, his birth date told."""

    def __init__(self, clinic, purpose, subject):
        patient = None if purpose in ("lobby", "provider_calendar") else Patient.objects.get(
            last_name="Chen"
        )  # fmt: skip
        made = comms.make_link(
            purpose, patient=patient, subject=subject, expires_at=now() + timedelta(days=1),
            by=clinic.anybody(),
        )  # fmt: skip
        self.secret = made.url.rstrip("/").rpartition("/")[2]
        self.browser = Client()
        self.browser.raise_request_exception = False
        self.browser.post(f"/l/{self.secret}/who/", {"birth_date": "3/14/1968"})

    def asks(self, route, keys, body):
        """Ask as a page would and as a form would; return each answer as (status, text)."""
        url = route.url(secret=self.secret, **keys)
        for ask in (self.browser.get, self.browser.post):
            answer = ask(url, body)
            text = "" if answer.streaming else answer.content.decode(errors="replace")
            let_go_of(answer)
            yield answer.status_code, text


def plain_of(route):
    """Return the values of what is no key in an address: every thing that check-in asks."""
    names = [name for name, _kind in route.converters]
    return [{"name": item} for item in ITEMS] if "name" in names else [{}]


def foreign_bodies(owned, fields):
    """Return forms whose every key is one of hers, by the name of the field where it fits."""
    named = {model._meta.model_name: str(key) for model, key in owned.items()}
    for model in (Patient, Appointment, Visit):
        rest = str(owned[model])
        names = {*parameters(), *fields}
        hers = {name: named.get(name.removesuffix("_id"), rest) for name in names}
        kept = {name: values[-1] for name, values in fields.items() if not is_key(values[-1])}
        yield {**hers, **kept}


def is_key(value):
    return len(value) == 36 and value.count("-") == 4


def test_there_is_a_page_of_every_purpose_to_walk(his):
    assert {route.view.purpose for route in by_link()} == set(his)
    assert set(LINK_PERMISSIONS) - {"kiosk"} == set(his)  # a tablet is paired, not linked


def test_a_link_shows_what_it_is_about(clinic, his):
    """The walk below would prove nothing if these links opened nothing."""
    for route in by_link():
        if route.name.removeprefix("portal:") != route.view.purpose:
            continue
        with undone(), clinic.reading():
            phone = Phone(clinic, route.view.purpose, his[route.view.purpose])
            assert next(phone.asks(route, {}, {}))[0] == 200, route.name


def test_another_patients_keys_open_nothing_behind_a_link(clinic, hers, his):
    owned = owned_by(hers)
    before, leaks = as_it_stands(clinic, owned), []
    for route in by_link():
        for model, key in owned.items() if route.keys else ():
            with undone(), clinic.reading():
                phone = Phone(clinic, route.view.purpose, his[route.view.purpose])
                for status, text in phone.asks(route, dict.fromkeys(route.keys, key), {}):
                    if status not in (404, 405) or HER_NAME in text:
                        leaks.append((route.name, model._meta.label, status))
                if as_it_stands(clinic, owned) != before:
                    leaks.append((route.name, model._meta.label, "changed"))
    assert leaks == []


def test_another_patients_keys_in_a_form_do_nothing_behind_a_link(clinic, hers, his):
    owned = owned_by(hers)
    before, leaks = as_it_stands(clinic, owned), []
    for route, plain in [(one, plain) for one in by_link() for plain in plain_of(one)]:
        if route.keys:
            continue
        with undone(), clinic.reading():
            phone = Phone(clinic, route.view.purpose, his[route.view.purpose])
            fields = fields_of(phone.browser.get(route.url(secret=phone.secret, **plain)))
            for body in foreign_bodies(owned, fields):
                for status, text in phone.asks(route, plain, body):
                    if status >= 500 or HER_NAME in text or "+16145559911" in text:
                        leaks.append((route.name, status))
            if as_it_stands(clinic, owned) != before:
                leaks.append((route.name, "changed"))
    assert leaks == []
