"""Measurements: converted exactly, impossible ones refused, unusual ones asked about."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.visits.rules import vitals

US = {"temperature": "°F", "height": "in", "weight": "lb"}
D = Decimal


def test_american_units_become_metric_and_keep_what_was_typed():
    reading = vitals.read({"temperature": "98.6", "height": "70", "weight": "172"}, US, age=40)

    assert reading.values == {
        "temperature": D("37.0"),
        "height": D("177.8"),
        "weight": D("78.02"),
    }
    assert reading.entered["weight"] == ["172", "lb"]
    assert (reading.impossible, reading.unusual) == ([], [])


@given(st.decimals(min_value=1, max_value=1000, places=1))
def test_pounds_survive_the_way_there_and_back(pounds):
    reading = vitals.read({"weight": str(pounds)}, US, age=40)

    assert vitals.shown_in(reading.values["weight"], "lb") == pounds.quantize(D("0.1"))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("pulse", "7"),
        ("pulse", "seventy"),
        ("pulse", "71.5"),
        ("oxygen", "101"),
        ("temperature", "37"),  # Celsius typed into a Fahrenheit field
        ("weight", "NaN"),
        ("height", "5'10"),
        ("pain", "11"),
    ],
)
def test_what_no_living_person_has_is_refused(name, typed):
    reading = vitals.read({name: typed}, US, age=40)

    assert [found.name for found in reading.impossible] == [name]
    assert reading.values == {}


def test_what_is_rare_in_adults_is_asked_about_and_not_in_children():
    typed = {"pulse": "150"}

    assert [f.name for f in vitals.read(typed, {}, age=40).unusual] == ["pulse"]
    assert vitals.read(typed, {}, age=1).unusual == []


def test_a_blood_pressure_has_two_numbers_in_order():
    def found(**typed):
        return [f.name for f in vitals.read(typed, {}, age=40).impossible]

    assert found(systolic="120") == ["diastolic"]
    assert found(diastolic="80") == ["systolic"]
    assert found(systolic="100", diastolic="100") == ["diastolic"]
    assert found(systolic="120", diastolic="80") == []


def test_bmi_needs_both_and_has_one_place():
    assert vitals.bmi(D("177.8"), D("78.02")) == D("24.7")
    assert vitals.bmi(None, D(70)) is None
