"""When a rule applies: comparisons of facts, joined by all or any, nested once.

    {"all": [{"fact": "line.code", "is": "one_of", "value": ["99202-99215"]},
             {"any": [{"fact": "payer_filing", "is": "is", "value": "MB"}, …]}]}

A comparison that denies (is not, none of, is empty) is the opposite of the one that affirms,
so a fact that nobody knows satisfies every one that denies and none that affirms.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from frontdesk.rulebook.facts import LINE, Fact, Malformed, Type, fact_of, listed, value_of
from frontdesk.rulebook.patterns import Patterns

Line = Mapping[str, Any]
Test = Callable[[Mapping[str, Any], Line], bool]
Join = Literal["all", "any"]

AFFIRMS = {
    "is_not": "is",
    "none_of": "one_of",
    "has_none": "has_any",
    "empty": "filled",
    "no": "yes",
}
WORDS = {
    "is": "is",
    "is_not": "is not",
    "one_of": "is one of",
    "none_of": "is none of",
    "starts": "begins with",
    "has_any": "include any of",
    "has_all": "include all of",
    "has_none": "include none of",
    "at_least": "is at least",
    "at_most": "is at most",
    "between": "is between",
    "empty": "is empty",
    "filled": "is there",
    "yes": "yes",
    "no": "no",
}
_WORD = ("is", "is_not", "one_of", "none_of", "starts", "empty", "filled")
_MEASURE = ("is", "at_least", "at_most", "between", "empty", "filled")
COMPARISONS: dict[Type, tuple[str, ...]] = {
    "code": ("one_of", "none_of", "is", "is_not", "starts", "empty", "filled"),
    "codes": ("has_any", "has_all", "has_none", "empty", "filled"),
    "text": _WORD,
    "choice": ("is", "is_not", "one_of", "none_of", "empty", "filled"),
    "number": _MEASURE,
    "money": _MEASURE,
    "date": _MEASURE,
    "yes": ("yes", "no"),
}
ALONE = frozenset({"empty", "filled", "yes", "no"})  # need no value
MOST_COMPARISONS = 40


@dataclass(frozen=True, slots=True)
class Comparison:
    """One fact compared. `value` is read by the fact's type: see `_value`."""

    fact: Fact
    op: str
    value: Any

    @property
    def affirms(self) -> str:
        """The comparison of which this is one, or the opposite."""
        return AFFIRMS.get(self.op, self.op)

    @property
    def denies(self) -> bool:
        """Whether it is the opposite of `affirms`."""
        return self.op in AFFIRMS


@dataclass(frozen=True, slots=True)
class Group:
    """Comparisons and groups, of which all or any must hold."""

    join: Join
    parts: "tuple[Comparison | Group, ...]"

    def comparisons(self) -> Iterator[Comparison]:
        """Return every comparison in it, in its order."""
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.comparisons()
            else:
                yield part


def read(kind: str, when: object) -> Group:
    """Read a condition as kept; raise `Malformed` with words for whoever wrote it."""
    group = _group(kind, when, depth=0)
    count = sum(1 for _ in group.comparisons())
    if count == 0:
        raise Malformed("Say when the rule applies: it has no condition yet.")
    if count > MOST_COMPARISONS:
        raise Malformed(f"A rule has at most {MOST_COMPARISONS} conditions.")
    return group


def asks_lines(group: Group) -> bool:
    """Say whether the rule looks line by line."""
    return any(one.fact.is_of_line for one in group.comparisons())


def _group(kind: str, when: object, *, depth: int) -> Group:
    if not isinstance(when, Mapping) or len(when) != 1 or not set(when) <= {"all", "any"}:
        raise Malformed("A condition is a list of comparisons under “all” or “any”.")
    if depth > 1:
        raise Malformed("Groups of conditions are nested once, not deeper.")
    join: Join = "all" if "all" in when else "any"
    parts = when[join]
    if not isinstance(parts, list):
        raise Malformed("A condition is a list of comparisons under “all” or “any”.")
    return Group(join, tuple(_part(kind, part, depth) for part in parts))


def _part(kind: str, part: object, depth: int) -> Comparison | Group:
    if not isinstance(part, Mapping):
        raise Malformed("A comparison names a fact, how it is compared, and a value.")
    if "fact" not in part:
        group = _group(kind, part, depth=depth + 1)
        if not group.parts:
            raise Malformed("A group of conditions is empty: fill it or take it off.")
        return group
    if not set(part) <= {"fact", "is", "value"}:
        raise Malformed("A comparison names a fact, how it is compared, and a value.")
    fact = fact_of(kind, str(part["fact"]))
    op = str(part.get("is", ""))
    if op not in COMPARISONS[fact.type]:
        raise Malformed(f"{_capital(fact.label)} can’t be compared by “{WORDS.get(op, op)}”.")
    return Comparison(fact, op, _value(fact, op, part.get("value")))


