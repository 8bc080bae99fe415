"""The ground: money, days, operations, the audit chain, the practice's walls."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction

from frontdesk.core import audit
from frontdesk.core.actor import Actor
from frontdesk.core.clock import day_bounds
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.models import AuditEntry, Counter, Revision
from frontdesk.core.operation import CATALOGUE, attempt, operation
from frontdesk.core.scoping import Unscoped, guard, practice_scope
from frontdesk.people.models import Patient
from frontdesk.scheduling.models import Appointment
from tests.clinic import NEW_YORK, Clinic


@pytest.fixture
def rename():
    """Two operations made for these tests: one ordinary, one that always asks."""

    def rename(patient, *, to, by):
        """Give a patient another first name."""
        patient = Patient.objects.lock(patient.pk)
        patient.first_name = to
        patient.save()
        return patient

    rename.__module__ = "frontdesk.people.operations"
    yield operation("people.edit")(rename)
    CATALOGUE.pop("people.rename", None)


@pytest.fixture
def rename_twice():
    """An operation made for these tests, whose first step fails."""

    def rename_twice(patient, *, first, last, by):
        """Fail to give a first name; give a last name all the same."""
        with suppress(Refused), attempt():
            patient.first_name = first
            patient.save()
            raise Refused("Not this one.")
        if last is None:
            raise Refused("Neither.")
        patient.last_name = last
        patient.save()

    rename_twice.__module__ = "frontdesk.people.operations"
    yield operation("people.edit")(rename_twice)
    CATALOGUE.pop("people.rename_twice", None)


def test_days_have_23_24_or_25_hours(clinic):
    def hours(day):
        opens, closes = day_bounds(clinic.site, day)
        return (closes.timestamp() - opens.timestamp()) / 3600

    days = (date(2026, 3, 8), date(2026, 11, 21), date(2026, 11, 1))
    assert [hours(day) for day in days] == [23, 24, 25]


def test_nothing_is_saved_outside_an_operation(clinic):
    patient = clinic.patient()
    with practice_scope(clinic.practice.pk):
        for save in (
            lambda: Patient.objects.create(first_name="No", last_name="Body"),
            lambda: Patient.objects.update(first_name="Every"),
            lambda: Patient.objects.all().delete(),
            lambda: Patient.objects.bulk_create([Patient(first_name="Bulk")]),
            lambda: Patient.objects.bulk_update([patient], ["first_name"]),
            lambda: patient.save(),
            lambda: patient.delete(),
        ):
            patient.first_name = "Changed"
            with pytest.raises(audit.Unaudited), transaction.atomic():
                save()


def test_a_step_that_failed_is_neither_recorded_nor_taken_for_saved(clinic, rename_twice):
    patient = clinic.patient("Ann", "Lee")

    rename_twice(patient, first="Anna", last="Ley", by=clinic.actor("people.edit"))

    entry = AuditEntry.objects.filter(practice_id=clinic.practice.pk).get()
    assert [change["changed"] for change in entry.changes] == [
        {"first_name": ["Ann", "Anna"], "last_name": ["Lee", "Ley"]}  # what the last save wrote
    ]
    with practice_scope(clinic.practice.pk):
        kept = Patient.objects.get(pk=patient.pk)
    assert (kept.first_name, kept.last_name) == ("Anna", "Ley")


def test_what_an_operation_failed_to_save_is_saved_by_the_next(clinic, rename_twice):
    patient = clinic.patient("Ann", "Lee")
    actor = clinic.actor("people.edit")
    with pytest.raises(Refused):
        rename_twice(patient, first="Anna", last=None, by=actor)
    patient.middle_name = "Rose"

    with clinic.writing():
        patient.save()

    with practice_scope(clinic.practice.pk):
        kept = Patient.objects.get(pk=patient.pk)
    assert (kept.first_name, kept.middle_name) == ("Anna", "Rose")


def test_an_operation_asks_records_and_chains(clinic, rename):
    patient = clinic.patient()

    rename(patient, to="Anna", by=clinic.actor("people.edit"))
    rename(patient, to="Anne", by=clinic.actor("people.edit"))

    first, second = AuditEntry.objects.filter(practice_id=clinic.practice.pk).order_by("number")
    assert (first.actor, first.operation, first.patient_id, first.rooms) == (
        "Maria",
        "people.rename",
        patient.pk,
        "people",
    )
    assert first.changes == [
        {
            "record": "people.Patient",
            "pk": str(patient.pk),
            "changed": {"first_name": ["Ann", "Anna"]},
        }
    ]
    assert second.previous == first.digest == first.computed_digest()
    assert Revision.objects.get(practice_id=clinic.practice.pk).digest == second.digest


def test_a_refused_operation_keeps_nothing(clinic, rename):
    patient = clinic.patient()

    with pytest.raises(NotPermitted):
        rename(patient, to="Anna", by=clinic.actor("people.find"))

    assert not AuditEntry.objects.filter(practice_id=clinic.practice.pk).exists()


def test_another_practice_sees_and_changes_nothing(clinic, other, rename):
    patient = clinic.patient()

    with pytest.raises(Patient.DoesNotExist):
        rename(patient, to="Theirs", by=other.actor("people.edit"))
    with other.reading():
        assert list(Patient.objects.all()) == []
    with other.writing(), pytest.raises(audit.Unaudited, match="another practice"):
        patient.save()
    with pytest.raises(Unscoped):
        Patient.objects.count()


def test_a_foreign_key_never_leads_into_another_practice(clinic, other):
    theirs = clinic.patient()
    appointment = other.booked(at=_nine())
    with other.writing():
        appointment.patient_id = theirs.pk
        appointment.save()

    with other.reading():
        found = Appointment.objects.get(pk=appointment.pk)
        with pytest.raises(Patient.DoesNotExist):
            _ = found.patient
        assert list(Appointment.objects.select_related("patient")) == []


def test_sql_that_names_no_practice_is_caught(clinic):
    with (
        connection.execute_wrapper(guard),
        pytest.raises(Unscoped),
        connection.cursor() as cursor,
    ):
        cursor.execute('SELECT "people_patient"."id" FROM "people_patient"')


def test_numbers_people_read_are_given_once_in_a_practice(clinic, other):
    with clinic.reading():
        assert [Counter.take("receipt", start=1001) for _ in range(3)] == [1001, 1002, 1003]
        assert Counter.take("receipt", count=10) == 1004
        assert Counter.take("receipt") == 1014
    with other.reading():
        assert Counter.take("receipt", start=1001) == 1001


def test_free_text_stays_out_of_the_audit(clinic):
    from frontdesk.staff.models import WorkItem

    with practice_scope(clinic.practice.pk), audit.recording() as made:
        WorkItem.objects.create(
            kind="x", title="Call back", detail="Private words", pool="biller", opened_at=_nine()
        )

    assert made.changes[0]["changed"]["detail"] == audit.HIDDEN


def test_money_refuses_half_cents(clinic):
    from frontdesk.core.money import MoneyField

    field = MoneyField()
    assert field.get_prep_value(Decimal("0.10")) == 10
    with pytest.raises(ValueError, match="whole number of cents"):
        field.get_prep_value(Decimal("0.105"))


def test_a_status_moves_only_along_its_table():
    assert Appointment.lifecycle.move("booked", Appointment.Status.ARRIVED) == "arrived"
    with pytest.raises(Refused, match="Cancelled cannot become arrived"):
        Appointment.lifecycle.move("cancelled", Appointment.Status.ARRIVED)


def test_an_actor_has_just_what_it_holds():
    practice = Clinic.__name__
    actor = Actor(name="Maria", practice_id=practice, permissions=frozenset({"people.find"}))

    assert actor.may("people.find")
    with pytest.raises(NotPermitted, match=r"people\.merge"):
        actor.require("people.merge")


def _nine():
    from datetime import datetime

    return datetime(2026, 11, 23, 9, 0, tzinfo=NEW_YORK)
