"""Board, drawer and readiness gate ask for exactly the forms that check-in asks for."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontdesk.core.clock import now
from frontdesk.records import operations as records
from frontdesk.scheduling import queries as scheduling
from frontdesk.scheduling.models import Appointment
from frontdesk.visits import operations
from frontdesk.visits.models import CheckIn
from frontdesk.visits.queries import plan_of
from frontdesk.visits.queries.board import Look, board
from frontdesk.visits.queries.sheet import sheet

RULES = {
    "everybody": {},
    "this-type": {"visit_types": ["office"]},
    "other-type": {"visit_types": ["surgery"]},
    "medicare": {"payers": ["MEDICARE"]},
    "self": {"payers": ["self-pay"]},
    "teen": {"age_from": 12, "age_to": 17},
    "here": {"states": ["OH"]},
    "elsewhere": {"states": ["PA"]},
}


@pytest.fixture(autouse=True)
def _a_monday_morning(clinic):
    with time_machine.travel("2026-11-23T15:00:00Z", tick=False):
        manager = clinic.role("manager")
        with clinic.writing():
            clinic.site.state = "OH"
            clinic.site.save()
            clinic.visit_type.code = "office"
            clinic.visit_type.save()
        for key, rule in RULES.items():
            records.save_form(key=key, language="en", title=key, body="x", by=manager)
            if rule:
                records.save_rule(key, **rule, by=manager)
        yield


def asked(clinic, appointment):
    """Return how many forms check-in, drawer, board and gate miss."""
    with clinic.reading():
        one = Appointment.objects.select_related(
            "patient", "site", "visit_type", "provider", "practice"
        ).get(pk=appointment.pk)
        due = len(plan_of(one).forms_due)
        said = [next(c["says"] for c in sheet(one, now()).checks if c["label"] == "Forms")]
        gate = scheduling.readiness([one])[one.pk]
        said.append(next(check.says for check in gate.checks if check.name == "forms"))
        shown = board(clinic.site, now().date(), now(), Look(is_whole=True))
        marks = [
            card.ready["forms"]
            for lane in shown.lanes
            for card in lane.cards
            if card.booked.pk == one.pk
        ]
    return due, {int(words.split()[0]) for words in said}, marks


@pytest.mark.parametrize(
    ("born", "payer", "days", "missing"),
    [
        (date(1980, 5, 4), None, {}, 4),  # everybody, this type, here, self-pay
        (date(2012, 1, 1), None, {}, 5),  # and the teen's
        (date(1950, 5, 4), "MEDICARE", {}, 4),
        (date(1980, 5, 4), "AETNA", {}, 3),
        (date(1950, 5, 4), "MEDICARE", {"ends_on": date(2026, 11, 22)}, 4),  # over: self-pay
        (date(1950, 5, 4), "MEDICARE", {"starts_on": date(2026, 11, 24)}, 4),  # not yet
    ],
)
def test_all_ask_for_the_forms_of_type_age_payer_and_state(clinic, born, payer, days, missing):
    patient = clinic.patient(birth_date=born)
    if payer:
        clinic.policy(patient, clinic.payer(payer), **days)
    booked = clinic.booked(at=now() + timedelta(hours=1), patient=patient)
    assert asked(clinic, booked) == (missing, {missing}, ["stop"])


def test_who_pays_themselves_at_check_in_gets_that_form_on_the_board(clinic):
    patient = clinic.patient()
    clinic.policy(patient, clinic.payer("AETNA"))
    booked = clinic.booked(at=now(), patient=patient)
    for key in ("everybody", "this-type", "here"):
        with clinic.reading():
            form = next(s.form for s in plan_of(booked).forms if s.form.key == key)
        records.sign_consent(
            patient, form=form, signed_name="Ann Lee", signed_as="self", at=now(),
            on=now().date(), by=clinic.anybody(),
        )  # fmt: skip
    visit = operations.arrive(booked, at=now(), by=clinic.anybody())

    def mark():
        with clinic.reading():
            (card,) = [c for lane in board(clinic.site, visit.on, now()).lanes for c in lane.cards]
            return card.ready["forms"]

    assert mark() == "ok"
    with clinic.writing():
        held = CheckIn.objects.get(visit=visit)
        held.pays = CheckIn.Pays.SELF_PAY
        held.save()
    assert mark() == "warn"


def test_the_board_and_the_gate_ask_the_database_as_often_for_many(clinic):
    def cost():
        with clinic.reading(), CaptureQueriesContext(connection) as made:
            board(clinic.site, now().date(), now(), Look(is_whole=True))
            scheduling.readiness(list(Appointment.objects.all()))
        return len(made)

    payer = clinic.payer("MEDICARE")
    for number in range(2):
        patient = clinic.patient(f"A{number}")
        clinic.policy(patient, payer)
        clinic.booked(at=now() + timedelta(hours=1), patient=patient)
    few = cost()
    for number in range(12):
        patient = clinic.patient(f"B{number}")
        clinic.policy(patient, payer)
        clinic.booked(at=now() + timedelta(hours=1), patient=patient)
    assert cost() == few
