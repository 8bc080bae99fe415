"""A usual week as plain values, for the template lab."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, time
from itertools import pairwise
from typing import Any

from frontdesk.core.errors import Refused
from frontdesk.scheduling.rules.time import clock_words

MARK = 5  # minutes


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a stint that is kept for some visits."""

    name: str
    starts: str  # "09:00"
    ends: str
    visit_type_ids: list[str]
    release_hours: int | None = None
    opens_to_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stint:
    """When a provider sees patients every week: a session that may not be one yet."""

    provider: str
    weekday: int
    starts: str
    ends: str
    visit_type_ids: list[str] = field(default_factory=list)  # empty: any
    most_visits: int | None = None
    most_of_type: dict[str, int] = field(default_factory=dict)
    blocks: list[Part] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """Return it as plain values, to be kept."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Stint":
        """Return it from what was kept."""
        known = {one.name for one in fields(cls)}
        said = {name: value for name, value in kept.items() if name in known}
        said["blocks"] = [
            part if isinstance(part, Part) else Part(**part) for part in said["blocks"]
        ]
        return cls(**said)

    @property
    def opens(self) -> time:
        """When it begins on the wall."""
        return time.fromisoformat(self.starts)

    @property
    def closes(self) -> time:
        """When it ends on the wall."""
        return time.fromisoformat(self.ends)

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return _minutes(self.ends) - _minutes(self.starts)

    def holds_on(self, day: date) -> bool:
        """Say whether it is on this day's weekday."""
        return day.weekday() == self.weekday


def in_order(stints: Sequence[Stint]) -> list[Stint]:
    """Return a week in the order in which it is read."""
    return sorted(stints, key=lambda one: (one.provider, one.weekday, one.starts))


def check(stints: Sequence[Stint]) -> None:
    """Refuse a week that can't be: a stint that ends before it starts, two at once."""
    for one in stints:
        if _minutes(one.ends) <= _minutes(one.starts):
            raise Refused("A session ends after it starts.")
        if _minutes(one.starts) % MARK or _minutes(one.ends) % MARK:
            raise Refused("Sessions start and end on five-minute marks.")
        for part in one.blocks:
            if not one.starts <= part.starts < part.ends <= one.ends:
                raise Refused(f"The block {part.name} does not lie within its session.")
    ordered = in_order(stints)
    for one, after in pairwise(ordered):
        same = (one.provider, one.weekday) == (after.provider, after.weekday)
        if same and after.starts < one.ends:
            times = f"{clock_words(one.opens)} to {clock_words(one.closes)}"
            raise Refused(f"There is a session on this day already, {times}.")


def _minutes(wall: str) -> int:
    at = time.fromisoformat(wall)
    return at.hour * 60 + at.minute
