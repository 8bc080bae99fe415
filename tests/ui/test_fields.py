"""Sums as people copy them from paper."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from frontdesk.ui.fields import Dollars


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2912.40", "2912.40"),
        ("$2,912.40", "2912.40"),
        (" $ 1,234,567 ", "1234567"),
        ("-1,250.5", "-1250.5"),
        ("25.", "25"),
        (".5", "0.5"),
    ],
)
def test_a_sum_is_read_as_it_stands_on_paper(written, meant):
    assert Dollars(decimal_places=2).clean(written) == Decimal(meant)


@pytest.mark.parametrize("written", ["1,5", "12,34.00", "1,2345", "$$5", "1.234,56", "25.005", "x"])
def test_what_nobody_can_say_is_refused(written):
    with pytest.raises(ValidationError):
        Dollars(decimal_places=2).clean(written)


def test_nothing_is_nothing():
    assert Dollars(required=False).clean(" ") is None


def test_a_sum_can_be_pasted_as_it_stands_on_paper():
    """A browser drops "$2,912.40" that is pasted into a number field, and the wheel turns it."""
    drawn = Dollars(min_value=0, decimal_places=2).widget.render("amount", "25.00")

    assert 'type="text"' in drawn
    assert 'inputmode="decimal"' in drawn
