"""What a visit asks for, step by step, and the ways in which its steps can lie in time.

A step that may wait begins up to so many cells later than planned, and everything that begins
with it or after it moves along. What began before and is not over when the waiting happens lasts
so much longer: a room is kept while its patient waits. So each choice of waits gives one layout,
in which everything stands at fixed distances from the start.
"""

from collections.abc import Hashable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import product

from frontdesk.solver.openings import Need

MOST_LAYOUTS = 400  # a visit that may wait at many places: the shortest layouts are looked at


@dataclass(frozen=True, slots=True)
class Step:
    """One of these resources, from so many cells after the start, for so many cells.

    Steps that `keep` the same are given one resource, for the time between them too.
    """

    choices: tuple[Hashable, ...]  # the preferred one first
    after: int
    cells: int
    wait: int = 0  # cells that it may begin later
    keep: Hashable = None

    @property
    def ends(self) -> int:
        """The cell after its last, as planned."""
        return self.after + self.cells


@dataclass(frozen=True, slots=True)
class Layout:
    """The steps of a visit at fixed distances. `serves` names for each need its steps."""

    needs: tuple[Need, ...]
    serves: tuple[tuple[int, ...], ...]
    delays: tuple[int, ...]  # of each step: cells that it begins later than planned
    longer: tuple[int, ...]  # of each step: cells that it lasts longer than planned
    delay: int  # cells by which the visit is longer than planned


def layouts(steps: Sequence[Step]) -> list[Layout]:
    """Return every way in which the steps can lie, the one with the least waiting first."""
    waits: dict[int, int] = {}
    for step in steps:
        if step.wait:
            waits[step.after] = max(waits.get(step.after, 0), step.wait)
    marks = sorted(waits)
    ways = sorted(product(*(range(waits[mark] + 1) for mark in marks)), key=lambda w: (sum(w), w))
    return [_layout(steps, dict(zip(marks, way, strict=True))) for way in ways[:MOST_LAYOUTS]]


def _layout(steps: Sequence[Step], waited: dict[int, int]) -> Layout:
    delays = [sum(w for mark, w in waited.items() if mark <= step.after) for step in steps]
    ends = [
        step.ends + sum(w for mark, w in waited.items() if mark < max(step.ends, step.after + 1))
        for step in steps
    ]
    groups: dict[Hashable, list[int]] = {}
    for number, step in enumerate(steps):
        groups.setdefault(("alone", number) if step.keep is None else step.keep, []).append(number)
    needs = tuple(_need(steps, numbers, delays, ends) for numbers in groups.values())
    longer = (end - step.ends - delay for step, end, delay in zip(steps, ends, delays, strict=True))
    return Layout(
        needs=needs,
        serves=tuple(tuple(numbers) for numbers in groups.values()),
        delays=tuple(delays),
        longer=tuple(longer),
        delay=sum(waited.values()),
    )


def _need(
    steps: Sequence[Step], numbers: Sequence[int], delays: Sequence[int], ends: Sequence[int]
) -> Need:
    first = min(steps[number].after + delays[number] for number in numbers)
    last = max(ends[number] for number in numbers)
    return Need(tuple(_common(steps, numbers)), first, last - first)


def _common(steps: Sequence[Step], numbers: Sequence[int]) -> Iterator[Hashable]:
    others = [set(steps[number].choices) for number in numbers[1:]]
    for choice in steps[numbers[0]].choices:
        if all(choice in other for other in others):
            yield choice


def with_margins(way: Layout, steps: Set[int], clear: Hashable, before: int, after: int) -> Layout:
    """Ask for `clear` cells before the first of these steps and after the last: a buffer.

    `clear` is a calendar of its own, in which only what is promised is taken: nobody has to work
    in the minutes that are left free around a visit.
    """
    held = [
        need for need, of in zip(way.needs, way.serves, strict=True) if not steps.isdisjoint(of)
    ]
    if not held:
        return way
    first = min(need.after for need in held)
    last = max(need.after + need.cells for need in held)
    margins = [
        Need((clear,), begins, cells)
        for begins, cells in ((first - before, before), (last, after))
        if cells
    ]
    return replace(way, needs=(*way.needs, *margins), serves=(*way.serves, *(() for _ in margins)))
