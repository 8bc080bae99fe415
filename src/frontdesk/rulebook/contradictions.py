"""Conditions that can never hold: found before a rule is kept, and told in words.

Every way in which the condition could hold (its disjunctive normal form) is looked at by fact.
What is called impossible is; some that are impossible may not be seen, such as two ranges of
codes that share none.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from frontdesk.rulebook.conditions import Comparison, Group
from frontdesk.rulebook.patterns import Patterns

MOST_WAYS = 4096
Way = tuple[Comparison, ...]


def contradiction(*groups: Group) -> str:
    """Return why the conditions can never hold together, or nothing when they may."""
    because = ""
    ways = product(*(_ways(group) for group in groups))
    for looked, parts in enumerate(ways, start=1):
        because = _impossible([one for part in parts for one in part])
        if not because or looked == MOST_WAYS:
            return ""
    return because


def _ways(group: Group) -> Iterator[Way]:
    if group.join == "any":
        for part in group.parts:
            if isinstance(part, Group):
                yield from _ways(part)
            else:
                yield (part,)
        return
    sides = [list(_ways(p)) if isinstance(p, Group) else [(p,)] for p in group.parts]
    for parts in product(*sides):
        yield tuple(one for part in parts for one in part)


def _impossible(way: Iterable[Comparison]) -> str:
    by_fact: dict[str, list[Comparison]] = {}
    for one in way:
        by_fact.setdefault(one.fact.name, []).append(one)
    for several in by_fact.values():
        fact = several[0].fact
        if _contradict(several):
            return f"{fact.label[:1].upper()}{fact.label[1:]}: these conditions can never all hold."
    return ""


def _contradict(several: list[Comparison]) -> bool:
    affirmed = [one for one in several if not one.denies]
    if affirmed and any(one.op == "empty" for one in several):
        return True
    kind = several[0].fact.type
    if kind == "yes":
        return {one.op for one in several} == {"yes", "no"}
    if kind == "codes":
        return _no_codes(several)
    if kind in ("number", "money", "date"):
        return _no_measure(affirmed)
    return _no_word(several)


def _no_codes(several: list[Comparison]) -> bool:
    banned = [one.value for one in several if one.op == "has_none"]
    for one in several:
        if one.op == "has_all" and any(_held(banned, code) for code in one.value):
            return True
        needs_one = one.op == "has_any" and one.value.is_exact
        if needs_one and all(_held(banned, code) for code in one.value.exact):
            return True
    return False


def _no_measure(affirmed: list[Comparison]) -> bool:
    low: Any = None
    high: Any = None
    for one in affirmed:
        least, most = _ends(one)
        if least is not None:
            low = least if low is None else max(low, least)
        if most is not None:
            high = most if high is None else min(high, most)
    return low is not None and high is not None and low > high


def _ends(one: Comparison) -> tuple[Any, Any]:
    if one.op == "between":
        low, high = one.value
        return low, high
    return (
        one.value if one.op in ("is", "at_least") else None,
        one.value if one.op in ("is", "at_most") else None,
    )


def _no_word(several: list[Comparison]) -> bool:
    """Say whether no word is left, where an affirming comparison names all that are possible."""
    left: set[str] | None = None
    for one in several:
        named = _named(one)
        if named is not None:
            left = named if left is None else left & named
    if left is None:
        return False
    return not any(all(_holds(one, word) for one in several) for word in left)


def _named(one: Comparison) -> set[str] | None:
    if one.op not in ("is", "one_of"):
        return None
    if isinstance(one.value, Patterns):
        return set(one.value.exact) if one.value.is_exact else None
    return set(one.value) if one.op == "one_of" else {one.value}


def _holds(one: Comparison, word: str) -> bool:
    if one.op in ("empty", "filled"):
        return one.op == "filled"
    if isinstance(one.value, Patterns):
        holds = one.value.holds(word)
    elif one.affirms == "starts":
        holds = word.casefold().startswith(one.value)
    elif one.affirms == "one_of":
        holds = word.casefold() in one.value
    else:
        holds = word.casefold() == one.value
    return holds != one.denies


def _held(banned: list[Patterns], code: str) -> bool:
    return any(patterns.holds(code) for patterns in banned)
