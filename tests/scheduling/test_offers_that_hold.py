"""Nobody is offered a time that booking would refuse them."""

from datetime import time, timedelta

import pytest

from frontdesk.core.clock import now
from frontdesk.practice.models import Interpreter
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.models import TimeOff
from frontdesk.scheduling.queries import backfill
from tests.scheduling.test_waitlist import (
    MONDAY,
    booked,
    cancel,
    clock,
    desk,
    freed,
    offers,
    person,
    waiting,
    work,
)

__all__ = ["clock", "desk"]


def prefers(clinic, kind, number=0, **more):
    said = {"kind": kind, "number": number, "visit_type_ids": [], "weekdays": [], **more}
    operations.save_preference(
        None, clinic.provider, said, on=MONDAY, by=clinic.role("manager")
    )  # fmt: skip


def refused(clinic):
    with clinic.reading():
        (time,) = freed(clinic)
        found = backfill.consider(time, now(), backfill.rule_for(None))
    return [one.refused for one in found]


def test_against_a_preference_nobody_is_asked_and_the_desk_sees_why(clinic, desk):
    waiting(clinic, "Ann", 20)
    lost = booked(clinic, person(clinic, "Bo"), 4, 16)
    prefers(clinic, "not_after", visit_type_ids=[str(clinic.visit_type.pk)], starts=time(15))
    cancel(lost, desk)
    work(clinic)
    assert offers(clinic) == []
    assert refused(clinic) == ["Dr. Okafor begins none of these at 3:00 PM or later: Follow-up"]


def test_where_nobody_can_interpret_who_needs_it_is_not_asked(clinic, desk):
    with clinic.writing():
        iris = Interpreter.objects.create(name="Iris", languages=["es"])
    rosa = booked(clinic, person(clinic, "Rosa", language="es", needs_interpreter=True), 20)
    operations.want_earlier(rosa, at=now(), by=desk)
    lost = booked(clinic, person(clinic, "Bo"), 4)
    with clinic.writing():
        TimeOff.objects.create(
            resource_kind="interpreter", resource_id=iris.pk, because="Away",
            starts_at=lost.starts_at, ends_at=lost.ends_at,
        )  # fmt: skip
    waiting(clinic, "Ann", 20, 10)
    cancel(lost, desk)
    work(clinic)
    assert [offer.patient.first_name for offer in offers(clinic)] == ["Ann"]
    assert "nobody who interprets is free then" in refused(clinic)


@pytest.mark.parametrize("minutes", [20, 40])
def test_ones_own_visit_of_that_day_neither_counts_nor_stands_in_the_way(clinic, desk, minutes):
    with clinic.writing():
        clinic.visit_type.is_new_patient = True
        clinic.visit_type.minutes = minutes
        clinic.visit_type.save()
    prefers(clinic, "most_new", 2)
    lost = booked(clinic, person(clinic, "Bo"), 4)
    wait = waiting(clinic, "Ann", 4, 9, minutes)
    cancel(lost, desk)
    work(clinic)
    (offer,) = offers(clinic)
    accepted = operations.accept_offer(offer, at=now() + timedelta(minutes=1), by=desk)
    assert accepted.status == "accepted"
    assert accepted.appointment_id == wait.appointment_id


def test_the_times_shown_for_somebody_are_those_they_can_have(clinic, desk):
    """Their other visit is in the way, their own is not."""
    ann = person(clinic, "Ann")
    wait = operations.want_earlier(booked(clinic, ann, 20), at=now(), by=desk)
    ill = booked(clinic, ann, 1, 10)  # with the notice they need this would be the first
    with clinic.reading():
        shown = [one.starts_at for one in queries.times_for(wait, now(), limit=40)]
    assert shown[0] == ill.starts_at + timedelta(minutes=20)


def test_who_needs_an_interpreter_who_comes_along_is_asked_late_as_well(clinic, desk):
    """Somebody interprets in their language and is booked with the visit: nothing is missing."""
    with clinic.writing():
        Interpreter.objects.create(name="Iris", languages=["es"])
    rosa = person(clinic, "Rosa", language="es", needs_interpreter=True)
    operations.join_waitlist(rosa, clinic.visit_type, at=now(), by=desk)
    lost = booked(clinic, person(clinic, "Bo"), 1, 16)  # tomorrow: too late to look for one
    cancel(lost, desk)
    work(clinic)
    (offer,) = offers(clinic)
    assert offer.patient == rosa
    assert operations.accept_offer(offer, at=now(), by=desk).status == "accepted"


def test_nobody_calls_about_a_time_for_who_has_died(clinic, desk):
    wait = waiting(clinic, "Ann", 20)
    with clinic.writing():
        ann = wait.appointment.patient
        ann.status = ann.Status.DECEASED
        ann.save()
    cancel(booked(clinic, person(clinic, "Bo"), 4), desk)
    work(clinic)
    assert offers(clinic) == []
    with clinic.reading():
        assert queries.on_the_list() == []
