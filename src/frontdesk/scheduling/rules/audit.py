"""What the nightly look over the schedule can find, on plain values."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import Any, NamedTuple


class Taken(NamedTuple):
    """A span on a lane, of anything that can be compared: instants, or times on a wall."""

    resource: Hashable
    starts: Any
    ends: Any
    key: Hashable = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that should not be, in words, and what it is about."""

    kind: str
    words: str


def overlapping(rows: Iterable[Taken]) -> list[tuple[Taken, Taken]]:
    """Return the neighbours of one resource that overlap; those that only touch do not."""
    ordered = sorted(rows, key=lambda row: (str(row.resource), row.starts, row.ends))
    found = []
    furthest: Taken | None = None
    for row in ordered:
        if furthest is None or furthest.resource != row.resource:
            furthest = row
            continue
        if row.starts < furthest.ends:
            found.append((furthest, row))
        if row.ends > furthest.ends:
            furthest = row
    return found


def outside(starts: time, ends: time, opened: Iterable[tuple[time, time]]) -> bool:
    """Say whether a span is not wholly within opening hours; hours that touch count as one."""
    spans = sorted(opened)
    joined: list[tuple[time, time]] = spans[:1]
    for before, after in pairwise(spans):
        if after[0] <= max(before[1], joined[-1][1]):
            joined[-1] = (joined[-1][0], max(joined[-1][1], after[1]))
        else:
            joined.append(after)
    return not any(opens <= starts and ends <= closes for opens, closes in joined)
