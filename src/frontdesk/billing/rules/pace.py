"""How long a payer takes, from what it took before."""

from collections.abc import Sequence
from dataclasses import dataclass

USUALLY_LATE_AFTER = 30  # days, for a payer of whom too little is known
FEWEST = 20  # decisions from which a payer's own time is believed
SHARE = 90  # percent of the decisions that come within `late`
LEAST_LATE = 7  # a payer that is quick is still given a week


@dataclass(frozen=True, slots=True)
class Pace:
    """Days from sent to decided: the median, and the day by which nine of ten have come."""

    answers: int
    median: int
    late: int


def pace(days: Sequence[int]) -> Pace | None:
    """Return a payer's pace from the days its decisions took; nothing from too few of them."""
    known = sorted(max(one, 0) for one in days)
    if len(known) < FEWEST:
        return None
    return Pace(len(known), _at(known, 50), max(_at(known, SHARE), LEAST_LATE))


def _at(known: Sequence[int], percent: int) -> int:
    """The nearest-rank percentile: the smallest day by which so many percent have come."""
    place = -(-len(known) * percent // 100)
    return known[place - 1]
