"""Who may be helped: the poverty guideline of the day, and the practice's sliding scale.

The guidelines are those of the Department of Health and Human Services, published each January
in the Federal Register (42 USC 9902(2)); data/poverty.csv names each notice.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from frontdesk.core.errors import Refused
from frontdesk.core.money import CENT, ZERO

MOST_IN_HOUSEHOLD = 20
_DATA = Path(__file__).parent.parent / "data" / "poverty.csv"
_OF_STATE = {"AK": "alaska", "HI": "hawaii"}


class Guideline(NamedTuple):
    """What one year's guideline says for one region, in dollars a year."""

    year: int
    from_on: date
    region: str
    first: Decimal
    each: Decimal
    source: str

    def for_household(self, people: int) -> Decimal:
        """Return the income at which a household of so many stands at 100 %."""
        return self.first + self.each * (people - 1)


def region_of(state: str) -> str:
    """Return which guideline a state uses."""
    return _OF_STATE.get(state.upper(), "states")


def guideline(region: str, on: date) -> Guideline:
    """Return the guideline that holds on a day; before the first we know, the first."""
    mine = sorted((one for one in _guidelines() if one.region == region), key=lambda g: g.from_on)
    if not mine:
        raise ValueError(f"There is no guideline for {region}.")
    return max((one for one in mine if one.from_on <= on), default=mine[0], key=lambda g: g.from_on)


def percent_of(income: Decimal, people: int, found: Guideline) -> Decimal:
    """Return an income as percent of the guideline, to a tenth; refuse what no household has."""
    if not 1 <= people <= MOST_IN_HOUSEHOLD:
        raise Refused(f"A household has 1 to {MOST_IN_HOUSEHOLD} people.")
    if income < ZERO:
        raise Refused("An income is not below zero.")
    share = income * 100 / found.for_household(people)
    return min(share, Decimal(99999)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def percent_off(percent: Decimal, scale: Sequence[Sequence[str]]) -> int:
    """Return what the sliding scale takes off for an income; above its last step nothing."""
    steps = sorted((Decimal(limit), int(off)) for limit, off in scale)
    return next((off for limit, off in steps if percent <= limit), 0)


def check_scale(scale: Sequence[Sequence[str]]) -> None:
    """Refuse a scale by which more income gives more help, or a step that is none."""
    steps = sorted((Decimal(limit), int(off)) for limit, off in scale)
    limits = [limit for limit, _ in steps]
    if len(set(limits)) != len(limits):
        raise Refused("Two steps of the scale end at the same income.")
    if any(not 0 < off <= 100 or limit <= 0 for limit, off in steps):
        raise Refused("Each step takes off 1 to 100 percent.")
    if any(low[1] < high[1] for low, high in pairwise(steps)):
        raise Refused("Who earns less must not get less help: look at the order of the steps.")


def to_give(share: Decimal, given: Decimal, due: Decimal, off: int) -> Decimal:
    """Return what is still to be taken off one charge; below zero: to be taken back.

    `share` is what the charge left to the patient before payments and help, `given` the help so
    far, `due` what is owed now. What was paid already is not given back.
    """
    wanted = (share * off / 100).quantize(CENT, ROUND_HALF_UP)
    return min(wanted - given, max(due, ZERO))


@cache
def _guidelines() -> tuple[Guideline, ...]:
    with _DATA.open(newline="") as rows:
        return tuple(_read(csv.DictReader(rows)))


def _read(rows: Iterable[dict[str, str]]) -> Iterable[Guideline]:
    for row in rows:
        yield Guideline(
            int(row["year"]),
            date.fromisoformat(row["from_on"]),
            row["region"],
            Decimal(row["first"]),
            Decimal(row["each"]),
            row["source"],
        )
