"""What a process keeps of a year: who is taken on which day, as the index asks for it."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from frontdesk.solver.index import DayGrid, Index


class Kept(NamedTuple):
    """A piece of a day that a hold keeps, until it runs out."""

    resource_id: UUID
    day: int
    mask: int
    expires_at: int  # epoch seconds


class Window(NamedTuple):
    """Which part of each day is kept, by the clock on the wall, and how much around it."""

    opens: time
    closes: time
    margin: int  # minutes


@dataclass
class Year:
    """What is taken and what is free in one time zone of a practice, from a day on."""

    zone: str
    window: Window
    grid: DayGrid
    busy: dict[UUID, list[int]] = field(default_factory=dict)  # of each day
    kept: list[Kept] = field(default_factory=list)
    standing: frozenset[Kept] = frozenset()
    versions: defaultdict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    masks: dict[UUID, tuple[int, int]] = field(default_factory=dict)  # version, what is taken
    index: Index = field(default_factory=Index)
    made: dict[Hashable, Hashable] = field(default_factory=dict)  # from what a calendar was made
    numbers: dict[Hashable, int] = field(default_factory=dict)
    keys: list[Hashable] = field(default_factory=list)
    shape: int = -1
    whole: int = 0  # every cell
    first: date = date.min

    def __post_init__(self) -> None:
        self.whole, self.first = self.grid.whole, self.grid.first

    def holds_days(self, first: date, days: int) -> bool:
        """Say whether all these days are in it."""
        return self.first <= first and (first - self.first).days + days <= len(self.grid.opens)

    def taken(self, resource_id: UUID) -> int:
        """Return the cells in which a resource is taken, by what is booked and by what stands."""
        version = self.versions[resource_id]
        known = self.masks.get(resource_id)
        if known is not None and known[0] == version:
            return known[1]
        days = list(self.busy.get(resource_id, ()))
        mine = [one for one in self.standing if one.resource_id == resource_id]
        if mine and not days:
            days = [0] * len(self.grid.opens)
        for one in mine:
            days[one.day] |= one.mask
        mask = self.grid.join(days) if days else 0
        self.masks[resource_id] = (version, mask)
        return mask

    def number_of(self, key: Hashable) -> int:
        """Return the small number under which the index knows a calendar."""
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = len(self.numbers)
            self.keys.append(key)
        return number

    def put(self, key: Hashable, mark: Hashable, free: Any) -> None:
        """Put a calendar into the index, unless it is there as made from the same."""
        if self.made.get(key) != mark:
            self.index.put(self.number_of(key), free())
            self.made[key] = mark

    def stand(self, at: datetime) -> None:
        """Count the holds that stand now, and no others."""
        now = int(at.timestamp())
        standing = frozenset(one for one in self.kept if one.expires_at > now)
        for one in standing ^ self.standing:
            self.versions[one.resource_id] += 1
        self.standing = standing
