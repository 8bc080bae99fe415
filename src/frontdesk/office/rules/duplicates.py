"""Is it the same bill, the same vendor? Decisions on plain values."""

import re
from datetime import date
from decimal import Decimal

from rapidfuzz import fuzz, utils

ALIKE = 88  # of 100: above it two names are worth a look
NEAR_DAYS = 7  # bills of one amount this close are worth a look
_FORMS = re.compile(r"\b(incorporated|inc|llc|llp|corporation|corp|company|co|ltd|the|pc|pllc)\b")


def number_key(number: str) -> str:
    """Return a bill's number as it is compared: " inv 00-12" and "INV0012" are the same."""
    return re.sub(r"[^A-Z0-9]", "", number.upper()).lstrip("0")


def name_key(name: str) -> str:
    """Return a vendor's name without its legal form and marks: "The Acme Co., LLC" is "acme"."""
    return " ".join(_FORMS.sub(" ", utils.default_process(name)).split())


def are_alike(one: str, other: str) -> bool:
    """Say whether two vendors' names are likely the same vendor's."""
    first, second = name_key(one), name_key(other)
    if not first or not second:
        return False
    return first == second or fuzz.token_sort_ratio(first, second) >= ALIKE


def is_near(amount: Decimal, on: date, other_amount: Decimal, other_on: date) -> bool:
    """Say whether two bills of a vendor have the same amount within a week."""
    return amount == other_amount and abs((on - other_on).days) <= NEAR_DAYS
