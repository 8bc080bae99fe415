"""Edits a payer makes before it looks at a claim: numbers and codes of possible form."""

import re

_DIAGNOSIS = re.compile(r"[A-TV-Z][0-9][0-9AB][0-9A-Z]{0,4}")  # ICD-10-CM, without its point


def is_npi(number: str) -> bool:
    """Say whether a number is a possible NPI: ten digits with a right check digit."""
    if len(number) != 10 or not (number.isascii() and number.isdigit()):
        return False
    total = 24  # the sum of the prefix 80840
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_diagnosis(code: str) -> bool:
    """Say whether a code has the form of ICD-10-CM."""
    return bool(_DIAGNOSIS.fullmatch(code.replace(".", "")))
