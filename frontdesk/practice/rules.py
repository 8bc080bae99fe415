"""Checks on the numbers a practice is known by: no database, no clock."""

from datetime import date

NPI_PREFIX = (
    "80840"  # "health application, United States" of ISO/IEC 7812, before the NPI's Luhn sum
)


def is_npi(number: str) -> bool:
    """Say whether the number is a possible NPI: ten digits, check digit right (45 CFR 162.406)."""
    return (
        len(number) == 10 and number.isascii() and number.isdigit() and _luhn(NPI_PREFIX + number)
    )


def is_tax_id(number: str) -> bool:
    """Say whether the number has the form of an EIN or SSN: nine digits, dashes aside."""
    digits = number.replace("-", "")
    return len(digits) == 9 and digits.isascii() and digits.isdigit()


def age_on(born: date, day: date) -> int:
    """Return whole years lived; a Feb 29 birthday is kept on Mar 1 in common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
