"""One regular expression for each segment of a guide: its whole text matches or it is wrong.

Elements that relational notes or a date format tie together are written as one unit that
lists the combinations allowed, so that a match needs no second look.
"""

import re
from collections.abc import Sequence

from frontdesk.x12.compile.units import (
    Unit,
    component_units,
    is_date_pair,
    note_numbers,
    segment_units,
)
from frontdesk.x12.models.envelope import Delimiters
from frontdesk.x12.schema.grammar import NOT_USED, REQUIRED, Element, Segment

_DAY = (
    r"(?:0[13578]|1[02])(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)(?:0[1-9]|[12]\d|30)"
    r"|02(?:0[1-9]|1\d|2[0-8])"
)
_LEAP = r"(?:[02468][048]|[13579][26])"
DATE = (
    rf"(?:(?:1[89]|[2-9]\d)\d\d(?:{_DAY})"
    rf"|(?:(?:1[89]|[2-9]\d)(?!00){_LEAP}|{_LEAP}00)0229)"
)
SHORT_DATE = rf"(?:\d\d(?:{_DAY}|0229))"
TIME = r"(?:(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d(?:\d\d?)?)?)"
MINUTE = r"(?:(?:[01]\d|2[0-3])[0-5]\d)"
# How the value of a date element looks, by the format that stands before it.
DATE_FORMATS = {
    "D8": DATE,
    "D6": SHORT_DATE,
    "RD8": f"{DATE}-{DATE}",
    "DT": f"{DATE}{MINUTE}",
    "RDT": f"{DATE}{MINUTE}-{DATE}{MINUTE}",
    "TM": MINUTE,
    "TS": rf"{DATE}{TIME}",
    "CC": r"\d\d",
    "CY": r"\d{4}",
    "CM": r"\d{6}",
}


class Patterns:
    """Builds the expressions for one set of delimiters."""

    def __init__(self, delimiters: Delimiters) -> None:
        """Work out which characters an element may hold."""
        self.delimiters = delimiters
        self._element = re.escape(delimiters.element)
        self._component = re.escape(delimiters.component)
        self._repetition = re.escape(delimiters.repetition) if delimiters.repetition else ""
        used = set(delimiters.element + delimiters.component + delimiters.repetition)
        kept_out = "".join(re.escape(character) for character in sorted(used))
        self._ink = rf"[^\x00-\x20\x7f-\xff{kept_out}]"
        self._any = rf"[^\x00-\x1f\x7f-\xff{kept_out}]"

    def segment(self, segment: Segment) -> re.Pattern[str]:
        """The expression that the whole text of this segment must match."""
        units, loose = segment_units(segment)
        guards = "".join(self._guard(note) for note in loose)
        tail = self._tail(segment.elements, units, self._element)
        end = f"(?<!{self._element})"
        return re.compile(f"{re.escape(segment.id)}{guards}{tail}{end}")

    def value(self, element: Element) -> str:
        """The expression for one simple element or component that is not empty."""
        if element.codes:
            return "(?:" + "|".join(re.escape(code) for code in element.codes) + ")"
        if element.digits:
            return rf"\d{{{element.digits}}}"
        return self._by_kind(element)

    def _by_kind(self, element: Element) -> str:
        low, high = element.low, element.high
        match element.kind:
            case "FX":
                return rf"[^{self._element}]{{{low},{high}}}"
            case "DT":
                return SHORT_DATE if high == 6 else DATE
            case "TM":
                return MINUTE if high == 4 else TIME
            case "R":
                return rf"-?(?=(?:\.?\d){{{low},{high}}}(?![\d.]))\d*(?:\.\d+)?"
            case kind if kind.startswith("N"):
                return rf"-?\d{{{low},{high}}}"
            case _:
                more = f"{self._any}{{{low - 1},{high - 1}}}" if high > 1 else ""
                return f"{more}{self._ink}"

    def _tail(self, elements: Sequence[Element], units: Sequence[Unit], separator: str) -> str:
        """The elements from here on, each with the separator before it."""
        pattern, optional = "", True
        for unit in reversed(units):
            parts = [elements[i] for i in unit.indexes]
            if not pattern and all(part.usage == NOT_USED for part in parts):
                continue
            whole, ends = self._unit(parts, unit, separator)
            body = f"{whole}{pattern}"
            if optional and ends:
                body = f"{body}|{ends}"
            optional = optional and unit.may_be_absent(parts)
            pattern = f"(?:{body})?" if optional else f"(?:{body})" if ends else body
        return pattern

    def _unit(self, parts: Sequence[Element], unit: Unit, separator: str) -> tuple[str, str]:
        """The alternatives of a unit, and those of them that may end a segment early."""
        if len(parts) == 1:
            return separator + self._body(parts[0]), ""
        alternatives: list[str] = []
        for present in unit.presences(parts):
            values = [
                self._filled(part) if there else ""
                for part, there in zip(parts, present, strict=True)
            ]
            alternatives += self._dated(values, parts, present, separator)
        ends = [cut for line in alternatives if (cut := _cut(line, separator)) not in {"", line}]
        return f"(?:{'|'.join(alternatives)})", "|".join(ends)

    def _dated(
        self,
        values: Sequence[str],
        parts: Sequence[Element],
        present: Sequence[bool],
        separator: str,
    ) -> list[str]:
        """Join the values of a unit; a format and its date become one line for each format."""
        for i in range(len(parts) - 1):
            if is_date_pair(parts[i], parts[i + 1]) and present[i] and present[i + 1]:
                formats = parts[i].codes or tuple(DATE_FORMATS)
                joined = []
                for code in formats:
                    line = list(values)
                    line[i] = re.escape(code)
                    line[i + 1] = DATE_FORMATS.get(code, self.value(parts[i + 1]))
                    joined.append(separator + separator.join(line))
                return joined
        return [separator + separator.join(values)]

    def _body(self, element: Element) -> str:
        if element.usage == NOT_USED:
            return ""
        filled = self._filled(element)
        return filled if element.usage == REQUIRED else f"(?:{filled})?"

    def _filled(self, element: Element) -> str:
        one = self._composite(element) if element.components else self.value(element)
        if element.repeats > 1 and self._repetition:
            return f"{one}(?:{self._repetition}{one}){{0,{element.repeats - 1}}}"
        return one

    def _composite(self, element: Element) -> str:
        first, *rest = component_units(element.components)
        head = self._body(element.components[first.indexes[0]])
        tail = self._tail(element.components, rest, self._component)
        return f"{head}{tail}(?<!{self._component})"

    def _guard(self, note: str) -> str:
        """A relational note that spans distant elements, as a look ahead."""
        kind, numbers = note[0], note_numbers(note)
        has = [self._has(number) for number in numbers]
        match kind:
            case "R":
                return f"(?={'|'.join(has)})"
            case "E":
                pairs = [(a, b) for i, a in enumerate(has) for b in has[i + 1 :]]
                return "".join(f"(?!(?={a}){b})" for a, b in pairs)
            case "C":
                return "".join(f"(?!(?={has[0]})(?!{b}))" for b in has[1:])
            case "L":
                return f"(?!(?={has[0]})(?!{'|'.join(has[1:])}))"
            case _:
                return f"(?:{''.join(f'(?={h})' for h in has)}|(?!{'|'.join(has)}))"

    def _has(self, number: int) -> str:
        skip = f"(?:{self._element}[^{self._element}]*){{{number - 1}}}"
        return f"{skip}{self._element}[^{self._element}]"


def _cut(line: str, separator: str) -> str:
    while line.endswith(separator):
        line = line[: -len(separator)]
    return line
