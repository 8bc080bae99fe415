"""A rule's own tests: facts, and whether the rule applies to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from frontdesk.rulebook.engine import Rule, matches
from frontdesk.rulebook.facts import Malformed, whole


@dataclass(frozen=True, slots=True)
class Tried:
    """One example as it turned out."""

    name: str
    expected: bool
    applies: bool
    lines: tuple[int, ...]
    expected_lines: tuple[int, ...]
    trouble: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the rule did what the example expects, on the lines it names."""
        if self.trouble or self.applies != self.expected:
            return False
        return not self.expected_lines or self.expected_lines == self.lines

    @property
    def words(self) -> str:
        """What happened, for whoever mends the rule."""
        if self.trouble:
            return self.trouble
        does = "applies" if self.applies else "does not apply"
        if self.applies and self.lines:
            does += f" to line {', '.join(map(str, self.lines))}"
        wanted = "it should" if self.expected else "it should not"
        if self.expected and self.expected_lines:
            wanted += f", to line {', '.join(map(str, self.expected_lines))}"
        return does if self.is_right else f"{does}; {wanted}"


def tried(rule: Rule, examples: Sequence[Mapping[str, Any]]) -> list[Tried]:
    """Return how the rule does on each example."""
    return [_tried(rule, example) for example in examples]


def lacking(rule: Rule, examples: Sequence[Mapping[str, Any]]) -> str:
    """Return in words what keeps the examples from vouching for the rule, or nothing."""
    found = tried(rule, examples)
    wrong = [one.name for one in found if not one.is_right]
    if wrong:
        return f"An example fails: {', '.join(wrong)}."
    if not any(one.expected for one in found) or all(one.expected for one in found):
        return "Give one example to which the rule applies, and one to which it does not."
    return ""


def _tried(rule: Rule, example: Mapping[str, Any]) -> Tried:
    name = str(example.get("name") or "Example")
    expected = bool(example.get("applies"))
    wanted = tuple(int(place) for place in example.get("lines", ()))
    try:
        facts = whole(rule.kind, example.get("facts") or {})
        applies, lines = matches(rule, facts)
    except Malformed as trouble:
        return Tried(name, expected, False, (), wanted, str(trouble))
    return Tried(name, expected, applies, lines, wanted)
