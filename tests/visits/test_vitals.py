"""Vitals are kept in metric, as typed, and crossed out when they were a mistake."""

from decimal import Decimal

import pytest

from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.visits import operations
from frontdesk.visits.models import Vitals
from frontdesk.visits.queries.rooming import vitals_of, words_of

US = {"temperature": "°F", "height": "in", "weight": "lb"}


@pytest.fixture
def visit(clinic):
    at = now()
    return operations.arrive(clinic.booked(at=at), at=at, by=clinic.anybody())


def take(clinic, visit, typed, **more):
    return operations.take_vitals(
        visit, typed, units=US, at=now(), by=clinic.role("assistant"), **more
    )


def test_what_was_typed_is_kept_beside_the_metric_value(clinic, visit):
    taken = take(clinic, visit, {"weight": "172", "systolic": "120", "diastolic": "80"})

    assert (taken.weight, taken.systolic) == (Decimal("78.02"), 120)
    assert words_of(taken) == [("BP", "120/80"), ("Weight", "172 lb")]


def test_unusual_values_are_kept_only_when_confirmed_and_impossible_never(clinic, visit):
    with pytest.raises(operations.Unusual, match="Pulse 150"):
        take(clinic, visit, {"pulse": "150"})
    with pytest.raises(operations.Impossible):
        take(clinic, visit, {"pulse": "1500"}, is_confirmed=True)
    with pytest.raises(Refused, match="Nothing was measured"):
        take(clinic, visit, {})

    assert take(clinic, visit, {"pulse": "150"}, is_confirmed=True).pulse == 150


def test_pressed_twice_it_is_kept_once(clinic, visit):
    first, again = (take(clinic, visit, {"pulse": "70"}) for _ in range(2))
    assert first.pk == again.pk


def test_a_mistake_is_crossed_out_and_can_be_counted_again(clinic, visit):
    taken = take(clinic, visit, {"pulse": "70"})
    by = clinic.role("assistant")

    operations.void_vitals(taken, by=by)
    with clinic.reading():
        assert list(vitals_of(visit.patient)) == []
        assert Vitals.objects.get().pulse == 70
    operations.restore_vitals(taken, by=by)
    with clinic.reading():
        assert list(vitals_of(visit.patient)) == [taken]


def test_the_desk_does_not_take_vitals(clinic, visit):
    with pytest.raises(NotPermitted):
        operations.take_vitals(
            visit, {"pulse": "70"}, units=US, at=now(), by=clinic.role("receptionist")
        )
