"""What many look at, made once for all of them, until anything changes or the minute is over.

What is kept belongs to one practice, one state of its records (the number of its `Revision`) and
one minute; a change of anything makes it anew. It is kept in the process only.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings

from frontdesk.core.models import Revision

T = TypeVar("T")


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

    def _keep(self, key: Hashable, made: Any) -> None:
        self.held[key] = made
        self.making.pop(key, None)
        while len(self.held) > settings.BOARDS_KEPT:
            self.held.popitem(last=False)


_kept = Kept()


def kept(key: Hashable, make: Callable[[], T]) -> T:
    """Return what the process keeps under a key, or make it."""
    return _kept.get(key, make)


def state_of(practice_id: UUID, at: datetime) -> tuple[UUID, int, int]:
    """Return which state of a practice's records, and which minute, something belongs to."""
    number = Revision.objects.filter(practice_id=practice_id).values_list("number", flat=True)
    return practice_id, number.first() or 0, int(at.timestamp()) // 60
