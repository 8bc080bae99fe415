"""Rules made ready once and asked often: which apply, and what follows from them.

The order is fixed, so that the same facts always get the same decisions and nothing can loop:
first every rule that sets a value looks at the facts as they came, and none of them sees what
another sets; then all others look, once, at the facts as they were set. Within each half rules
are taken by their number. What can't be done (two rules that set different values, a fifth
modifier) is not done, and holds instead with the reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from frontdesk.rulebook import actions as doing
from frontdesk.rulebook import conditions
from frontdesk.rulebook.actions import REPORTS, Action, Does
from frontdesk.rulebook.conditions import Comparison, Group, Test
from frontdesk.rulebook.facts import LINE, MOST_MODIFIERS, Facts, with_sums
from frontdesk.rulebook.patterns import Patterns

NO_LINE: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Rule:
    """One version of a rule. Scope and days are limits; an empty one does not limit."""

    id: str
    key: str
    number: int
    version: int
    kind: str
    words: str
    how_to_fix: str
    when: Mapping[str, Any]
    actions: list[dict[str, Any]]
    starts_on: date | None = None
    ends_on: date | None = None
    payer: str = ""
    provider: str = ""
    site: str = ""

    @cached_property
    def group(self) -> Group:
        """The condition, read; raises `Malformed`."""
        return conditions.read(self.kind, self.when)

    @cached_property
    def does(self) -> tuple[Action, ...]:
        """The actions, read; raises `Malformed`."""
        return doing.read(self.kind, self.actions, by_line=self.by_line)

    @cached_property
    def by_line(self) -> bool:
        """Whether it looks line by line."""
        return conditions.asks_lines(self.group)

    @cached_property
    def test(self) -> Test:
        """The condition as a function."""
        return conditions.compiled(self.group)

    @cached_property
    def sets(self) -> bool:
        """Whether it belongs to the first half: it sets a value."""
        return any(action.does == "set" for action in self.does)

    def counts(self, on: date, payer: str, provider: str, site: str) -> bool:
        """Say whether the rule is in force on the day and means these."""
        return (
            (self.payer in ("", payer))
            and (self.provider in ("", provider))
            and (self.site in ("", site))
            and (self.starts_on is None or self.starts_on <= on)
            and (self.ends_on is None or on <= self.ends_on)
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What one rule decided. `lines` are places from 1, empty where the whole is meant.

    Of `set`, `fact` and `value` say what was set and `how` (to, add, take); of `attach`,
    `report` the document asked for. A `hold` that stands for an action which could not be done
    says which in `instead_of`.
    """

    rule_id: str
    key: str
    version: int
    does: Does
    words: str
    how_to_fix: str
    lines: tuple[int, ...] = ()
    fact: str = ""
    how: str = ""
    value: str = ""
    report: str = ""
    instead_of: str = ""


@dataclass(slots=True)
class Outcome:
    """All decisions in their order, and the facts as they are after what was set."""

    decisions: list[Decision]
    facts: dict[str, Any]


@dataclass(slots=True)
class _Wish:
    rule: Rule
    action: Action
    place: int  # of the line; 0 for a fact of the whole


