"""Why a segment does not match: the slow look, taken only after the fast one failed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from frontdesk.x12.compile.patterns import DATE, DATE_FORMATS, MINUTE, SHORT_DATE, TIME
from frontdesk.x12.compile.units import is_date_pair, live_notes, note_holds, note_numbers
from frontdesk.x12.models.envelope import Delimiters
from frontdesk.x12.schema.grammar import NOT_USED, REQUIRED, Element, Segment

_NUMBER = re.compile(r"-?\d*(?:\.\d+)?")
_WHOLE = re.compile(r"-?\d+")
_PRINTABLE = re.compile(r"[ -~]*")
_DATES = {form: re.compile(pattern) for form, pattern in DATE_FORMATS.items()}


@dataclass(slots=True, frozen=True)
class Reason:
    """One fault in a segment: where (element from 1, component from 1) and its code."""

    code: str
    element: int = 0
    component: int = 0
    number: str = ""


def explain(segment: Segment, text: str, delimiters: Delimiters) -> list[Reason]:
    """Name every fault of a segment's text; an empty list means it is well-formed."""
    values = text.split(delimiters.element)[1:]
    reasons = list(_shape(values, segment, delimiters))
    padded = values + [""] * (len(segment.elements) - len(values))
    for index, element in enumerate(segment.elements):
        announced = _announced(segment.elements, padded, index)
        for code, component in _element(padded[index], element, delimiters, announced):
            reasons.append(Reason(code, index + 1, component, element.number))
    reasons += _ties(segment, padded)
    return reasons


def _shape(values: list[str], segment: Segment, delimiters: Delimiters) -> Iterator[Reason]:
    if len(values) > len(segment.elements):
        yield Reason("element-too-many", len(segment.elements) + 1)
    if values and values[-1] == "":
        yield Reason("segment-trailing", len(values))
    for index, (value, element) in enumerate(zip(values, segment.elements, strict=False)):
        ends = value.endswith(delimiters.component)
        if element.components and value and ends:
            yield Reason("segment-trailing", index + 1)


def _announced(elements: tuple[Element, ...], values: list[str], index: int) -> str | None:
    """The date format given by the element before this one, where there is one."""
    if index and is_date_pair(elements[index - 1], elements[index]):
        return values[index - 1]
    return None


def _element(
    value: str, element: Element, delimiters: Delimiters, announced: str | None
) -> Iterator[tuple[str, int]]:
    if not value or element.usage == NOT_USED:
        yield from _absence(value, element)
        return
    repetitions = [value]
    if element.repeats > 1 and delimiters.repetition:
        repetitions = value.split(delimiters.repetition)
    if len(repetitions) > element.repeats:
        yield "element-repeats", 0
    for repetition in repetitions:
        if element.components:
            yield from _composite(repetition, element, delimiters)
        else:
            for code in _simple(repetition, element, delimiters, announced):
                yield code, 0


def _absence(value: str, element: Element) -> Iterator[tuple[str, int]]:
    if value:
        yield "element-not-used", 0
    elif element.usage == REQUIRED:
        yield "element-missing", 0


def _composite(value: str, element: Element, delimiters: Delimiters) -> Iterator[tuple[str, int]]:
    values = value.split(delimiters.component)
    if len(values) > len(element.components):
        yield "element-components", len(element.components) + 1
    values += [""] * (len(element.components) - len(values))
    for index, component in enumerate(element.components):
        announced = _announced(element.components, values, index)
        if not values[index]:
            if component.usage == REQUIRED:
                yield "element-missing", index + 1
        elif component.usage == NOT_USED:
            yield "element-not-used", index + 1
        else:
            for code in _simple(values[index], component, delimiters, announced):
                yield code, index + 1


def _simple(
    value: str, element: Element, delimiters: Delimiters, announced: str | None
) -> Iterator[str]:
    """The faults of one value that is there."""
    if announced is not None:
        form = _DATES.get(announced)
        if form is not None and not form.fullmatch(value):
            yield "element-date"
        return
    kind = element.kind
    if kind == "FX":
        yield from _fixed(value, element)
    elif kind in {"DT", "TM"}:
        yield from _moment(value, element)
    elif kind == "R" or kind.startswith("N"):
        yield from _number(value, element)
    else:
        yield from _text(value, element, delimiters)


def _fixed(value: str, element: Element) -> Iterator[str]:
    """An element of fixed width, spaces included."""
    if element.codes and len(value) == element.high:
        if value not in element.codes:
            yield "element-code"
    else:
        yield from _length(value, element)


def _moment(value: str, element: Element) -> Iterator[str]:
    if element.kind == "DT":
        pattern, code = (SHORT_DATE if element.high == 6 else DATE), "element-date"
    else:
        pattern, code = (MINUTE if element.high == 4 else TIME), "element-time"
    if not re.fullmatch(pattern, value):
        yield code


def _number(value: str, element: Element) -> Iterator[str]:
    form = _NUMBER if element.kind == "R" else _WHOLE
    if not form.fullmatch(value) or not any(character.isdigit() for character in value):
        yield "element-number"
        return
    digits = sum(character.isdigit() for character in value)
    yield from _length("0" * digits, element)
    if element.codes and value not in element.codes:
        yield "element-code"


def _text(value: str, element: Element, delimiters: Delimiters) -> Iterator[str]:
    inside = {delimiters.component, delimiters.repetition} - {""}
    if not _PRINTABLE.fullmatch(value) or any(character in value for character in inside):
        yield "element-character"
    elif element.codes:
        if value not in element.codes:
            yield "element-code"
    elif element.digits:
        if not re.fullmatch(rf"\d{{{element.digits}}}", value):
            yield "element-pattern"
    else:
        yield from _length(value, element)
        if value.endswith(" "):
            yield "element-character"


def _length(value: str, element: Element) -> Iterator[str]:
    if len(value) < element.low:
        yield "element-short"
    elif len(value) > element.high:
        yield "element-long"


def _ties(segment: Segment, values: list[str]) -> Iterator[Reason]:
    """The relational notes that are broken."""
    present = {index + 1: bool(value) for index, value in enumerate(values)}
    for note in live_notes(segment):
        if not note_holds(note, present):
            numbers = note_numbers(note)
            absent = next((n for n in numbers if not present.get(n)), numbers[0])
            code = "element-exclusive" if note[0] == "E" else "element-dependent"
            place = numbers[-1] if note[0] == "E" else absent
            yield Reason(code, place, 0, segment.elements[place - 1].number)
    for index in range(1, len(segment.elements)):
        if is_date_pair(segment.elements[index - 1], segment.elements[index]):
            yield from _half_date(segment, values, index)


def _half_date(segment: Segment, values: list[str], index: int) -> Iterator[Reason]:
    """A date without its format is unreadable; a format without its date says nothing."""
    if bool(values[index - 1]) != bool(values[index]):
        place = index if not values[index - 1] else index + 1
        if segment.elements[place - 1].usage != REQUIRED:
            yield Reason("element-dependent", place, 0, segment.elements[place - 1].number)
