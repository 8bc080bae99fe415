"""Writing out the ways in which a visit could still happen, the cheapest first."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from frontdesk.solver.openings import Need, cells
from frontdesk.solver.repair.cost import Becomes, Was, price, price_of_calling
from frontdesk.solver.repair.model import Key, Option, Take

CALL, STAY = "call", "stay"
MOST = 64  # ways of one visit on its own day
MOST_LATER = 40  # and on the days after it


class Day(NamedTuple):
    """Where a day begins on the grid, and its noon."""

    first: int
    noon: int


class Way(NamedTuple):
    """A provider at a site who could see the patient, and the cells at which it can begin.

    With `hours_end` every start keeps the provider after that cell.
    """

    provider: Key
    site: Key
    needs: Sequence[Need]
    starts: int
    hours_end: int | None = None

    def cells_over(self, cell: int) -> int:
        """Return how many cells after their hours the provider is done."""
        if self.hours_end is None:
            return 0
        own = [n.after + n.cells for n in self.needs if tuple(n.choices) == (self.provider,)]
        return max(0, cell + max(own, default=0) - self.hours_end)


def options_of(
    was: Was,
    ways: Iterable[Way],
    days: Sequence[Day],
    *,
    patient: Key,
    cells_long: int,
    most: int = MOST,
) -> tuple[Option, ...]:
    """Return the call, which is always to be had, and then the cheapest ways.

    The patient counts as a resource: nobody is in two places at once. Ways on the visit's own
    day and on later days are cut off apart, so that a full day does not hide the next one.
    """
    found = [
        Option(
            f"{way.provider}@{way.site}@{cell}",
            takes(way.needs, cell, patient=patient, cells_long=cells_long),
            price(was, becomes(way, cell, days)),
        )
        for way in ways
        for cell in cells(way.starts)
        if way.hours_end is None or way.cells_over(cell)
    ]
    found.sort(key=lambda option: (option.cost, option.takes[0].first, option.key))
    last = days[was.day + 1].first if was.day + 1 < len(days) else None
    own = [one for one in found if last is None or one.takes[0].first < last]
    later = [one for one in found if last is not None and one.takes[0].first >= last]
    call = Option(CALL, (), price_of_calling(was))
    return (call, *own[:most], *later[:MOST_LATER])


def becomes(way: Way, cell: int, days: Sequence[Day]) -> Becomes:
    """Return what a visit would be that begins in this cell."""
    day = bisect_right([one.first for one in days], cell) - 1
    is_afternoon, into_day = cell >= days[day].noon, cell - days[day].first
    over = way.cells_over(cell)
    return Becomes(cell, day, is_afternoon, way.provider, way.site, into_day, over)


def takes(needs: Sequence[Need], cell: int, *, patient: Key, cells_long: int) -> tuple[Take, ...]:
    """Return what a visit takes that begins in this cell: the patient, then phase by phase."""
    own = Take((patient,), cell, cells_long)
    return (own, *(Take(tuple(n.choices), cell + n.after, n.cells) for n in needs))