@dataclass(slots=True)
class Book:
    """The rules of one kind, compiled and put where they are found quickly."""

    rules: list[Rule]
    _always: list[Rule] = field(default_factory=list)
    _by_code: dict[str, list[Rule]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rules = sorted(self.rules, key=lambda rule: (rule.number, rule.id))
        for rule in self.rules:
            _ = rule.test, rule.does, rule.sets  # compiled now, not with the first claim
            codes = _anchor(rule.group)
            if codes is None:
                self._always.append(rule)
            else:
                for code in codes:
                    self._by_code.setdefault(code, []).append(rule)

    def judge(
        self, facts: Facts, *, on: date, payer: str = "", provider: str = "", site: str = ""
    ) -> Outcome:
        """Return what the rules decide of whole facts (see `facts.whole`) on a day."""
        found = self._candidates(facts)  # by codes, which no rule changes
        there = [one for one in found if one.counts(on, payer, provider, site)]
        setting = [rule for rule in there if rule.sets]
        changed, decided = _set(setting, facts) if setting else (dict(facts), [])
        for rule in there:
            if not rule.sets:
                decided += _told(rule, changed)
        return Outcome(decided, changed)

    def _candidates(self, facts: Facts) -> list[Rule]:
        if not self._by_code:
            return self._always
        found = {rule.id: rule for rule in self._always}
        for code in facts.get("codes", ()):
            for rule in self._by_code.get(code, ()):
                found[rule.id] = rule
        return sorted(found.values(), key=lambda rule: (rule.number, rule.id))


def matches(rule: Rule, facts: Facts) -> tuple[bool, tuple[int, ...]]:
    """Say whether the rule's condition holds, and for which lines where it looks at them."""
    test = rule.test
    if not rule.by_line:
        return test(facts, NO_LINE), ()
    lines = tuple(
        place for place, line in enumerate(facts.get("lines", ()), start=1) if test(facts, line)
    )
    return bool(lines), lines


def _anchor(group: Group) -> set[str] | None:
    """Return codes of which one must be there for the condition to hold; None where none must."""
    if group.join != "all" and len(group.parts) > 1:
        return None
    best: set[str] | None = None
    for part in group.parts:
        if isinstance(part, Comparison):
            codes = _needed(part)
            if codes is not None and (best is None or len(codes) < len(best)):
                best = codes
    return best


def _needed(one: Comparison) -> set[str] | None:
    if one.fact.name == LINE + "code" and one.op in ("is", "one_of"):
        patterns: Patterns = one.value
    elif one.fact.name == "codes" and one.op == "has_any":
        patterns = one.value
    elif one.fact.name == "codes" and one.op == "has_all":
        return {next(iter(one.value))}
    else:
        return None
    return set(patterns.exact) if patterns.is_exact else None


def _told(rule: Rule, facts: Facts) -> list[Decision]:
    holds, lines = matches(rule, facts)
    if not holds:
        return []
    return [_decision(rule, action, lines) for action in rule.does]


def _decision(rule: Rule, action: Action, lines: tuple[int, ...] = ()) -> Decision:
    words = rule.words
    if action.does == "attach":
        words = f"{words.rstrip('.')}. Asked for: {REPORTS[action.report]}."
    return Decision(
        rule_id=rule.id,
        key=rule.key,
        version=rule.version,
        does=action.does,
        words=words,
        how_to_fix=rule.how_to_fix,
        lines=lines,
        fact=action.fact.name if action.fact else "",
        how=action.how if action.does == "set" else "",
        value=action.value,
        report=action.report,
    )


def _set(rules: list[Rule], facts: Facts) -> tuple[dict[str, Any], list[Decision]]:
    """Return the facts as all setting rules together leave them, and what each decided."""
    decided: list[Decision] = []
    wishes: list[_Wish] = []
    for rule in rules:
        holds, lines = matches(rule, facts)
        if holds:
            wishes += _wishes(rule, lines, facts)
            decided += [_decision(rule, one, lines) for one in rule.does if one.does != "set"]
    refused, kept = _agreed(wishes)
    changed = dict(facts)
    changed["lines"] = [dict(line) for line in facts.get("lines", ())]
    done = [wish for wish in kept if _apply(wish, changed, refused)]
    if changed["lines"]:
        with_sums(changed)
    return changed, _gathered(done) + refused + decided


def _wishes(rule: Rule, lines: tuple[int, ...], facts: Facts) -> list[_Wish]:
    every = tuple(range(1, len(facts.get("lines", ())) + 1))
    return [
        _Wish(rule, action, place)
        for action in rule.does
        if action.does == "set" and action.fact is not None
        for place in ((lines or every) if action.fact.is_of_line else (0,))
    ]


def _agreed(wishes: list[_Wish]) -> tuple[list[Decision], list[_Wish]]:
    """Part wishes that contradict each other (each pair told once) from those that stand."""
    by_fact: dict[tuple[str, int], list[_Wish]] = {}
    for wish in wishes:
        by_fact.setdefault((_name(wish), wish.place), []).append(wish)
    refused: dict[tuple[str, str], Decision] = {}
    kept = []
    for several in by_fact.values():
        quarrel = {id(w) for one in several for w in several if _contradict(one, w)}
        for wish in several:
            if id(wish) not in quarrel:
                kept.append(wish)
                continue
            other = next(one for one in several if _contradict(wish, one))
            if wish.rule.number < other.rule.number:
                refused.setdefault((wish.rule.id, other.rule.id), _quarrel(wish, other))
    return list(refused.values()), kept


def _name(wish: _Wish) -> str:
    return wish.action.fact.name if wish.action.fact else ""


def _contradict(one: _Wish, other: _Wish) -> bool:
    if one.action.how == "to":
        return one.action.value != other.action.value
    return one.action.value == other.action.value and one.action.how != other.action.how


def _quarrel(wish: _Wish, other: _Wish) -> Decision:
    return _not_done(
        wish,
        f"Rules {wish.rule.key} and {other.rule.key} contradict each other: "
        f"“{wish.action.words}” and “{other.action.words}”.",
        "Narrow one of the two rules, or retire it; then check the claim again.",
    )


def _not_done(wish: _Wish, words: str, how_to_fix: str) -> Decision:
    return Decision(
        rule_id=wish.rule.id,
        key=wish.rule.key,
        version=wish.rule.version,
        does="hold",
        words=words,
        how_to_fix=how_to_fix,
        lines=(wish.place,) if wish.place else (),
        fact=_name(wish),
        instead_of="set",
    )


def _apply(wish: _Wish, facts: dict[str, Any], refused: list[Decision]) -> bool:
    """Set it; say whether anything changed. What can't be set is added to `refused`."""
    action, name = wish.action, _name(wish)
    if not wish.place:
        if facts[name] == action.value:
            return False
        facts[name] = action.value
        return True
    line = facts["lines"][wish.place - 1]
    held: tuple[str, ...] = line[name]
    if (action.value in held) == (action.how == "add"):
        return False
    if action.how == "take":
        line[name] = tuple(one for one in held if one != action.value)
        return True
    if len(held) >= MOST_MODIFIERS:
        words = f"Rule {wish.rule.key} can’t add modifier {action.value}: there are four already."
        refused.append(_not_done(wish, words, "Take a modifier off that matters less."))
        return False
    line[name] = (*held, action.value)
    return True


def _gathered(done: Iterable[_Wish]) -> list[Decision]:
    """Return one decision for each rule and value, with all the lines it was set on."""
    places: dict[tuple[str, int, str, str, str], list[_Wish]] = {}
    for wish in done:
        action = wish.action
        key = (wish.rule.id, wish.rule.version, _name(wish), action.how, action.value)
        places.setdefault(key, []).append(wish)
    return [
        _decision(several[0].rule, several[0].action, tuple(w.place for w in several if w.place))
        for several in places.values()
    ]
