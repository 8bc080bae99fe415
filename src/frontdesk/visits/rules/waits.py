"""How long it will take: learnt from the practice's own log, put together for the queue of now.

A stretch of time is lognormal: minutes are positive and some visits run long. A cell (provider and
visit type) with few visits is drawn towards its visit type, and that towards the practice, by
`PULL` visits' weight. What is still to come of a visit under way follows from how long it has
lasted already. Ranges reach from the 10th to the 90th part of a hundred, and are stretched by how
earlier foretellings came out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import erf, exp, log, sqrt
from statistics import fmean, median, pstdev, quantiles

CHECK_IN, PREPARE, PROVIDER, TURNOVER = "check_in", "prepare", "provider", "turnover"
WAITING, IN_ROOM = "waiting", "in_room"  # what waits usually last, however short the queue
PULL = 8.0  # visits
SHORTEST = 0.5  # minutes: nothing takes no time
LONGEST = 240.0  # a stretch that is longer was forgotten, not lived
Z = 1.2816  # of the 10th and the 90th
LEAST_SPREAD, MOST_SPREAD = 0.2, 1.2
LEAST_STRETCH, MOST_STRETCH = 0.25, 4.0
ENOUGH = 40  # foretellings before they correct the next ones
Cells = dict[str, tuple[float, float]]  # of a stage: the middle of its logarithms, their spread
Stretch = tuple[float, float, float]  # what low, likely and high are multiplied with
AS_LEARNT: Stretch = (1.0, 1.0, 1.0)
USUAL = {CHECK_IN: (4.0, 0.5), PREPARE: (5.0, 0.5), PROVIDER: (15.0, 0.45), TURNOVER: (4.0, 0.5)}
USUAL |= {WAITING: (8.0, 0.6), IN_ROOM: (7.0, 0.5)}


@dataclass(frozen=True, slots=True)
class Moments:
    """A stretch of minutes that is not certain."""

    mean: float
    variance: float

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(self.mean + other.mean, self.variance + other.variance)

    def times(self, chance: float) -> "Moments":
        """Return the stretch that comes with this chance only."""
        variance = chance * (self.variance + self.mean**2) - (chance * self.mean) ** 2
        return Moments(chance * self.mean, max(variance, 0.0))


NOW = Moments(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Spell:
    """A lognormal stretch: the mean and the spread of the logarithm of its minutes."""

    mu: float
    sigma: float

    @property
    def moments(self) -> Moments:
        """What it takes from its beginning."""
        mean = exp(self.mu + self.sigma**2 / 2)
        return Moments(mean, (exp(self.sigma**2) - 1) * mean**2)

    def left_after(self, minutes: float) -> Moments:
        """What is still to come when it has lasted so long."""
        if minutes <= 0:
            return self.moments
        z = (log(minutes) - self.mu) / self.sigma
        beyond = 1 - _phi(z)
        if beyond < 1e-4:  # far past everything known: as long again as its spread says
            return Moments(minutes * self.sigma / 2, (minutes * self.sigma / 2) ** 2)
        first = exp(self.mu + self.sigma**2 / 2) * _phi(self.sigma - z) / beyond
        second = exp(2 * self.mu + 2 * self.sigma**2) * _phi(2 * self.sigma - z) / beyond
        return Moments(max(first - minutes, 0.0), max(second - first**2, 0.0))


@dataclass(frozen=True, slots=True)
class Range:
    """What is said: whole minutes, from the earliest to the latest that is likely."""

    low: int
    likely: int
    high: int


@dataclass(frozen=True, slots=True)
class Usual:
    """How long each stage takes, by provider and visit type, and how to stretch a range."""

    cells: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    stretch: Stretch = AS_LEARNT  # of waits for the provider
    room_stretch: Stretch = AS_LEARNT  # of waits for a room

    def spell(self, stage: str, provider: str = "", kind: str = "") -> Spell:
        """Return what is known best of a stage: of the cell, the visit type, the practice."""
        for key in (f"{stage}|{provider}|{kind}", f"{stage}||{kind}", f"{stage}||"):
            if key in self.cells:
                return Spell(*self.cells[key])
        middle, spread = USUAL[stage]
        return Spell(log(middle), spread)

    def usually(self, stage: str, one: "Person", minutes: float) -> Moments:
        """Return what is left of a wait that was learnt; nothing is known before it was."""
        if f"{stage}||" not in self.cells:
            return NOW
        return self.spell(stage, one.provider, one.kind).left_after(minutes)

    def range_to_room(self, told: Moments) -> Range:
        """Return the wait for a room as it is said."""
        return self.range(told, self.room_stretch)

    def range(self, told: Moments, by: Stretch | None = None) -> Range:
        """Return a wait as it is said; for the provider unless another stretch is given."""
        if told.mean < SHORTEST / 10:
            return Range(0, 0, 0)
        spread = min(log(1 + told.variance / told.mean**2), MOST_SPREAD**2)
        mu, sigma = log(told.mean) - spread / 2, sqrt(spread)
        by = by or self.stretch
        ends = (exp(mu - Z * sigma) * by[0], exp(mu) * by[1], exp(mu + Z * sigma) * by[2])
        low, likely, high = sorted(round(min(end, LONGEST)) for end in ends)
        return Range(low, likely, high)

    def as_values(self) -> dict[str, object]:
        """Return it as it is kept."""
        return {
            "cells": {k: list(v) for k, v in self.cells.items()},
            "stretch": list(self.stretch),
            "room_stretch": list(self.room_stretch),
        }

    @classmethod
    def from_values(cls, kept: Mapping[str, object]) -> "Usual":
        """Return it from what was kept."""
        cells = kept.get("cells") or {}
        if not isinstance(cells, Mapping):
            return cls()
        learnt = {k: (float(v[0]), float(v[1])) for k, v in cells.items()}
        return cls(learnt, _stretch(kept.get("stretch")), _stretch(kept.get("room_stretch")))


def _stretch(kept: object) -> Stretch:
    if not isinstance(kept, Sequence) or len(kept) != len(AS_LEARNT):
        return AS_LEARNT
    low, likely, high = (float(one) for one in kept)
    return low, likely, high


def learn(lived: Iterable[tuple[str, str, str, float]]) -> Cells:
    """Return the cells of `Usual` from stretches: stage, provider, visit type, minutes."""
    by_stage: defaultdict[str, list[float]] = defaultdict(list)
    by_kind: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    by_cell: defaultdict[tuple[str, str, str], list[float]] = defaultdict(list)
    for stage, provider, kind, minutes in lived:
        if SHORTEST <= minutes <= LONGEST:
            by_stage[stage].append(log(minutes))
            by_kind[stage, kind].append(log(minutes))
            by_cell[stage, provider, kind].append(log(minutes))
    cells: Cells = {}
    for stage, values in by_stage.items():
        middle, spread = USUAL[stage]
        cells[f"{stage}||"] = _drawn(values, (log(middle), spread))
    for (stage, kind), values in by_kind.items():
        cells[f"{stage}||{kind}"] = _drawn(values, cells[f"{stage}||"])
    for (stage, provider, kind), values in by_cell.items():
        cells[f"{stage}|{provider}|{kind}"] = _drawn(values, cells[f"{stage}||{kind}"])
    return cells


def _drawn(values: Sequence[float], towards: tuple[float, float]) -> tuple[float, float]:
    """Return middle and spread of some logarithms, drawn towards what is known more widely."""
    weight = len(values) / (len(values) + PULL)
    mu = weight * fmean(values) + (1 - weight) * towards[0]
    spread = weight * pstdev(values) ** 2 + (1 - weight) * towards[1] ** 2
    return round(mu, 4), round(min(max(sqrt(spread), LEAST_SPREAD), MOST_SPREAD), 4)


def stretch_of(told: Sequence[tuple[Range, int]], before: Stretch = AS_LEARNT) -> Stretch:
    """Return what to multiply the low, likely and high ends of ranges with from now on.

    `told` are the foretellings made with the stretch `before` and what came: a tenth shall come
    below the low end, half below the likely one, a tenth above the high one. With fewer than
    `ENOUGH` of them nothing is changed.
    """
    if len(told) < ENOUGH:
        return before
    low = quantiles([(came + 1) / (said.low + 1) for said, came in told], n=10)[0]
    likely = median([(came + 1) / (said.likely + 1) for said, came in told])
    high = quantiles([(came + 1) / (said.high + 1) for said, came in told], n=10)[-1]
    ends = [by * off for by, off in zip(before, (low, likely, high), strict=True)]
    first, second, third = (round(min(max(end, LEAST_STRETCH), MOST_STRETCH), 3) for end in ends)
    return first, second, third


@dataclass(frozen=True, slots=True)
class Person:
    """A patient in the queue: where they are, for how long, and for whom they came."""

    key: str
    provider: str
    kind: str
    stage: str  # expected, arrived, roomed, provider
    minutes: float = 0.0  # in this stage
    order: float = 0.0  # who is seen first: the appointment's time
    is_checked_in: bool = True
    is_prepared: bool = False
    is_due: bool = True  # their time has come
    comes: float = 1.0  # the chance that somebody expected comes


@dataclass(frozen=True, slots=True)
class Foretold:
    """What is to come: until each patient is in a room and seen, each provider and room is free."""

    until_room: Mapping[str, Moments]
    until_seen: Mapping[str, Moments]
    ahead: Mapping[str, int]
    provider_free: Mapping[str, Moments]
    room_free: Mapping[str, Moments]  # by the patient in it


def foretell(people: Sequence[Person], usual: Usual, *, rooms_free: int) -> Foretold:
    """Put the queue of this moment together: every provider sees one patient after the other."""
    seen: dict[str, Moments] = {}
    ahead: dict[str, int] = {}
    free: dict[str, Moments] = {}
    for provider in sorted({one.provider for one in people}):
        mine = [one for one in people if one.provider == provider]
        free[provider] = _line_up(mine, usual, seen, ahead)
    turnover = usual.spell(TURNOVER).moments
    leaves = {
        one.key: _until_left(one, usual, seen) + turnover
        for one in people
        if one.stage in ("roomed", "provider")
    }
    until_room = _rooms(people, usual, sorted(leaves.values(), key=_mean), rooms_free)
    for one in people:
        if one.stage == "arrived":
            prepared = usual.spell(PREPARE, one.provider, one.kind).moments
            ready = until_room[one.key] + max(prepared, usual.usually(IN_ROOM, one, 0), key=_mean)
            seen[one.key] = max(seen[one.key], ready, key=_mean)
    return Foretold(until_room, seen, ahead, free, leaves)


def _line_up(
    mine: Sequence[Person], usual: Usual, seen: dict[str, Moments], ahead: dict[str, int]
) -> Moments:
    """Give one provider's patients their turns; return when whoever comes now would be seen."""
    turn, free, place = NOW, NOW, 0
    for one in sorted(mine, key=_turn):
        spell = usual.spell(PROVIDER, one.provider, one.kind)
        if one.stage == "provider":
            free = turn = max(turn, spell.left_after(one.minutes), key=_mean)
            place += 1
            continue
        if one.stage == "expected":
            turn = turn + spell.moments.times(one.comes)
            free = turn if one.is_due else free
            continue
        ready = usual.usually(IN_ROOM, one, one.minutes) if one.stage == "roomed" else NOW
        if one.stage == "roomed" and not one.is_prepared:
            prepared = usual.spell(PREPARE, one.provider, one.kind).left_after(one.minutes)
            ready = max(ready, prepared, key=_mean)
        seen[one.key] = max(turn, ready, key=_mean)
        ahead[one.key] = place
        free = turn = seen[one.key] + spell.moments
        place += 1
    return free


