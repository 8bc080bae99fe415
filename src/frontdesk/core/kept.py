"""What many look at, made once for all of them, until anything changes or the minute is over.

What is kept belongs to one practice, one state of its records (the number of its `Revision`) and
one minute; a change of anything makes it anew. It is kept in the process only. What costs much and
hangs on a few rooms only is kept by what changed last in those (`touched`).
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings

from frontdesk.core.database import plain
from frontdesk.core.models import AuditEntry

T = TypeVar("T")
_NUMBER = 'SELECT "number" FROM "core_revision" WHERE "practice_id" = %s'
MOST_ENTRIES = 500  # behind by more than this, every room counts as changed


class Kept:
    """The last answers to questions, each by its key; the oldest are forgotten."""

    def __init__(self) -> None:
        self.held: OrderedDict[Hashable, Any] = OrderedDict()
        self.lock = Lock()
        self.making: dict[Hashable, Lock] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept under the key, or make it; of many who ask at once one makes it."""
        with self.lock:
            if key in self.held:
                self.held.move_to_end(key)
                found: T = self.held[key]
                return found
            making = self.making.setdefault(key, Lock())
        with making:
            if key not in self.held:
                made = make()
                with self.lock:
                    self._keep(key, made)
                return made
        return self.get(key, make)

    def newest(self, key: Hashable, state: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept of this state of a key; what an earlier state left is forgotten."""
        with self.lock:
            if key in self.held and self.held[key][0] != state:
                del self.held[key]
        kept_state, found = self.get(key, lambda: (state, make()))
        return found if kept_state == state else make()  # another made it of another state

    def _keep(self, key: Hashable, made: Any) -> None:
        self.held[key] = made
        self.making.pop(key, None)
        while len(self.held) > settings.BOARDS_KEPT:
            self.held.popitem(last=False)


_kept = Kept()
_touched: dict[UUID, "Touched"] = {}


def kept(key: Hashable, make: Callable[[], T]) -> T:
    """Return what the process keeps under a key, or make it."""
    return _kept.get(key, make)


def newest(key: Hashable, state: Hashable, make: Callable[[], T]) -> T:
    """Return what the process keeps of a key's newest state, and of no other, or make it.

    For what is large: a page drawn anew each minute would else be kept for each of the minutes.
    """
    return _kept.newest(key, state, make)


def forget() -> None:
    """Know nothing any more, as a process does that has just started."""
    _kept.held.clear()
    _touched.clear()


def state_of(practice_id: UUID, at: datetime) -> tuple[UUID, int, int]:
    """Return which state of a practice's records, and which minute, something belongs to."""
    return practice_id, number_of(practice_id), int(at.timestamp()) // 60


def state_by(practice_id: UUID, at: datetime, rooms: Collection[str]) -> tuple[UUID, int, int]:
    """Return the same for what hangs on the records of these rooms only."""
    last = touched(practice_id, number_of(practice_id), rooms)
    return practice_id, last, int(at.timestamp()) // 60


def number_of(practice_id: UUID) -> int:
    """Return the number of the practice's `Revision`: each operation moves it."""
    found = plain.run(_NUMBER, practice_id)
    return found[0] if found else 0


@dataclass
class Touched:
    """Which operation was the last to change each room's records, as far as this process knows."""

    base: int  # what happened up to here is not known room by room
    known: int
    last: dict[str, int] = field(default_factory=dict)


_touched_lock = Lock()


def touched(practice_id: UUID, number: int, rooms: Collection[str]) -> int:
    """Return a number that moves whenever records of these rooms change, in one query at most.

    `number` is that of the practice's `Revision`. It may move without need, never fail to.
    """
    with _touched_lock:
        held = _touched.get(practice_id)
        if held is None or held.known > number:  # a database that was put back
            held = _touched[practice_id] = Touched(number, number)
        if held.known < number:
            _catch_up(held, practice_id, number)
        return max(held.last.get(room, held.base) for room in rooms)


def _catch_up(held: Touched, practice_id: UUID, number: int) -> None:
    entries = (
        AuditEntry.objects.filter(
            practice_id=practice_id, number__gt=held.known, number__lte=number
        )
        .exclude(rooms="")
        .order_by("number")
        .values_list("number", "rooms")
    )
    found = list(entries[: MOST_ENTRIES + 1])
    held.known = number
    if len(found) > MOST_ENTRIES:
        held.base, held.last = number, {}
        return
    for moved, rooms in found:
        held.last.update(dict.fromkeys(rooms.split(","), moved))
