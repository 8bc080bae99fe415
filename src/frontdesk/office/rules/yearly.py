"""Which payments of a year are reported to the tax office on a 1099."""

from decimal import Decimal

# 26 U.S.C. 6041(a): $600, and $2,000 for payments made after December 31, 2025 (Pub. L. 119-21,
# sec. 70433); from 2027 on the sum follows prices, so the office checks it.
_UNTIL_2025, _FROM_2026 = Decimal(600), Decimal(2000)


def reported_from(year: int) -> Decimal:
    """Return from which sum in a year a vendor is reported, in dollars."""
    return _UNTIL_2025 if year <= 2025 else _FROM_2026


def is_fixed(year: int) -> bool:
    """Say whether the sum of this year is known, or follows prices since."""
    return year <= 2026
