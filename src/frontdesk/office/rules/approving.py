"""Who may approve what sum: decisions on plain values."""

from collections.abc import Collection
from decimal import Decimal

USUAL_LIMIT = Decimal("500.00")  # dollars, of somebody to whom no limit was given


def is_enough(total: Decimal, limits: Collection[Decimal]) -> bool:
    """Say whether the people who approved suffice: one whose limit covers it, or two.

    `limits` are those of different people, none of whom entered the bill.
    """
    return len(limits) >= 2 or any(total <= limit for limit in limits)
