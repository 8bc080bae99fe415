"""Which open question about coverage is worth the most minutes now."""

from decimal import ROUND_HALF_UP, Decimal

from frontdesk.core.money import CENT, ZERO


def worth(dollars: Decimal, days_left: int) -> Decimal:
    """Return the rank of an exception: dollars at stake for each day that is left.

    A visit of today counts whole, tomorrow's half, the day after's a third; what is past counts
    as today.
    """
    return (max(dollars, ZERO) / (max(days_left, 0) + 1)).quantize(CENT, ROUND_HALF_UP)
