"""Rules that can't be read any more: kept with facts, comparisons or actions nobody knows now.

One such rule must not stop all others. It is set aside, and where it could have held, what it
would have judged is held by a rule in its place: one that asks what can still be read of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from frontdesk.rulebook import conditions
from frontdesk.rulebook.actions import Action
from frontdesk.rulebook.conditions import Group
from frontdesk.rulebook.engine import Rule
from frontdesk.rulebook.facts import Malformed


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A rule that was set aside, and what is wrong with it in words."""

    rule: Rule
    trouble: str

    @property
    def holds(self) -> bool:
        """Whether it did more than tell: what can't be done holds instead."""
        return _does_more_than_tell(self.rule.actions)


@dataclass(frozen=True)
class _InPlace(Rule):
    """Holds what a rule that can't be read may have meant: its unreadable parts count as true."""

    @cached_property
    def group(self) -> Group:
        return _left(self.kind, self.when) or Group("all", ())

    @cached_property
    def does(self) -> tuple[Action, ...]:
        return (Action("hold", kind=self.kind),)


def readable(rules: Iterable[Rule]) -> tuple[list[Rule], list[Unreadable]]:
    """Return the rules to judge by, with those in the place of others, and what was set aside."""
    kept: list[Rule] = []
    aside: list[Unreadable] = []
    for rule in rules:
        try:
            _ = rule.test, rule.does
        except Malformed as trouble:
            one = Unreadable(rule, str(trouble))
            aside.append(one)
            if one.holds:
                kept.append(_in_place(one))
        else:
            kept.append(rule)
    return kept, aside


def _in_place(one: Unreadable) -> Rule:
    said = {field.name: getattr(one.rule, field.name) for field in fields(one.rule)}
    key = one.rule.key
    said["words"] = f"Rule {key} can’t be read any more, and may have held this: {one.trouble}"
    said["how_to_fix"] = f"Open rule {key} under Billing, Rules, and write it anew or retire it."
    return _InPlace(**said)


def _does_more_than_tell(actions: object) -> bool:
    if not isinstance(actions, list) or not actions:
        return True
    return any(not isinstance(one, Mapping) or one.get("do") != "warn" for one in actions)


def _left(kind: str, when: object) -> Group | None:
    """Return what can still be read of a condition; None where it may hold for anything."""
    if not isinstance(when, Mapping) or len(when) != 1:
        return None
    ((join, parts),) = when.items()
    if join not in ("all", "any") or not isinstance(parts, list):
        return None
    found = [one for part in parts if (one := _part(kind, part)) is not None]
    if join == "any" and len(found) < len(parts):
        return None
    groups = [part for group in found for part in (group.parts if join == group.join else (group,))]
    return Group(join, tuple(groups)) if groups else None


def _part(kind: str, part: Any) -> Group | None:
    if isinstance(part, Mapping) and "fact" not in part:
        return _left(kind, part)
    try:
        return conditions.read(kind, {"all": [part]})
    except Malformed:
        return None
