"""Saving one record: all of a new one, of one that is there what changed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from frontdesk.core import audit
from frontdesk.core.clock import now
from frontdesk.core.keys import new_key
from frontdesk.practice.models import Room
from frontdesk.scheduling.models import Appointment
from frontdesk.staff.models import Member


@pytest.fixture
def clinic(clinic):
    with clinic.writing():
        yield clinic


def said(act):
    with CaptureQueriesContext(connection) as asked:
        act()
    return [one["sql"] for one in asked if one["sql"].startswith(("INSERT", "UPDATE"))]


def test_what_is_saved_is_what_django_would_have_saved(clinic):
    booked = clinic.booked(at=now())
    kept = Appointment.objects.get(pk=booked.pk)
    assert kept._values() == booked._values()
    mine = {field.attname for field in Appointment._meta.concrete_fields}
    other = Appointment(**{name: getattr(kept, name) for name in mine - {"id"}}, id=new_key())
    models.Model.save(other, force_insert=True)
    raw = f'SELECT * FROM "{Appointment._meta.db_table}" WHERE "id" = %s AND "practice_id" = %s'  # noqa: S608
    practice = clinic.practice.pk
    rows = []
    with connection.cursor() as cursor:
        for key in (booked.pk, other.pk):
            keys = (key, practice)
            cursor.execute(raw, [one.hex for one in keys] if _on_disk() else keys)
            rows.append(dict(zip([c[0] for c in cursor.description], *cursor, strict=True)))
    assert rows[0] | {"id": None} == rows[1] | {"id": None}


def test_only_what_changed_is_written_and_nothing_where_nothing_did(clinic):
    booked = Appointment.objects.get(pk=clinic.booked(at=now()).pk)
    twin = Appointment.objects.get(pk=booked.pk)
    booked.reason = "Knee"
    [sql] = said(booked.save)
    assert '"reason"' in sql and '"starts_at"' not in sql.partition("WHERE")[0]
    assert said(booked.save) == []

    twin.ends_at += timedelta(minutes=5)
    twin.save()
    kept = Appointment.objects.get(pk=booked.pk)
    assert (kept.reason, kept.ends_at) == ("Knee", twin.ends_at), "neither undid the other"


def test_a_list_that_was_changed_in_its_place_is_written(clinic):
    member = Member.objects.get(pk=clinic.member("receptionist").pk)
    member.skills.append("phlebotomy")
    member.save()
    assert Member.objects.get(pk=member.pk).skills == ["phlebotomy"]


def test_what_the_database_works_out_and_choices_are_written_too(clinic):
    booked = Appointment.objects.get(pk=clinic.booked(at=now()).pk)
    booked.status = Appointment.Status.ARRIVED
    before, booked.sequence = booked.sequence, F("sequence") + 1
    booked.save()
    kept = Appointment.objects.get(pk=booked.pk)
    assert (kept.status, kept.sequence) == ("arrived", before + 1)


def test_what_the_database_refuses_can_be_saved_when_it_is_mended(clinic):
    booked = Appointment.objects.get(pk=clinic.booked(at=now()).pk)
    right = booked.ends_at
    booked.reason, booked.ends_at = "Knee", booked.starts_at - timedelta(hours=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        booked.save()
    booked.ends_at = right
    booked.save()
    assert Appointment.objects.get(pk=booked.pk).reason == "Knee"


def test_outside_of_an_operation_nothing_is_saved(clinic):
    room = Room.objects.get(pk=clinic.room.pk)
    token = audit._recording.set(None)
    try:
        room.name = "Lab"
        with pytest.raises(audit.Unaudited):
            room.save()
    finally:
        audit._recording.reset(token)
    assert Room.objects.get(pk=room.pk).name != "Lab"


def _on_disk():
    return connection.vendor == "sqlite"
