"""What check-in asks, by value."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.visits.rules import check_in as rules

ON = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("item", "last", "more", "state"),
    [
        ("phone", None, {"is_held": False}, "missing"),
        ("phone", None, {}, "old"),
        ("phone", ON - timedelta(180), {}, "holding"),
        ("phone", ON - timedelta(181), {}, "old"),
        ("email", ON - timedelta(10), {"is_held": False}, "holding"),  # said: has none
        ("insurance", ON - timedelta(30), {}, "holding"),
        ("insurance", ON - timedelta(31), {}, "old"),
        ("insurance", ON, {"is_held": False}, "missing"),
        ("insurance", ON, {"is_in_doubt": True}, "changed"),
        ("address", ON - timedelta(1), {"holds_days": 0}, "old"),
        ("address", ON, {"holds_days": 0}, "holding"),
        ("address", ON + timedelta(1), {}, "holding"),
    ],
)
def test_an_item_is_asked_when_missing_old_or_in_doubt(item, last, more, state):
    said = {"is_held": True, "last_on": last, "on": ON, **more}
    assert rules.standing(item, **said).state == state


def test_insurance_is_asked_anew_in_a_new_year():
    asked = {"is_held": True, "last_on": date(2026, 12, 20)}
    assert rules.standing("insurance", on=date(2026, 12, 31), **asked).state == "holding"
    assert rules.standing("insurance", on=date(2027, 1, 2), **asked).state == "old"


@given(st.integers(0, 2000), st.integers(0, 400))
def test_what_holds_today_held_yesterday(age, holds):
    """Asking never becomes less with time."""

    def asked(on):
        said = {"is_held": True, "last_on": ON - timedelta(age), "holds_days": holds}
        return rules.standing("phone", on=on, **said).is_asked

    assert asked(ON + timedelta(1)) or not asked(ON)


def test_a_mark_changes_exactly_with_what_is_shown():
    held = {"email": "ann@example.org"}
    assert rules.mark(held) == rules.mark({"email": "ann@example.org"})
    assert rules.mark({"email": None}) == rules.mark({"email": ""})
    assert rules.mark(held) != rules.mark({"email": "b@example.org"})


def test_case_and_spaces_are_no_difference():
    held = {"city": "Columbus", "address_1": "1 Elm"}
    assert rules.differing(held, {"city": " COLUMBUS ", "address_1": "2 Elm"}) == {
        "address_1": "2 Elm"
    }
    assert rules.same_number("W123-456 789", "w123456789")
    assert not rules.same_number("W123456789", "W123456788")