def _value(fact: Fact, op: str, raw: object) -> Any:
    """Return patterns for codes, a set of words, a pair for between, or one value."""
    if op in ALONE:
        return None
    parts = listed(raw)
    if not parts:
        raise Malformed(f"Say what {fact.label} {WORDS[op]}.")
    if fact.type == "codes" and op == "has_all":
        return frozenset(part.upper() for part in parts)
    if fact.type == "codes" or (fact.type == "code" and op != "starts"):
        return Patterns.read(parts)
    if op in ("one_of", "none_of"):
        return frozenset(str(value_of(fact, part)).casefold() for part in parts)
    if op == "between":
        return _pair(fact, parts)
    if len(parts) > 1 and fact.type != "text":
        raise Malformed(f"Give one value: {fact.label} {WORDS[op]}.")
    value = value_of(fact, str(raw) if fact.type == "text" and isinstance(raw, str) else parts[0])
    return value.casefold() if isinstance(value, str) else value


def _pair(fact: Fact, parts: list[str]) -> tuple[Any, Any]:
    if len(parts) != 2:
        raise Malformed(f"Give two values with a comma, the smaller first: {fact.label}.")
    low, high = (value_of(fact, part) for part in parts)
    if low > high:
        raise Malformed(f"Give the smaller value first: {fact.label}.")
    return low, high


def compiled(group: Group) -> Test:
    """Return the condition as one function of the facts and of a line: made once, asked often."""
    tests = [compiled(p) if isinstance(p, Group) else _compiled(p) for p in group.parts]
    if len(tests) == 1:
        return tests[0]
    return _every(tests) if group.join == "all" else _some(tests)


def _every(tests: list[Test]) -> Test:
    def every(facts: Mapping[str, Any], line: Line) -> bool:
        for test in tests:  # noqa: SIM110 - a plain loop is twice as quick as all()
            if not test(facts, line):
                return False
        return True

    return every


def _some(tests: list[Test]) -> Test:
    def some(facts: Mapping[str, Any], line: Line) -> bool:
        for test in tests:  # noqa: SIM110 - as above
            if test(facts, line):
                return True
        return False

    return some


def _compiled(one: Comparison) -> Test:
    name, holds = one.fact.name, _affirming(one)
    denies = one.denies
    if name.startswith(LINE):
        if denies:
            return lambda facts, line: not holds(line[name])
        return lambda facts, line: holds(line[name])
    if denies:
        return lambda facts, line: not holds(facts[name])
    return lambda facts, line: holds(facts[name])


def _affirming(one: Comparison) -> Callable[[Any], bool]:
    """Return how to ask the affirming comparison of a value; of an unknown one it is false."""
    value, op = one.value, one.affirms
    if op == "filled":
        return lambda found: found is not None and found not in ("", ())
    if op == "yes":
        return lambda found: found is True
    if one.fact.type == "codes":
        return _of_codes(op, value)
    if isinstance(value, Patterns):
        test = value.test()
        return lambda found: found != "" and test(found)
    if one.fact.type in ("text", "code", "choice"):
        return _of_words(op, value)
    return _of_measures(op, value)


def _of_codes(op: str, value: Any) -> Callable[[Any], bool]:
    if op == "has_all":
        return lambda found: value.issubset(found)
    if value.is_exact:
        exact = value.exact
        return lambda found: not exact.isdisjoint(found)
    test = value.test()
    return lambda found: any(test(code) for code in found)


def _of_words(op: str, value: Any) -> Callable[[Any], bool]:
    if op == "one_of":
        return lambda found: found != "" and found.casefold() in value
    if op == "starts":
        return lambda found: found != "" and found.casefold().startswith(value)
    return lambda found: found != "" and found.casefold() == value


def _of_measures(op: str, value: Any) -> Callable[[Any], bool]:
    if op == "between":
        low, high = value
        return lambda found: found is not None and low <= found <= high
    if op == "at_least":
        return lambda found: found is not None and found >= value
    if op == "at_most":
        return lambda found: found is not None and found <= value
    return lambda found: found is not None and found == value


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
