"""Numbers that check themselves."""

from functools import lru_cache

_ABA_WEIGHTS = (3, 7, 1, 3, 7, 1, 3, 7, 1)
_NPI_PREFIX = "80840"


@lru_cache(maxsize=4096)  # the same few providers come again and again
def npi_is_sound(npi: str) -> bool:
    """Whether ten digits are a National Provider Identifier by its check digit.

    The Luhn sum over the identifier with the prefix 80840 (45 CFR 162.406).
    """
    return len(npi) == 10 and npi.isdigit() and _luhn(_NPI_PREFIX + npi) % 10 == 0


def routing_number_is_sound(number: str) -> bool:
    """Whether nine digits are a bank routing number by the ABA check digit."""
    if len(number) != 9 or not number.isdigit():
        return False
    return sum(w * int(d) for w, d in zip(_ABA_WEIGHTS, number, strict=True)) % 10 == 0


def _luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total
