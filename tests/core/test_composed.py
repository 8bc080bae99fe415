"""Questions that are composed once answer as Django's own do, in the scope of each call."""

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError

from frontdesk.core.clock import now
from frontdesk.core.composed import Composed
from frontdesk.core.keys import new_key
from frontdesk.core.scoping import EVERY_PRACTICE, Unscoped, practice_scope
from frontdesk.practice.models import Room
from frontdesk.scheduling.models import Appointment
from frontdesk.staff.models import Provider

of_name = Composed(
    lambda last, key: (
        Provider.objects.filter(last_name=last)
        .exclude(pk=key)
        .select_related("site")
        .order_by("pk")
    )
)


@pytest.fixture
def clinic(clinic):
    with clinic.reading():
        yield clinic


def test_answers_as_django_does_at_every_call(clinic, django_assert_num_queries):
    provider = Provider.objects.select_related("site").get()
    for _ in range(2):
        with django_assert_num_queries(1):
            [found] = of_name("Okafor", new_key())
            assert found.site._values() == provider.site._values()
        assert found._values() == provider._values() == found._loaded
        assert not found._state.adding
        assert of_name("Okafor", provider.pk) == []
        assert of_name.first("Nobody", new_key()) is None


def test_the_practice_is_the_one_in_scope_at_each_call(clinic):
    asked = "Okafor", new_key()
    assert len(of_name(*asked)) == 1
    with practice_scope(new_key()):
        assert of_name(*asked) == []
    with practice_scope(EVERY_PRACTICE):
        assert len(of_name(*asked)) == 1
    assert len(of_name(*asked)) == 1


@pytest.mark.django_db
def test_outside_of_a_scope_it_is_refused():
    with pytest.raises(Unscoped):
        Composed(lambda key: Provider.objects.filter(pk=key))(new_key())


def test_asks_by_instants_and_answers_with_values(clinic):
    booked = clinic.booked(at=now())
    rows = Composed(
        lambda at, key: Appointment.objects.filter(starts_at__gte=at, patient_id=key).values_list(
            "pk", "starts_at"
        )
    )
    assert rows(booked.starts_at, booked.patient_id) == [(booked.pk, booked.starts_at)]
    assert rows(booked.ends_at, booked.patient_id) == []
    keys = Composed(lambda at: Appointment.objects.filter(ends_at=at).values_list("pk", flat=True))
    assert keys(booked.ends_at) == [booked.pk]


def test_a_value_that_is_not_asked_for_as_it_is_is_refused(clinic):
    with pytest.raises(TypeError):
        Composed(lambda name: Provider.objects.filter(last_name__icontains=name))("Oka")
    with pytest.raises(TypeError):
        Composed(lambda key: Provider.objects.filter(pk=key).annotate(also=F("pk")))(new_key())


def test_a_record_is_held_in_its_practice_only(clinic):
    assert Room.objects.lock(clinic.room.pk) == clinic.room
    assert clinic.site.rooms.lock(clinic.room.pk) == clinic.room
    with pytest.raises(Room.DoesNotExist):
        Room.objects.lock(new_key())
    with practice_scope(new_key()), pytest.raises(Room.DoesNotExist):
        Room.objects.lock(clinic.room.pk)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_held_outside_of_a_transaction():
    if connection.vendor != "postgresql":
        pytest.skip("Whoever writes holds all of SQLite.")
    with practice_scope(new_key()):
        with transaction.atomic(), pytest.raises(Room.DoesNotExist):
            Room.objects.lock(new_key())
        with pytest.raises(TransactionManagementError):
            Room.objects.lock(new_key())


def test_several_keys_are_said_anew_at_every_call(clinic, django_assert_num_queries):
    among = Composed(lambda keys: Provider.objects.filter(pk__in=keys).order_by("pk"))
    theirs = Provider.objects.get().pk
    other = new_key()
    for keys, found in (((theirs, other), [theirs]), ((other, theirs), [theirs])):
        with django_assert_num_queries(1):
            assert [one.pk for one in among(keys)] == found
    assert among((other, new_key())) == []
    with practice_scope(new_key()):
        assert among((theirs, other)) == []
