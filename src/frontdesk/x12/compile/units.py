"""Which elements of a segment stand or fall together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from frontdesk.x12.schema.grammar import NOT_USED, REQUIRED, Element, Segment


@dataclass(slots=True, frozen=True)
class Unit:
    """Neighbouring elements (counted from 0) and the relational notes among them."""

    indexes: tuple[int, ...]
    notes: tuple[str, ...] = ()

    def presences(self, parts: Sequence[Element]) -> Iterator[tuple[bool, ...]]:
        """The combinations of present and absent elements that usage and notes allow."""
        for present in product((True, False), repeat=len(parts)):
            fits = all(
                there or part.usage != REQUIRED for part, there in zip(parts, present, strict=True)
            ) and not any(
                there and part.usage == NOT_USED for part, there in zip(parts, present, strict=True)
            )
            by_number = {i + 1: there for i, there in zip(self.indexes, present, strict=True)}
            if fits and all(note_holds(note, by_number) for note in self.notes):
                yield present

    def may_be_absent(self, parts: Sequence[Element]) -> bool:
        """Whether all of it may be left out."""
        if any(part.usage == REQUIRED for part in parts):
            return False
        return all(note[0] != "R" for note in self.notes)


def note_numbers(note: str) -> list[int]:
    """The element numbers (from 1) that a note such as P0304 speaks of."""
    return [int(note[i : i + 2]) for i in range(1, len(note), 2)]


def note_holds(note: str, present: dict[int, bool]) -> bool:
    """Whether a relational note is kept by elements that are present or not."""
    first, *rest = (present.get(number, False) for number in note_numbers(note))
    match note[0]:
        case "P":
            return first == all(rest) == any(rest)
        case "R":
            return first or any(rest)
        case "E":
            return sum([first, *rest]) < 2
        case "C":
            return not first or all(rest)
        case _:
            return not first or any(rest)


def is_date_pair(first: Element, second: Element) -> bool:
    """Whether the first names the format in which the second is written."""
    return first.number == "1250" and second.number == "1251"


def live_notes(segment: Segment) -> list[str]:
    """The relational notes that the usage of the elements does not settle already."""
    return [note for note in segment.notes if not _settled(note, segment.elements)]


def segment_units(segment: Segment) -> tuple[list[Unit], list[str]]:
    """Group the elements that belong together; notes over distant elements are left over."""
    notes = live_notes(segment)
    ties = [[n - 1 for n in note_numbers(note)] for note in notes]
    units = _runs(len(segment.elements), ties + _date_ties(segment.elements))
    loose = [note for note, tie in zip(notes, ties, strict=True) if not _inside(tie, units)]
    grouped = [
        Unit(
            unit,
            tuple(n for n, tie in zip(notes, ties, strict=True) if set(tie) <= set(unit)),
        )
        for unit in units
    ]
    return grouped, loose


def component_units(components: Sequence[Element]) -> list[Unit]:
    """The units of a composite: single components, and dates with their format."""
    return [Unit(unit) for unit in _runs(len(components), _date_ties(components))]


def _settled(note: str, elements: Sequence[Element]) -> bool:
    usages = [elements[number - 1].usage for number in note_numbers(note)]
    first, *rest = usages
    match note[0]:
        case "P":
            settled = all(usage == REQUIRED for usage in usages)
        case "R":
            settled = REQUIRED in usages
        case "E":
            settled = sum(usage != NOT_USED for usage in usages) < 2
        case "C":
            settled = first == NOT_USED or all(usage == REQUIRED for usage in rest)
        case _:
            settled = first == NOT_USED or REQUIRED in rest
    return settled or all(usage == NOT_USED for usage in usages)


def _date_ties(elements: Sequence[Element]) -> list[list[int]]:
    return [
        [i, i + 1] for i in range(len(elements) - 1) if is_date_pair(elements[i], elements[i + 1])
    ]


def _runs(count: int, ties: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """Join tied neighbours, at most four at a time; what lies further apart stays single."""
    joined = [False] * count  # whether element i belongs to the unit of element i - 1
    for tie in ties:
        low, high = min(tie), max(tie)
        if high - low == len(set(tie)) - 1 and high - low < 4:
            for i in range(low + 1, high + 1):
                joined[i] = True
    units: list[list[int]] = []
    for i in range(count):
        if joined[i]:
            units[-1].append(i)
        else:
            units.append([i])
    return [tuple(unit) for unit in units]


def _inside(tie: Sequence[int], units: Sequence[tuple[int, ...]]) -> bool:
    return any(set(tie) <= set(unit) for unit in units)
