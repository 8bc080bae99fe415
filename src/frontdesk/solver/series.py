"""Several visits that belong together: every week, one after the other, a family, a team.

All of it is the same arithmetic: `starts` are the cells at which one visit can begin, on an index
whose weeks have one length; shifted and put together they are the cells at which all can.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from frontdesk.solver.index import set_cells, shifted


def weekly(starts: int, week: int, times: int, *, every: int = 1) -> int:
    """Return the starts at which a visit can be had `times` times, each `every` weeks.

    `week` is the number of cells of a week (`DayGrid.week`). Doubling: eight visits are three
    shifts, because four in a row and four in a row are eight.
    """
    have = 1
    while have < times:
        step = min(have, times - have)
        starts &= starts >> step * every * week
        have += step
    return starts


def together(*starts: int) -> int:
    """Return the starts at which all can begin in the same moment: several providers at once."""
    found = -1 if starts else 0
    for one in starts:
        found &= one
    return found


def back_to_back(visits: Sequence[tuple[int, int]], *, gap: int = 0) -> int:
    """Return the starts of the first of several visits that follow each other.

    Each visit is its starts and its length in cells; the next begins when it is over, or up to
    `gap` cells later.
    """
    if not visits:
        return 0
    reachable = visits[-1][0]
    for starts, length in reversed(visits[:-1]):
        reachable = starts & shifted(_within(reachable, gap), length)
    return reachable


def sequence(visits: Sequence[int], distances: Sequence[tuple[int, int]]) -> int:
    """Return the starts of the first of several visits that lie so far apart.

    `distances` are, for each visit after the first, the least and the most cells from the start
    of the one before to its own.
    """
    if not visits:
        return 0
    reachable = visits[-1]
    for starts, (least, most) in zip(reversed(visits[:-1]), reversed(distances), strict=True):
        reachable = starts & shifted(_within(reachable, most - least), least)
    return reachable


def plans(
    visits: Sequence[int], distances: Sequence[tuple[int, int]], limit: int
) -> list[tuple[int, ...]]:
    """Return the first concrete sequences: of each possible first start the soonest of the rest."""
    if not visits:
        return []
    tails = [visits[-1]]
    for starts, (least, most) in zip(reversed(visits[:-1]), reversed(distances), strict=True):
        tails.append(starts & shifted(_within(tails[-1], most - least), least))
    tails.reverse()
    return [
        (first, *_soonest(tails[1:], distances, first))
        for first in islice(set_cells(tails[0]), limit)
    ]


def _soonest(
    tails: Sequence[int], distances: Sequence[tuple[int, int]], before: int
) -> Iterator[int]:
    for reachable, (least, most) in zip(tails, distances, strict=True):
        window = (reachable >> before + least) & ((1 << most - least + 1) - 1)
        before += least + (window & -window).bit_length() - 1
        yield before


def _within(starts: int, reach: int) -> int:
    """Return the cells from which a start lies at most `reach` cells ahead, by doubling shifts."""
    have = 1
    while have < reach + 1:
        step = min(have, reach + 1 - have)
        starts |= starts >> step
        have += step
    return starts
