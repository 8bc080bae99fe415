"""Rules that could quarrel: both set the same fact, to different values, on the same claim."""

from collections.abc import Iterable
from dataclasses import dataclass

from frontdesk.rulebook.actions import Action
from frontdesk.rulebook.contradictions import contradiction
from frontdesk.rulebook.engine import Rule


@dataclass(frozen=True, slots=True)
class Conflict:
    """Another rule, and what the two set."""

    other: Rule
    mine: Action
    theirs: Action

    @property
    def words(self) -> str:
        """The conflict as a sentence."""
        return (
            f"Rule {self.other.key} may meet it on the same claim: “{self.mine.words}” here, "
            f"“{self.theirs.words}” there. Where both apply the claim is held."
        )


def conflicts(rule: Rule, others: Iterable[Rule]) -> list[Conflict]:
    """Return where the rule and another may both apply and contradict each other."""
    return [
        Conflict(other, mine, theirs)
        for other in others
        if other.id != rule.id and other.kind == rule.kind and _meet(rule, other)
        for mine in rule.does
        for theirs in other.does
        if _quarrel(mine, theirs)
    ]


def _quarrel(mine: Action, theirs: Action) -> bool:
    if mine.does != "set" or theirs.does != "set" or mine.fact != theirs.fact:
        return False
    if mine.how == "to":
        return mine.value != theirs.value
    return mine.value == theirs.value and mine.how != theirs.how


def _meet(one: Rule, other: Rule) -> bool:
    for mine, theirs in (
        (one.payer, other.payer), (one.provider, other.provider), (one.site, other.site)
    ):  # fmt: skip
        if mine and theirs and mine != theirs:
            return False
    if one.ends_on and other.starts_on and one.ends_on < other.starts_on:
        return False
    if other.ends_on and one.starts_on and other.ends_on < one.starts_on:
        return False
    # Conditions on lines may be met by two different lines; on the whole they must agree.
    if one.by_line or other.by_line:
        return True
    return not contradiction(one.group, other.group)