def _turn(one: Person) -> tuple[int, float]:
    return {"provider": 0, "roomed": 1}.get(one.stage, 2), one.order


def _until_left(one: Person, usual: Usual, seen: Mapping[str, Moments]) -> Moments:
    spell = usual.spell(PROVIDER, one.provider, one.kind)
    if one.stage == "provider":
        return spell.left_after(one.minutes)
    return seen[one.key] + spell.moments


def _rooms(
    people: Sequence[Person], usual: Usual, leaving: Sequence[Moments], free: int
) -> dict[str, Moments]:
    """Give rooms to those in the waiting room, in their order; beyond the free ones each takes
    the next that is left and cleaned.
    """
    found: dict[str, Moments] = {}
    waiting = sorted((one for one in people if one.stage == "arrived"), key=lambda one: one.order)
    for place, one in enumerate(waiting):
        desk = usual.usually(WAITING, one, one.minutes if one.is_checked_in else 0)
        if not one.is_checked_in:
            desk = desk + usual.spell(CHECK_IN, "", one.kind).left_after(one.minutes)
        room = NOW
        if place >= free and leaving:
            room = leaving[min(place - free, len(leaving) - 1)]
        found[one.key] = max(desk, room, key=_mean)
    return found


def rounded(told: Range, step: int = 5) -> tuple[int, int]:
    """Return a range as a patient is told it: whole steps, never narrower than one."""
    low = told.low // step * step
    high = -(-told.high // step) * step
    return low, max(high, low + step)


def score(told: Sequence[tuple[Range, int]]) -> dict[str, int]:
    """Return how good foretellings were: how many, minutes off in the middle, how many per cent
    came out within their range, and minutes too early (positive) or too late on average.
    """
    if not told:
        return {"count": 0, "off": 0, "within": 0, "bias": 0}
    off = sorted(abs(came - said.likely) for said, came in told)
    within = sum(said.low <= came <= said.high for said, came in told)
    bias = fmean(came - said.likely for said, came in told)
    return {
        "count": len(told),
        "off": off[len(off) // 2],
        "within": round(100 * within / len(told)),
        "bias": round(bias),
    }


def _mean(one: Moments) -> float:
    return one.mean


def _phi(z: float) -> float:
    return (1 + erf(z / sqrt(2))) / 2
