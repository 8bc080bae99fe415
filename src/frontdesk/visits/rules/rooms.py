"""The state of a room: a fold of its events."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

CLEAN, TURNOVER, OUT = "clean", "turnover", "out"


@dataclass(frozen=True, slots=True)
class RoomStep:
    """One event of a room's log, or the taking back of one."""

    pk: UUID
    state: str
    at: datetime
    because: str = ""
    by_name: str = ""
    undoes: UUID | None = None


def holding(steps: Sequence[RoomStep]) -> list[RoomStep]:
    """Return what holds: without what was taken back, and without the takings back."""
    undone = {step.undoes for step in steps if step.undoes}
    return [step for step in steps if step.undoes is None and step.pk not in undone]


def room_state(steps: Sequence[RoomStep]) -> RoomStep | None:
    """Return the event by which the room is as it is; a room nobody spoke of is clean."""
    held = holding(steps)
    return held[-1] if held else None


def keys_of_rooms(names: Sequence[str]) -> list[str]:
    """Return the digit that chooses each room: Room 3 is 3, others take what is left, or none."""
    taken: dict[str, int] = {}
    for place, name in enumerate(names):
        if found := re.search(r"(?<!\d)([1-9])$", name.strip()):
            taken.setdefault(found[1], place)
    left = iter(digit for digit in "123456789" if digit not in taken)
    chosen = {place: digit for digit, place in taken.items()}
    return [chosen.get(place) or next(left, "") for place in range(len(names))]
