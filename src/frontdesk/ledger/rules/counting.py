"""Counting a drawer: pieces of money into dollars, and what a count says."""

from collections.abc import Mapping
from decimal import Decimal

from frontdesk.core.money import ZERO

PIECES = (
    "100.00",
    "50.00",
    "20.00",
    "10.00",
    "5.00",
    "2.00",
    "1.00",
    "0.25",
    "0.10",
    "0.05",
    "0.01",
)


def counted(pieces: Mapping[str, int]) -> Decimal:
    """Return what the pieces are worth; raise `ValueError` for a piece that is not money."""
    total = ZERO
    for piece, number in pieces.items():
        if piece not in PIECES or number < 0:
            raise ValueError(f"{number} of {piece} cannot be counted.")
        total += Decimal(piece) * number
    return total
