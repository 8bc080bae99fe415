"""The shape of a guide, and the short notation in which guides are declared.

A guide is an outline: one line a segment or loop, indented under the loop it belongs to.

    NM1 R1 85! 1,2! ! ? ? - ? XX? ?
    LOOP 2010AA R1 billing provider
    SAME 2300 R100

`R` is required, `S` situational; the number is how often it may come, `*` any number.
Each element is `!` required, `?` situational or `-` not used, with the codes allowed in
front of it (`@name` stands for a list in `codes`, `#9` for nine digits); a composite is
written in brackets, `x99` after an element lets it repeat. A line that starts with `|`
continues the one before. Neighbours with the same segment id share one position and may
come in any order. Element types and lengths come from `segments` and `elements`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from frontdesk.x12.schema.codes import CODES
from frontdesk.x12.schema.elements import OUTLINE
from frontdesk.x12.schema.segments import COMPOSITES, SEGMENTS

REQUIRED, SITUATIONAL, NOT_USED = "!", "?", "-"
UNBOUNDED = 1_000_000

_TOKEN = re.compile(r"\(|\)?[^\s()]+")
_MARK = re.compile(r"^(.*?)([!?-])(?:x(\d+))?$")


@dataclass(slots=True, frozen=True)
class Element:
    """One element or component: its data element number, type, lengths, usage and codes."""

    number: str
    kind: str
    low: int
    high: int
    usage: str
    codes: tuple[str, ...] = ()
    components: tuple["Element", ...] = ()
    repeats: int = 1
    digits: int = 0


@dataclass(slots=True, eq=False)
class Segment:
    """One segment at its place in a loop."""

    id: str
    required: bool
    most: int
    elements: tuple[Element, ...]
    notes: tuple[str, ...]
    loop: str
    position: int = 0
    index: int = 0

    @property
    def first(self) -> "Segment":
        """The segment that opens this item: itself."""
        return self


@dataclass(slots=True, eq=False)
class Loop:
    """A loop: the segments and loops in it, in order. The first is the segment that opens it."""

    id: str
    name: str
    required: bool
    most: int
    items: list["Segment | Loop"] = field(default_factory=list)
    position: int = 0
    index: int = 0

    @property
    def first(self) -> Segment:
        """The segment that opens this loop."""
        return self.items[0].first


@dataclass(slots=True, eq=False)
class Guide:
    """One implementation guide: what a transaction set of this version may look like.

    Where one version holds two guides (the 278), `kind` names them and `purposes` are the
    codes in BHT02 that tell them apart.
    """

    set_id: str
    version: str
    group: str
    accepts: tuple[str, ...]
    root: Loop
    names_version: bool = True
    kind: str = ""
    purposes: tuple[str, ...] = ()

    def loops(self) -> Iterator[Loop]:
        """Every loop of the guide, outermost first."""
        waiting = [self.root]
        while waiting:
            loop = waiting.pop(0)
            yield loop
            waiting += [item for item in loop.items if isinstance(item, Loop)]


def declare(
    *,
    set_id: str,
    version: str,
    group: str,
    accepts: tuple[str, ...],
    outline: str,
    names_version: bool = True,
    kind: str = "",
    purposes: tuple[str, ...] = (),
) -> Guide:
    """Read an outline into a guide. A line that cannot be read raises `ValueError`.

    `names_version` is false where the guide does not ask for its version in ST03.
    """
    root = Loop(id="", name="transaction", required=True, most=1)
    named: dict[str, Loop] = {}
    stack: list[tuple[int, Loop]] = [(-1, root)]
    for indent, words in _lines(outline):
        while stack[-1][0] >= indent:
            stack.pop()
        parent = stack[-1][1]
        item = _item(words, parent, named)
        parent.items.append(item)
        if isinstance(item, Loop) and words[0] == "LOOP":
            named[item.id] = item
            stack.append((indent, item))
    guide = Guide(set_id, version, group, accepts, root, names_version, kind, purposes)
    for loop in guide.loops():
        _place(loop)
    return guide


def _lines(outline: str) -> Iterator[tuple[int, list[str]]]:
    indent, words = 0, list[str]()
    for line in outline.splitlines():
        text = line.strip()
        if text.startswith("|"):
            words += _TOKEN.findall(text[1:])
        elif text:
            if words:
                yield indent, words
            indent, words = len(line) - len(line.lstrip()), _TOKEN.findall(text)
    if words:
        yield indent, words


def _item(words: list[str], parent: Loop, named: dict[str, Loop]) -> Segment | Loop:
    if words[0] == "LOOP":
        return Loop(words[1], " ".join(words[3:]), *_usage(words[2]))
    if words[0] == "SAME":
        like = named[words[1]]
        return Loop(like.id, like.name, *_usage(words[2]), items=like.items)
    required, most = _usage(words[1])
    numbers, notes = _dictionary()[words[0]]
    elements = _elements(words[2:], numbers)
    return Segment(words[0], required, most, elements, notes, parent.id)


def _usage(word: str) -> tuple[bool, int]:
    return word[0] == "R", UNBOUNDED if word[1:] == "*" else int(word[1:])


def _elements(words: Sequence[str], numbers: Sequence[str]) -> tuple[Element, ...]:
    found: list[Element] = []
    inside: list[str] | None = None
    for word in words:
        if word == "(":
            inside = []
        elif word[0] == ")":
            found.append(_composite(word[1:], inside or [], numbers[len(found)]))
            inside = None
        elif inside is not None:
            inside.append(word)
        else:
            found.append(_element(word, numbers[len(found)]))
    found += [_element(NOT_USED, number) for number in numbers[len(found) :]]
    return tuple(found)


def _composite(mark: str, words: list[str], number: str) -> Element:
    _, usage, repeats = _marks(mark)
    numbers = _composites()[number]
    words = words + [NOT_USED] * (len(numbers) - len(words))
    components = tuple(_element(word, n) for word, n in zip(words, numbers, strict=True))
    return Element(number, "C", 0, 0, usage, components=components, repeats=repeats)


def _element(word: str, number: str) -> Element:
    codes, usage, repeats = _marks(word)
    kind, low, high = _types().get(number, ("C", 0, 0))
    digits = int(codes[1:]) if codes.startswith("#") else 0
    named = CODES[codes[1:]].split() if codes.startswith("@") else codes.split(",")
    allowed = tuple(code.replace("_", " ") for code in named if code and not digits)
    return Element(number, kind, low, high, usage, allowed, repeats=repeats, digits=digits)


def _marks(word: str) -> tuple[str, str, int]:
    match = _MARK.match(word)
    if match is None:
        raise ValueError(f"cannot read {word!r} in the outline of a guide")
    return match[1], match[2], int(match[3] or 1)


def element_numbers(segment: str) -> list[str]:
    """The data element numbers of a segment, or an empty list for one that is unknown."""
    return _dictionary().get(segment, ([], ()))[0]


@cache
def _types() -> dict[str, tuple[str, int, int]]:
    entries = (entry.split() for entry in OUTLINE.replace("\n", ";").split(";") if entry.strip())
    return {number: (kind, int(low), int(high)) for number, kind, low, high in entries}


@cache
def _dictionary() -> dict[str, tuple[list[str], tuple[str, ...]]]:
    """Segment id to its data element numbers and its relational notes."""
    found = {}
    for line in SEGMENTS.replace("\n    |", "").strip().splitlines():
        head, _, numbers = line.partition(" : ")
        name, *notes = head.split()
        found[name] = (numbers.split(), tuple(notes))
    return found


@cache
def _composites() -> dict[str, list[str]]:
    lines = (line.partition(" : ") for line in COMPOSITES.strip().splitlines())
    return {name: numbers.split() for name, _, numbers in lines}


def _place(loop: Loop) -> None:
    """Number the items; neighbours that open with the same segment id share a position."""
    position, last = 0, ""
    for index, item in enumerate(loop.items):
        if item.first.id != last:
            position += 1
        last = item.first.id
        item.position, item.index = position, index
