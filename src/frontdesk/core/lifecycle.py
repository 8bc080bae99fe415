"""Which status may follow which: one table a model, and one way to move."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from django.db.models import TextChoices

from frontdesk.core.errors import Refused

S = TypeVar("S", bound=TextChoices)


class Lifecycle(Generic[S]):
    """A table from each status to those that may follow it; what is absent is final."""

    def __init__(self, statuses: type[S], moves: Mapping[S, set[S]]) -> None:
        self.statuses = statuses
        self.moves = moves

    def may(self, current: str, new: S) -> bool:
        """Say whether the move is allowed."""
        return new in self.moves.get(self.statuses(current), ())

    def move(self, current: str, new: S) -> S:
        """Return the new status, or refuse the move."""
        if not self.may(current, new):
            raise Refused(f"{self.statuses(current).label} cannot become {new.label.lower()}.")
        return new

    def is_final(self, status: str) -> bool:
        """Say whether nothing follows the status."""
        return not self.moves.get(self.statuses(status))
