"""The services review: a request asks about something, an answer decides or refuses it."""

from typing import ClassVar

from frontdesk.x12.models.envelope import Delimiters
from frontdesk.x12.rules.common import Note, Rules

_ANSWER = "11"
_EVENTS = {"2000E"}


class ReviewRules(Rules):
    """Follows a 278."""

    hooks: ClassVar[dict[str, str]] = {
        **Rules.hooks,
        "BHT": "opening",
        "AAA": "refusal",
        "HCR": "decision",
    }

    def __init__(self, note: Note, delimiters: Delimiters) -> None:
        """Start with nothing asked."""
        super().__init__(note, delimiters)
        self._is_answer = False
        self._events = 0
        self._is_decided = False

    def opening(self, loop: str, text: str, number: int) -> None:
        """BHT: whether this asks or answers."""
        self._is_answer = text.split(self.element)[2] == _ANSWER

    def level(self, loop: str, text: str, number: int) -> None:
        """HL: count the patient events."""
        super().level(loop, text, number)
        self._events += loop in _EVENTS

    def refusal(self, loop: str, text: str, number: int) -> None:
        """AAA: there is a reason why nothing is decided."""
        self._is_decided = True

    def decision(self, loop: str, text: str, number: int) -> None:
        """HCR: something is decided."""
        self._is_decided = True

    def finish(self, number: int) -> None:
        """A request has an event; an answer a decision or a reason for none."""
        if not self._is_answer and not self._events:
            self.note("loop-missing", "2000E", "HL", number, "")
        if self._is_answer and not self._is_decided:
            self.note("review-undecided", "2000E", "HCR", number, "")
        super().finish(number)
