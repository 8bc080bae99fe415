"""What a repair is about: visits, the ways each could still happen, and a plan that picks one.

Every way is written out in advance (a column), so that choosing is packing: each visit takes
one way, and nobody and nothing is taken twice in a cell. Cells are those of `solver.openings`.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

Key = Hashable


class Take(NamedTuple):
    """One of these resources, for so many cells from a cell on."""

    choices: tuple[Key, ...]
    first: int
    cells: int

    @property
    def bits(self) -> int:
        """The cells as a bitset."""
        return ((1 << self.cells) - 1) << self.first


@dataclass(frozen=True, slots=True)
class Option:
    """One way in which a visit could happen, and what it costs by rule, in points."""

    key: str
    takes: tuple[Take, ...] = ()
    costs: tuple[tuple[str, int], ...] = ()

    @property
    def cost(self) -> int:
        """All of its points."""
        return sum(points for _rule, points in self.costs)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit with its ways, the first of which is always to be had: as it is, or to call."""

    key: str
    options: tuple[Option, ...]


class Shift(NamedTuple):
    """When somebody's hours of a day are over, and for how many cells they may be kept after."""

    ends: int  # the first cell after the hours
    until: int  # the first cell of another day
    most: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Visits that compete for what is free. What no visit here may use is not in `free`.

    `shifts` says of those who have hours when these are over. Cells after them may be free, but
    every way that uses them has to say so in its cost.
    """

    visits: tuple[Visit, ...]
    free: Mapping[Key, int]
    shifts: Mapping[Key, Sequence[Shift]] = field(default_factory=dict)


class Given(NamedTuple):
    """A visit's chosen way with the resource given for each of its takes."""

    option: Option
    resources: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A way for every visit. `bound` is the least that any plan could cost, where known."""

    chosen: Mapping[str, Given]
    bound: int = 0
    is_proven: bool = False
    how: str = "greedy"
    tries: int = field(default=0, compare=False)

    @property
    def cost(self) -> int:
        """All points of all visits."""
        return sum(given.option.cost for given in self.chosen.values())

    @property
    def by_rule(self) -> dict[str, int]:
        """The points by rule, the heaviest first."""
        found: dict[str, int] = {}
        for given in self.chosen.values():
            for rule, points in given.option.costs:
                found[rule] = found.get(rule, 0) + points
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def give(
    takes: Sequence[Take], free: Mapping[Key, int], used: Mapping[Key, int]
) -> tuple[Key, ...] | None:
    """Return a resource for each take, none of them taken twice; None when there is no way."""
    if not takes:
        return ()
    first, rest = takes[0], takes[1:]
    for key in first.choices:
        if first.bits & ~free.get(key, 0) or first.bits & used.get(key, 0):
            continue
        left = give(rest, free, {**used, key: used.get(key, 0) | first.bits})
        if left is not None:
            return (key, *left)
    return None
