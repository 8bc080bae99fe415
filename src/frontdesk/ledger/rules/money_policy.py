"""Laws about patients' money as decisions on plain values: clocks, waivers, disclosures."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

SMALL_AT_MOST = Decimal("25.00")  # beyond that a balance isn't given up as small
SMALL_NOT_BEFORE = 60  # days: a fair try to collect comes first
FREE_INSTALMENTS = 4  # more are consumer credit: 12 CFR 1026.2(a)(17)
SIXTY_DAYS = timedelta(days=60)
SOON = 14  # days before the end of a clock when it is put on the work list

_WAIVERS = re.compile(
    r"\b(waiv\w*|courtesy|insurance only|no out.of.pocket|friend|family discount"
    r"|as promised to (?:the )?patient)\b",
    re.IGNORECASE,
)
WAIVER = (
    "A copay or deductible is not waived as a favor: 42 U.S.C. 1320a-7a(i)(6) allows it only for "
    "need, found out for this one patient, or after a fair try to collect. Use the hardship "
    "application, or give the true reason."
)


@dataclass(frozen=True, slots=True)
class Clock:
    """Until when money must be back, and which rule says so."""

    due_on: date
    rule: str


def clock_of(to: str, known_on: date, *, patient_days: int) -> Clock:
    """Return by when an overpayment must be given back, counted from the day it was known."""
    if to == "medicare":
        return Clock(known_on + SIXTY_DAYS, "60 days: 42 CFR 401.305")
    if to == "medicaid":
        return Clock(known_on + SIXTY_DAYS, "60 days: 42 U.S.C. 1320a-7k(d)")
    if to == "insurer":
        return Clock(known_on + SIXTY_DAYS, "60 days: our rule; the contract may say less")
    return Clock(known_on + timedelta(days=patient_days), f"{patient_days} days: our rule")


def is_waiver(because: str) -> bool:
    """Say whether a reason for giving money up reads like a routine waiver of a patient's share."""
    return bool(_WAIVERS.search(because))


def needs_disclosure(count: int) -> bool:
    """Say whether a plan of so many instalments is consumer credit (12 CFR 1026.2(a)(17))."""
    return count > FREE_INSTALMENTS
