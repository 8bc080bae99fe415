"""A message being written: loops with segments, put into the guide's order at the end."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal

from frontdesk.x12.compile.table import segment_fits
from frontdesk.x12.errors import Unwritable
from frontdesk.x12.models.common import Extra
from frontdesk.x12.models.envelope import Delimiters
from frontdesk.x12.schema.grammar import Guide, Loop, Segment

Simple = str | int | Decimal | date | time | None
# A tuple is a composite, a list a repeated element.
Value = Simple | tuple[Simple, ...] | list[str]

_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\xa0": " "})

_MOST_WRITTEN = 10_000  # texts remembered at once, so that memory stays flat


class Draft:
    """One loop being written. Segments may be added in any order."""

    def __init__(self, loop: str) -> None:
        """Start empty."""
        self.loop = loop
        self.segments: list[list[Value]] = []
        self.children: list[Draft] = []

    def add(self, name: str, *elements: Value) -> None:
        """Add a segment; empty elements at its end are left out."""
        self.segments.append([name, *elements])

    def open(self, loop: str) -> "Draft":
        """Add a loop and return it."""
        child = Draft(loop)
        self.children.append(child)
        return child

    def put_back(self, extras: Iterable[Extra]) -> None:
        """Add segments that were kept as they came, each to its loop in here.

        A loop that is not there yet is opened, and again by each segment that opens it.
        """
        for extra in extras:
            target = self._find(extra.loop)
            if target is None or (target is not self and target.opened_by(extra.elements[0])):
                target = self.open(extra.loop)
            target.segments.append([extra.elements[0], *map(_reopened, extra.elements[1:])])

    def opened_by(self, name: str) -> bool:
        """Whether a segment of this name is the one that opens the loop."""
        return bool(self.segments) and self.segments[0][0] == name

    def _find(self, loop: str) -> "Draft | None":
        if self.loop == loop:
            return self
        for child in reversed(self.children):
            found = child._find(loop)
            if found is not None:
                return found
        return None


class Assembler:
    """Turns a draft into the texts of its segments, in the order of the guide."""

    def __init__(self, guide: Guide, delimiters: Delimiters) -> None:
        """Know the loops of the guide by id."""
        self._root = guide.root
        self._delimiters = delimiters
        self._levels = 0
        self._places: dict[tuple[int, str, str], int] = {}
        self._inside: dict[tuple[int, str], Loop] = {}
        self._written: dict[tuple[Value, ...], str] = {}
        signs = (delimiters.element, delimiters.segment, delimiters.component)
        self._refused = re.compile(
            f"[^ -~]|[{''.join(re.escape(s) for s in (*signs, delimiters.repetition))}]"
        )

    def texts(self, draft: Draft) -> list[str]:
        """The segment texts of a whole transaction set, levels (HL) numbered."""
        self._levels = 0
        found: list[str] = []
        self._lay(draft, self._root, "", found)
        return found

    def _lay(self, draft: Draft, loop: Loop, parent: str, found: list[str]) -> None:
        entries: list[tuple[int, list[Value] | Draft]] = [
            *((self._place(segment, loop), segment) for segment in draft.segments),
            *((self._inner(child, loop).position, child) for child in draft.children),
        ]
        entries.sort(key=_first)
        level = parent
        for _, entry in entries:
            if isinstance(entry, Draft):
                self._lay(entry, self._inner(entry, loop), level, found)
            elif entry[0] == "HL":
                self._levels += 1
                level = str(self._levels)
                below = "1" if any(c.loop.startswith("2000") for c in draft.children) else "0"
                child_code = entry[2] if len(entry) > 2 else below
                found.append(self._text(["HL", level, parent, entry[1], child_code]))
            else:
                found.append(self._text(entry))

    def _place(self, segment: list[Value], loop: Loop) -> int:
        name = str(segment[0])
        key = (id(loop), name, _qualifier(segment))
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = self._search(*key[1:], loop)
        return place

    def _search(self, name: str, qualifier: str, loop: Loop) -> int:
        for item in loop.items:
            if isinstance(item, Segment) and item.id == name and segment_fits(item, qualifier):
                return item.position
        for item in loop.items:
            if isinstance(item, Segment) and item.id == name:
                return item.position  # the check of the finished bytes names the wrong code
        raise Unwritable(f"segment {name} has no place in loop {loop.id or 'of the set'}")

    def _inner(self, child: Draft, loop: Loop) -> Loop:
        found = self._inside.get((id(loop), child.loop))
        if found is None:
            found = next(
                (i for i in loop.items if isinstance(i, Loop) and i.id == child.loop), None
            )
            if found is None:
                outer = loop.id or "of the set"
                raise Unwritable(f"loop {child.loop} has no place in loop {outer}")
            self._inside[id(loop), child.loop] = found
        return found

    def _text(self, segment: list[Value]) -> str:
        """The text of a segment; what many claims of a file say alike is written once.

        Values that are equal are written alike (see `as_text`), so that they may share a text.
        """
        key = tuple(segment)
        try:
            text = self._written.get(key)
        except TypeError:  # a repeated element is a list, which no key may hold
            return self._composed(segment)
        if text is None:
            if len(self._written) >= _MOST_WRITTEN:
                self._written.clear()
            text = self._written[key] = self._composed(segment)
        return text

    def _composed(self, segment: list[Value]) -> str:
        signs = self._delimiters
        values: list[str] = []
        refused = self._refused.search
        for value in segment:
            if isinstance(value, str):
                # Most values are plain text: look at them without a call.
                is_plain = not value or (value[-1] != " " and not refused(value))
                values.append(value if is_plain else self._plain(value, segment, len(values)))
            elif isinstance(value, tuple):
                parts = [self._plain(part, segment, len(values)) for part in value]
                values.append(signs.component.join(parts).rstrip(signs.component))
            elif isinstance(value, list):
                parts = [self._plain(part, segment, len(values)) for part in value]
                values.append(signs.repetition.join(parts))
            else:
                values.append(as_text(value))
        while len(values) > 1 and not values[-1]:
            values.pop()
        return signs.element.join(values)

    def _plain(self, value: Simple, segment: list[Value], index: int) -> str:
        text = value.rstrip() if isinstance(value, str) else as_text(value)
        if self._refused.search(text):
            text = _transliterated(text)
            if self._refused.search(text):
                place = f"{segment[0]}{index:02}"
                raise Unwritable(f"{place} holds a delimiter or a character that cannot be sent")
        return text


def as_text(value: Simple) -> str:
    """A value as it is written: dollars without idle zeros, days as CCYYMMDD."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.rstrip()
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, date):
        return value.strftime("%Y%m%d")
    if isinstance(value, time):
        return value.strftime("%H%M%S" if value.second else "%H%M")
    return str(value)


def decimal_text(value: Decimal) -> str:
    """A number without exponent, without idle zeros and without a sign on nothing."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _first(entry: tuple[int, object]) -> int:
    return entry[0]


def _qualifier(segment: list[Value]) -> str:
    if segment[0] == "HL":
        return as_text(segment[1]) if not isinstance(segment[1], tuple | list) else ""
    value = segment[1] if len(segment) > 1 else ""
    first = value[0] if isinstance(value, tuple | list) and value else value
    return first if isinstance(first, str) else ""


def _reopened(text: str) -> Value:
    """An element that was kept as text: its components and repetitions apart again."""
    if ":" in text:
        return tuple(text.split(":"))
    return text.split("^") if "^" in text else text


def _transliterated(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(c for c in decomposed if not unicodedata.combining(c))
