"""The levels of an appeal: how each is called, who decides it, and what must be at stake. Pure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from frontdesk.billing.rules.secondary import MEDICARE

OUTSIDE = 3  # from this level on somebody decides who is not the payer


class Level(NamedTuple):
    """One level of an appeal; `to` is who decides it where that is not the payer."""

    name: str  # on screens
    request: str  # the title of its letter
    days: int  # from the decision, or from when it is taken as received
    to: str = ""


# 29 CFR 2560.503-1(h)(3)(i); 45 CFR 147.136(d)(2)(ii)
_USUAL: Mapping[int, Level] = {
    1: Level("First level", "Appeal", 180),
    2: Level("Second level", "Second-level appeal", 60),
    3: Level("External review", "Request for external review", 120),
}
# 42 CFR 405.942, 405.962, 405.1002, 405.1102, 405.1136: each from the receipt of the decision
# before, which is presumed five days after its date.
_MEDICARE: Mapping[int, Level] = {
    1: Level("Redetermination", "Request for redetermination", 120),
    2: Level(
        "Reconsideration", "Request for reconsideration", 180, "Qualified Independent Contractor"
    ),
    3: Level(
        "Hearing", "Request for a hearing", 60, "Office of Medicare Hearings and Appeals"
    ),
    4: Level("Appeals Council", "Request for review", 60, "Medicare Appeals Council"),
    5: Level("Federal court", "For review in federal court", 60, "United States District Court"),
}  # fmt: skip
# Dollars in dispute from which a level is open, by the year in which it is asked for: 42 CFR
# 405.1006(b), (c); 90 FR 55869 (2026).
_LEAST: Mapping[int, Mapping[int, Decimal]] = {
    2026: {3: Decimal(200), 5: Decimal(1960)},
}


def levels(filing: str) -> Mapping[int, Level]:
    """Return the levels of appeal with a kind of payer (SBR09), by their number from one."""
    return _MEDICARE if filing in MEDICARE else _USUAL


def level_of(filing: str, number: int) -> Level:
    """Return one level; a number that the kind of payer does not have is its last."""
    known = levels(filing)
    return known[min(max(number, 1), len(known))]


def next_level(number: int, filing: str = "") -> int:
    """Return the number of the level after this one; 0 where none is left."""
    return number + 1 if number < len(levels(filing)) else 0


def least_in_dispute(filing: str, number: int, on: date) -> Decimal | None:
    """Return from which dollars in dispute a level is open when asked for on a day.

    Nothing where it is open for any sum. The sum of a year that is not known yet is that of the
    last one known: it rises a little every year. Claims may be put together to reach it.
    """
    if filing not in MEDICARE:
        return None
    year = max((one for one in _LEAST if one <= on.year), default=min(_LEAST))
    return _LEAST[year].get(number)
