"""Opening, correcting and looking at a chart."""

import io
from datetime import date

import pytest
from PIL import Image

from frontdesk.core.clock import now
from frontdesk.core.errors import Changed, NotPermitted, Refused
from frontdesk.core.models import AuditEntry
from frontdesk.people import operations, queries
from frontdesk.people.models import Channel, Duplicate, Patient

ANN = {
    "first_name": "Ann",
    "last_name": "Lee",
    "birth_date": date(1980, 5, 4),
    "sex": "F",
    "mobile_phone": "(614) 555-0147",
}


def test_a_caller_gets_a_chart_number_and_a_readable_phone(clinic):
    patient = operations.register(ANN, by=clinic.role("receptionist"))

    assert patient.chart_number == "10001"
    assert patient.mobile_phone == "+16145550147"
    assert patient.guarantor_relationship == "self"


def test_a_phone_that_cannot_be_read_is_kept_as_typed(clinic):
    patient = operations.register(
        {**ANN, "mobile_phone": "ask her sister"}, by=clinic.role("receptionist")
    )

    assert patient.mobile_phone == "ask her sister"


def test_registering_the_same_person_again_needs_a_reason(clinic):
    by = clinic.role("receptionist")
    first = operations.register(ANN, by=by)

    with pytest.raises(Refused, match=r"Chart 10001 seems to be the same person: same birth date"):
        operations.register({**ANN, "first_name": "Anne"}, by=by)

    twin = operations.register({**ANN, "first_name": "Anne"}, despite="Her cousin", by=by)
    with clinic.reading():
        pair = Duplicate.objects.get()
    assert (pair.kept_id, pair.other_id) == (first.pk, twin.pk)
    assert (pair.status, pair.decided_because) == ("different", "Her cousin")


def test_a_refused_registration_takes_no_chart_number(clinic):
    by = clinic.role("receptionist")
    operations.register(ANN, by=by)
    with pytest.raises(Refused):
        operations.register(ANN, by=by)

    other = operations.register({**ANN, "first_name": "Zoe", "last_name": "Park"}, by=by)

    assert other.chart_number == "10002"


@pytest.mark.parametrize("missing", ["first_name", "last_name", "birth_date"])
def test_a_chart_without_a_name_or_birth_date_is_refused(clinic, missing):
    with pytest.raises(Refused, match="needs a first name"):
        operations.register({**ANN, missing: None}, by=clinic.role("receptionist"))


def test_somebody_without_the_right_registers_nobody(clinic):
    with pytest.raises(NotPermitted):
        operations.register(ANN, by=clinic.role("biller"))


def test_a_childs_bill_is_answered_by_the_parent_and_makes_a_family(clinic):
    by = clinic.role("receptionist")
    mother = operations.register(ANN, by=by)
    child = operations.register(
        {
            "first_name": "Tim",
            "last_name": "Lee",
            "birth_date": date(2019, 1, 2),
            "guarantor_patient": mother,
        },
        by=by,
    )

    with clinic.reading():
        assert list(queries.family_of(mother)) == [child]
        assert list(queries.family_of(child)) == [mother]


def test_correcting_a_chart_that_somebody_else_corrected_is_refused(clinic):
    by = clinic.role("receptionist")
    seen = operations.register(ANN, by=by)
    with clinic.reading():
        version = Patient.objects.get(pk=seen.pk).version
    operations.edit(seen, {"city": "Dublin"}, version=version, by=by)

    with pytest.raises(Changed):
        operations.edit(seen, {"city": "Columbus"}, version=version, by=by)


def test_a_new_name_finds_the_patient_and_the_old_one_no_longer(clinic):
    by = clinic.role("receptionist")
    patient = operations.register(ANN, by=by)
    operations.edit(patient, {"last_name": "Winterbottom"}, by=by)

    with clinic.reading():
        assert queries.find("winterb") == [patient]
        assert queries.find("lee") == []


def test_looking_at_a_chart_is_remembered(clinic):
    patient = clinic.patient()
    operations.open_chart(patient, by=clinic.role("receptionist"))

    entry = AuditEntry.objects.get(practice_id=clinic.practice.pk, operation="people.open_chart")
    assert entry.patient_id == patient.pk
    assert entry.changes[0]["looked_at"] == "chart"


def test_text_needs_a_yes_and_the_newest_answer_counts(clinic):
    by = clinic.role("receptionist")
    patient = operations.register({**ANN, "email": "ann@example.com"}, by=by)
    with clinic.reading():
        assert queries.may_reach(patient, Channel.VOICE)
        assert queries.may_reach(patient, Channel.EMAIL)  # how she asked to be reached
        assert not queries.may_reach(patient, Channel.SMS)
        assert not queries.may_reach(patient, Channel.MAIL)  # no address

    said = {"channel": "sms", "how": "on the phone", "by": by}
    operations.say_consent(patient, is_given=True, at=now(), **said)
    with clinic.reading():
        assert queries.may_reach(patient, Channel.SMS)
    operations.say_consent(patient, is_given=False, at=now(), **said)
    with clinic.reading():
        assert not queries.may_reach(patient, Channel.SMS)


def test_a_photo_is_drawn_anew_without_what_was_hidden_in_it(clinic, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "where she lives"
    Image.new("RGB", (900, 600), "red").save(picture, "JPEG", exif=exif)

    patient = operations.take_photo(
        clinic.patient(), picture.getvalue(), by=clinic.role("receptionist")
    )

    with patient.photo.open("rb") as kept:
        content = kept.read()
    assert b"where she lives" not in content
    assert Image.open(io.BytesIO(content)).size == (480, 480)


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\ntruncated"])
def test_what_is_not_a_picture_is_refused(clinic, content):
    with pytest.raises(Refused, match="not a picture"):
        operations.take_photo(clinic.patient(), content, by=clinic.role("receptionist"))
