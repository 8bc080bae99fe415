"""A condition in plain words, as a biller would say it."""

from datetime import date
from decimal import Decimal
from typing import Any

from frontdesk.rulebook.conditions import ALONE, WORDS, Comparison, Group
from frontdesk.rulebook.facts import Fact
from frontdesk.rulebook.patterns import Patterns


def in_words(group: Group) -> list[str]:
    """Return a line for each part of the condition; parts of a group stand in one line."""
    return [_sentence(p) if isinstance(p, Comparison) else _inner(p) for p in group.parts]


def said(one: Comparison) -> str:
    """Return a comparison as words: "the place of service is one of 02, 10"."""
    label = one.fact.label
    if one.fact.type == "yes":
        return f"{label}: {one.op}"
    verb = said_of(one.fact)[one.op]
    if one.op in ALONE:
        return f"{label} {verb}"
    return f"{label} {verb} {_value(one)}"


def shown(fact: Fact, value: Any) -> str:
    """Return a fact's value as read by people."""
    if value is None or value in ("", ()):
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if fact.type == "choice":
        return dict(fact.values).get(str(value), str(value))
    if fact.type == "codes":
        return ", ".join(value)
    return _one(fact, value)


def _inner(group: Group) -> str:
    joined = " and " if group.join == "all" else " or "
    return joined.join(_sentence(p) for p in group.parts if isinstance(p, Comparison))


def _sentence(one: Comparison) -> str:
    return said(one)


def said_of(fact: Fact) -> dict[str, str]:
    """Return the comparisons as words, as they are said of this fact."""
    words = dict(WORDS)
    if fact.type == "codes":
        words |= {"empty": "are none", "filled": "are there"}
    if fact.type == "date":
        words |= {"at_least": "is on or after", "at_most": "is on or before"}
    return words


def _value(one: Comparison) -> str:
    fact, value = one.fact, one.value
    if isinstance(value, Patterns):
        ranges = [f"{low}-{high}" for low, high in value.ranges]
        return ", ".join([*sorted(value.exact), *ranges, *(f"{b}*" for b in value.beginnings)])
    if isinstance(value, frozenset):
        return ", ".join(sorted(_one(fact, v) for v in value))
    if isinstance(value, tuple):
        return " and ".join(_one(fact, v) for v in value)
    return _one(fact, value)


def _one(fact: Fact, value: Any) -> str:
    if fact.type == "choice":
        return next((label for key, label in fact.values if key.casefold() == value), str(value))
    if fact.type == "money":
        return f"${Decimal(value):,.2f}"
    if isinstance(value, date):
        return f"{value:%b} {value.day}, {value.year}"
    if isinstance(value, Decimal):
        number = f"{value.normalize():f}"
        return f"{number} {fact.unit}".strip()
    return value.upper() if fact.type == "code" else str(value)
