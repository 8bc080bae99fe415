"""A provider runs late: when each of the rest of the day is really seen, in the same order.

Plain arithmetic on minutes. Gaps absorb the delay, breaks shrink to what must be kept of them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Promised(NamedTuple):
    """A visit still to come: when it was promised, and how long the provider is needed.

    `begins` counts from the same zero as everything here, in minutes.
    """

    key: str
    begins: int
    minutes: int


class Break(NamedTuple):
    """Time without visits. At least so many minutes of it are kept, however late it is."""

    begins: int
    ends: int
    least: int


class Seen(NamedTuple):
    """When a promised visit is expected to begin, and by how many minutes that is later."""

    key: str
    begins: int
    late: int


def ripple(
    promised: Iterable[Promised], *, free_at: int, breaks: Sequence[Break] = ()
) -> list[Seen]:
    """Return when each visit will begin if the provider is free for the next one at `free_at`.

    Nobody is seen before the promised time, nobody overtakes.
    """
    found, clock = [], free_at
    left = sorted(breaks)
    for visit in sorted(promised, key=lambda one: (one.begins, one.key)):
        while left and left[0].begins < visit.begins:
            clock = after_break(left.pop(0), clock)
        begins = max(visit.begins, clock)
        found.append(Seen(visit.key, begins, begins - visit.begins))
        clock = begins + visit.minutes
    return found


def after_break(rest: Break, clock: int) -> int:
    """Return when the provider is back from a break that they come to at `clock`."""
    if clock <= rest.begins:
        return rest.ends
    return max(rest.ends, clock + rest.least)
