"""Codes as people write several at once: 99213, a range 99202-99215, a beginning J*."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

from frontdesk.rulebook.facts import Malformed


@dataclass(frozen=True, slots=True)
class Patterns:
    """Some codes: those named, those between two of the same length, those beginning so."""

    exact: frozenset[str]
    ranges: tuple[tuple[str, str], ...]
    beginnings: tuple[str, ...]

    @classmethod
    def read(cls, parts: Iterable[str]) -> Self:
        """Read what a person wrote; raise `Malformed` where it means nothing."""
        exact: set[str] = set()
        ranges: list[tuple[str, str]] = []
        beginnings: list[str] = []
        for part in parts:
            text = part.strip().upper()
            low, dash, high = (piece.strip() for piece in text.partition("-"))
            if dash:
                ranges.append(_range(low, high))
            elif text.endswith("*"):
                beginnings.append(_beginning(text))
            elif text:
                exact.add(_code(text))
        return cls(frozenset(exact), tuple(ranges), tuple(beginnings))

    @property
    def is_exact(self) -> bool:
        """Whether every code is named."""
        return not self.ranges and not self.beginnings

    def holds(self, code: str) -> bool:
        """Say whether the code is one of them."""
        return self.test()(code)

    def test(self) -> Callable[[str], bool]:
        """Return the quickest way to ask."""
        exact, ranges, beginnings = self.exact, self.ranges, self.beginnings
        if self.is_exact:
            return exact.__contains__

        def holds(code: str) -> bool:
            return (
                code in exact
                or (bool(beginnings) and code.startswith(beginnings))
                or any(len(code) == len(low) and low <= code <= high for low, high in ranges)
            )

        return holds


def _code(text: str) -> str:
    if not text.replace(".", "").isalnum():
        raise Malformed(f"“{text}” is no code: write 99213, 99202-99215 or J*, with one star.")
    return text


def _range(low: str, high: str) -> tuple[str, str]:
    if not low or len(low) != len(high) or low > high:
        raise Malformed(f"“{low}-{high}” is no range: write the lower code first, both as long.")
    return low, high


def _beginning(text: str) -> str:
    if len(text) < 2 or "*" in text[:-1]:
        raise Malformed(f"“{text}” is no beginning: write it as J* with one star at the end.")
    return text[:-1]
