"""The eligibility response: entities related to a benefit stand between LS and LE."""

from typing import ClassVar

from frontdesk.x12.models.envelope import Delimiters
from frontdesk.x12.rules.common import Note, Rules

_RELATED = {"2120C", "2120D"}


class ResponseRules(Rules):
    """Follows a 271."""

    hooks: ClassVar[dict[str, str]] = {
        **Rules.hooks,
        "EB": "benefit",
        "LS": "opened",
        "LE": "closed",
    }

    def __init__(self, note: Note, delimiters: Delimiters) -> None:
        """Start outside any benefit."""
        super().__init__(note, delimiters)
        self._opened: tuple[str, int] | None = None

    def benefit(self, loop: str, text: str, number: int) -> None:
        """EB: what the benefit before it opened must be closed."""
        self._end_benefit()

    def level(self, loop: str, text: str, number: int) -> None:
        """HL: the benefit before it is over."""
        self._end_benefit()
        super().level(loop, text, number)

    def opened(self, loop: str, text: str, number: int) -> None:
        """LS: the related entities begin."""
        self._opened = loop, number

    def closed(self, loop: str, text: str, number: int) -> None:
        """LE: the related entities end."""
        if self._opened is None:
            self.note("loop-bounds", loop, "LE", number, "")
        self._opened = None

    def name(self, loop: str, text: str, number: int) -> None:
        """NM1: a related entity needs an LS before it."""
        super().name(loop, text, number)
        if loop in _RELATED and self._opened is None:
            self.note("loop-bounds", loop, "NM1", number, "")

    def finish(self, number: int) -> None:
        """The last benefit is over."""
        self._end_benefit()
        super().finish(number)

    def _end_benefit(self) -> None:
        if self._opened is not None:
            loop, number = self._opened
            self.note("loop-bounds", loop, "LS", number, "")
            self._opened = None
