"""Who is asked first, and how many at once: scored in the open, point by point."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

# Offers that were accepted, where nothing else is known: 6,603 of 60,660 (JMIR 2024;26:e52071).
# Elsewhere 8.3 % of 177,311 (JMIR 2020;22:e16451). It weighs as much as thirty own offers.
PRIOR = 0.109
PRIOR_WEIGHT = 30
OWN_WEIGHT = 4  # how many answers of one person weigh as much as everybody's

_LEADS = (timedelta(days=2), timedelta(days=7))
_GAINS = (7, 21)  # days

URGENCY = {1: 0, 2: 25, 3: 60}
A_DAY_WAITED, MOST_WAITED = 0.5, 90  # nobody is passed over for ever
A_DAY_SOONER, MOST_SOONER = 0.4, 24
WHOLE_TIME = 20
NOT_READY = -15
MISS = -40  # if they never came
ASKED = -8  # for each offer of late
YES, MOST_YES = 90, 35


class Why(NamedTuple):
    """One reason for somebody's place: what it is about, its figure, and the points it gave."""

    kind: str  # urgency, waited, sooner, fit, ready, miss, asked, yes
    figure: int
    points: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may have the time; no rule forbids it."""

    key: Hashable
    urgency: int  # 1 routine to 3 urgent
    waited_days: int
    sooner_days: int | None  # than what they are booked for; None: they are not booked at all
    minutes: int  # their visit takes
    gap_minutes: int  # that are free
    is_ready: bool = True  # nothing of what the visit needs is missing
    miss_chance: float | None = None  # that they don't come; None: not known
    asked_lately: int = 0  # offers in the days that fairness counts
    says_yes: float = PRIOR  # the chance that they accept


class Ranked(NamedTuple):
    """A candidate with the points, and why."""

    candidate: Candidate
    points: int
    because: tuple[Why, ...]


def rank(candidates: Iterable[Candidate]) -> list[Ranked]:
    """Return the candidates, the one to ask first on top; equal points go by waiting time."""
    found = [_scored(one) for one in candidates]
    found.sort(key=lambda one: (-one.points, -one.candidate.waited_days, str(one.candidate.key)))
    return found


def batch(chances: Sequence[float], target: float, most: int) -> int:
    """Return how many of these, asked in order, fill the time with the wanted chance.

    The fewest that do; all that may be asked at once where that many don't; at least one.
    """
    empty = 1.0
    for number, chance in enumerate(chances[:most], start=1):
        empty *= 1 - chance
        if 1 - empty >= target:
            return number
    return min(len(chances), most)


def this_round(target: float, rounds: int) -> float:
    """Return the chance one of so many rounds must have, so that all together reach the target.

    A visit far off leaves time to ask a few, wait, and ask a few more; one tomorrow does not.
    """
    left: float = (1 - target) ** (1 / max(rounds, 1))
    return 1 - left


def fills(chances: Iterable[float]) -> float:
    """Return the chance that at least one of these accepts."""
    empty = 1.0
    for chance in chances:
        empty *= 1 - chance
    return 1 - empty


def bucket(lead: timedelta, sooner_days: int | None) -> tuple[int, int]:
    """Return the kind of offer as far as answers go: how far off, and how much sooner it is."""
    far = sum(lead >= limit for limit in _LEADS)
    gain = len(_GAINS) if sooner_days is None else sum(sooner_days >= limit for limit in _GAINS)
    return far, gain


def chance_of(accepted: int, asked: int, usual: float = PRIOR) -> float:
    """Return the share of offers that is accepted: the practice's own, shrunk to the usual."""
    return (accepted + usual * PRIOR_WEIGHT) / (asked + PRIOR_WEIGHT)


def personal_chance(usual: float, accepted: int, asked: int) -> float:
    """Return the chance for somebody who accepted so many of so many, shrunk to the usual."""
    return (accepted + usual * OWN_WEIGHT) / (asked + OWN_WEIGHT)


def _scored(one: Candidate) -> Ranked:
    because = [why for why in _reasons(one) if why.points]
    return Ranked(one, sum(why.points for why in because), tuple(because))


def _reasons(one: Candidate) -> Iterable[Why]:
    yield Why("urgency", one.urgency, URGENCY[one.urgency])
    yield Why("waited", one.waited_days, round(min(one.waited_days * A_DAY_WAITED, MOST_WAITED)))
    if one.sooner_days is None:
        yield Why("unbooked", 0, MOST_SOONER)
    else:
        gain = min(one.sooner_days * A_DAY_SOONER, MOST_SOONER)
        yield Why("sooner", one.sooner_days, round(gain))
    share = min(one.minutes / one.gap_minutes, 1.0)
    yield Why("fit", round(100 * share), round(WHOLE_TIME * share))
    if not one.is_ready:
        yield Why("ready", 0, NOT_READY)
    if one.miss_chance is not None:
        yield Why("miss", round(100 * one.miss_chance), round(MISS * one.miss_chance))
    yield Why("asked", one.asked_lately, ASKED * one.asked_lately)
    yield Why("yes", round(100 * one.says_yes), round(min(YES * one.says_yes, MOST_YES)))
