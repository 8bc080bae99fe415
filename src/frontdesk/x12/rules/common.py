"""What every transaction set is checked for, and the frame the others build on."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from frontdesk.x12.models.envelope import Delimiters
from frontdesk.x12.rules.checkdigits import npi_is_sound

# Called with a code of `findings`, the loop, the segment id, its number and the element.
Note = Callable[[str, str, str, int, str], None]
ZERO = Decimal(0)


@dataclass(slots=True)
class _Level:
    """One HL that is still open."""

    id: str
    announces: str
    loop: str
    number: int
    has_below: bool = False


class Rules:
    """Follows one transaction set, segment by segment, and notes what does not agree.

    `hooks` says which method sees which segments. A method gets the loop id, the text and
    the number of a segment that is well-formed; `spoil` is called for one that is not, so
    that a wrong amount is not reported again as a wrong sum.
    """

    hooks: ClassVar[dict[str, str]] = {"HL": "level", "NM1": "name", "N1": "name"}

    def __init__(self, note: Note, delimiters: Delimiters) -> None:
        """Start with nothing seen."""
        self.note = note
        self.element = delimiters.element
        self.component = delimiters.component
        self._levels = 0
        self._open: list[_Level] = []
        self._npi_mark = f"{delimiters.element}XX{delimiters.element}"

    def level(self, loop: str, text: str, number: int) -> None:
        """HL: numbers run from 1, the parent is open, and levels below are announced."""
        parts = text.split(self.element)
        self._levels += 1
        if parts[1] != str(self._levels):
            self.note("hierarchy-order", loop, "HL", number, "HL01")
        parent = parts[2]
        while self._open and parent != self._open[-1].id:
            self._close_level()
        if parent and not self._open:
            self.note("hierarchy-parent", loop, "HL", number, "HL02")
        elif parent:
            self._open[-1].has_below = True
        announces = parts[4] if len(parts) > 4 else ""
        self._open.append(_Level(parts[1], announces, loop, number))

    def name(self, loop: str, text: str, number: int) -> None:
        """NM1, N1: a provider's number passes its check digit."""
        if self._npi_mark not in text:
            return
        parts = text.split(self.element)
        place = 8 if parts[0] == "NM1" else 3
        if len(parts) > place + 1 and parts[place] == "XX" and not npi_is_sound(parts[place + 1]):
            self.note("npi-check-digit", loop, parts[0], number, f"{parts[0]}{place + 1:02}")

    def spoil(self, loop: str, segment: str) -> None:
        """A segment was malformed: what depends on it is not judged."""

    def finish(self, number: int) -> None:
        """The transaction set is over; `number` is that of its SE."""
        while self._open:
            self._close_level()

    def _close_level(self) -> None:
        level = self._open.pop()
        if level.announces == "0" and level.has_below:
            self.note("hierarchy-child", level.loop, "HL", level.number, "HL04")
        elif level.announces == "1" and not level.has_below:
            self.note("hierarchy-empty", level.loop, "HL", level.number, "HL04")
