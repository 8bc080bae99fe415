"""Keys: made in the order of time, read from what the databases keep."""

import os
import uuid
from datetime import UTC, datetime

from django.apps import apps
from django.db.models import Model
from django.db.models.signals import post_init, pre_init  # noqa: TID251 - that nobody hears them

from frontdesk.core.keys import key_from_hex, key_of, new_key
from frontdesk.core.models import Audited
from frontdesk.people.models import Patient
from tests.clinic import Clinic


def test_a_key_is_a_uuid_of_version_seven_and_tells_when_it_was_made() -> None:
    before = datetime.now(UTC)
    key = new_key()
    assert (key.version, key.variant) == (7, uuid.RFC_4122)
    assert (key.int >> 80) / 1000 > before.timestamp() - 1  # later where a clock was ahead before


def test_keys_follow_each_other() -> None:
    made = [new_key() for _ in range(9000)]
    assert made == sorted(set(made))


def test_a_process_of_its_own_makes_other_keys() -> None:
    new_key()
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writer, b"".join(new_key().bytes for _ in range(300)))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    theirs = os.read(reader, 300 * 16)
    os.close(reader)
    odd = {theirs[place + 8 : place + 16] for place in range(0, len(theirs), 16)}
    assert len(odd) == 300
    assert not odd & {new_key().bytes[8:] for _ in range(600)}


def test_a_key_from_its_number_or_its_digits_is_the_same_key() -> None:
    key = uuid.uuid4()
    for again in (key_of(key.int), key_from_hex(key.hex)):
        assert again == key
        assert hash(again) == hash(key)
        assert (str(again), again.is_safe) == (str(key), key.is_safe)


def test_many_are_asked_for_by_their_keys(clinic: Clinic) -> None:
    patients = [clinic.patient(name) for name in ("Ann", "Bo", "Cy")]
    wanted = [one.pk for one in patients[:2]]
    with clinic.reading():
        found = Patient.objects.order_by("pk")
        assert [one.pk for one in found.filter(pk__in=wanted)] == sorted(wanted)
        assert found.filter(pk__in={str(key) for key in wanted}).count() == 2
        assert found.filter(pk__in=[*wanted, None]).count() == 2
        assert found.filter(pk__in=[new_key()]).count() == 0
        assert found.exclude(pk__in=wanted).count() == 1
        assert found.filter(pk__in=found.filter(pk=wanted[0]).values("pk")).count() == 1
        assert list(found.filter(pk__in=[])) == []


def test_no_record_leans_on_what_reading_at_once_leaves_out() -> None:
    for model in apps.get_models():
        if issubclass(model, Audited):
            assert model.__init__ is Model.__init__, model
            assert not pre_init.has_listeners(model), model
            assert not post_init.has_listeners(model), model


def test_a_record_read_in_part_reads_the_rest_when_asked(clinic: Clinic) -> None:
    ann = clinic.patient("Ann")
    with clinic.writing():
        found = Patient.objects.only("first_name", "practice_id").get(pk=ann.pk)
        assert "last_name" not in found.__dict__
        assert found.last_name == ann.last_name
        found.first_name = "Anne"
        found.save()
        assert Patient.objects.get(pk=ann.pk).first_name == "Anne"
        assert Patient.objects.get(pk=ann.pk).last_name == ann.last_name
