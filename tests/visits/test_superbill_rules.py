"""What a superbill lacks, and how pointers and modifiers are read."""

from decimal import Decimal

import pytest

from frontdesk.visits.rules.superbill import Line, modifiers_from, pointers_from, problems

VISIT = Line("Z9214", Decimal("148.00"), pointers="A")


def texts(*args):
    return [problem.text for problem in problems(*args)]


def test_a_whole_superbill_has_no_problem():
    assert texts({"A": "E11.9"}, set(), [VISIT]) == []


def test_an_empty_one_needs_a_diagnosis_and_something_done():
    assert texts({}, set(), []) == [
        "Pick at least one diagnosis.",
        "Add what was done, or mark the visit as no charge.",
    ]


def test_each_line_needs_a_price_and_a_diagnosis_that_is_there():
    unpriced = Line("Z9036", Decimal("0.00"), pointers="B", has_price=False)
    lost = Line("Z9480", Decimal("42.00"))

    assert texts({"A": "E11.9"}, {"E11.9"}, [VISIT, unpriced, lost]) == [
        "E11.9 is not valid on the day of the visit.",
        "Z9036 has no price on the fee schedule.",
        "Z9036 points at a diagnosis that is not there.",
        "Z9480 points at no diagnosis.",
    ]


def test_pointers_are_letters_each_once_in_their_order():
    assert pointers_from("b, a b", "ABC") == "BA"
    with pytest.raises(ValueError, match="no diagnosis D"):
        pointers_from("AD", "ABC")
    with pytest.raises(ValueError, match="four"):
        pointers_from("ABCDE", "ABCDEF")


def test_modifiers_are_two_signs_at_most_four():
    assert modifiers_from("25, lt 25") == ["25", "LT"]
    with pytest.raises(ValueError, match="two letters"):
        modifiers_from("255")
    with pytest.raises(ValueError, match="four"):
        modifiers_from("25 LT RT 59 76")
