"""Which of many possible starts is the best: points for what each would cost, and why.

Fewer points are better. What it would leave behind counts as much as how soon it is: a gap too
short for any visit is time that nobody uses.
"""

from collections.abc import Sequence
from dataclasses import dataclass

PER_DAY = 1.0  # of waiting for the visit
CONTINUITY, USUAL_PROVIDER, USUAL_SITE, USUAL_PART = -9.0, -6.0, -4.0, -2.0
FILLS, LEAVES_SCRAP = -4.0, 5.0
PER_WAIT = 0.2  # a minute within the visit
PER_MILE, MOST_MILES = 0.15, 60.0  # further than that is simply far
RISK = 20.0  # a patient who surely does not come


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one possible start."""

    days_away: float
    before: int  # cells that stay free before it, of the gap it lies in
    after: int
    shortest: int  # cells of the shortest visit that could use what is left
    is_last_provider: bool = False
    is_usual_provider: bool = False
    is_usual_site: bool = False
    is_usual_part: bool = False
    waits: int = 0  # minutes
    preference_cost: float = 0.0
    risk: float | None = None  # of not coming, from 0 to 1
    miles: float | None = None  # from where they live, where more than one site is asked
    is_nearest: bool = False  # of these sites
    is_kept_more: bool = False  # at such a time patients come more often than at others asked


def points(facts: Facts) -> tuple[float, list[str]]:
    """Return the points of a start, and the names of what speaks for it, the strongest first."""
    parts = [
        ("last provider", CONTINUITY * facts.is_last_provider),
        ("usual provider", USUAL_PROVIDER * (facts.is_usual_provider > facts.is_last_provider)),
        ("usual site", USUAL_SITE * facts.is_usual_site),
        ("fills a gap", _gap(facts)),
        ("usual part", USUAL_PART * facts.is_usual_part),
        ("", PER_DAY * facts.days_away + PER_WAIT * facts.waits + facts.preference_cost),
        ("", RISK * (facts.risk or 0.0)),
        ("", PER_MILE * min(facts.miles or 0.0, MOST_MILES)),
    ]
    said = sorted((cost, name) for name, cost in parts if name and cost < 0)
    said += [(0.0, "nearest")] * facts.is_nearest + [(0.0, "kept more")] * facts.is_kept_more
    return sum(cost for _, cost in parts), [name for _, name in said]


def gap_around(free: int, cell: int, length: int) -> tuple[int, int]:
    """Return how many cells are free just before a visit and just after it."""
    ahead = free >> (cell + length)
    after = (~ahead & (ahead + 1)).bit_length() - 1
    reach = 64  # cells looked back: more than five hours are no gap
    first = max(cell - reach, 0)
    behind = (free >> first) & ((1 << (cell - first)) - 1)
    taken = ~behind & ((1 << (cell - first)) - 1)
    return cell - first - taken.bit_length(), min(after, reach)


def best(scored: Sequence[tuple[float, int]], count: int) -> list[int]:
    """Return the places of the best few, the best first; of equals the earlier."""
    return [place for _, place in sorted(scored)[:count]]


def _gap(facts: Facts) -> float:
    scraps = sum(0 < left < facts.shortest for left in (facts.before, facts.after))
    if scraps:
        return LEAVES_SCRAP * scraps
    return FILLS if not facts.before or not facts.after else 0.0
