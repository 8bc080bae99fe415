"""The group acknowledgement: its counts and its verdict are those of the sets it names."""

from typing import ClassVar

from frontdesk.x12.models.envelope import Delimiters
from frontdesk.x12.rules.common import Note, Rules

_ACCEPTED = frozenset({"A", "E"})


class FunctionalRules(Rules):
    """Follows a 999."""

    hooks: ClassVar[dict[str, str]] = {**Rules.hooks, "IK5": "verdict", "AK9": "totals"}

    def __init__(self, note: Note, delimiters: Delimiters) -> None:
        """Start with no set judged."""
        super().__init__(note, delimiters)
        self._named = 0
        self._accepted = 0

    def verdict(self, loop: str, text: str, number: int) -> None:
        """IK5: one set accepted or not."""
        self._named += 1
        self._accepted += text.split(self.element)[1] in _ACCEPTED

    def totals(self, loop: str, text: str, number: int) -> None:
        """AK9: sets that are not named were accepted; none is counted that was not sent."""
        parts = text.split(self.element)
        sent, received, accepted = (int(part) for part in parts[2:5])
        rejected = self._named - self._accepted
        if received < self._named or (received != sent and not any(parts[5:])):
            self.note("acknowledged-count", loop, "AK9", number, "AK903")
        elif accepted > received - rejected or self._says_less(parts[1], received, accepted):
            self.note("acknowledged-count", loop, "AK9", number, "AK904")
        elif accepted if parts[1] == "R" else parts[1] in _ACCEPTED and accepted < received:
            self.note("acknowledged-status", loop, "AK9", number, "AK901")

    def _says_less(self, status: str, received: int, accepted: int) -> bool:
        """Whether fewer sets are counted as accepted than are named so."""
        return status != "R" and received == self._named and accepted != self._accepted
