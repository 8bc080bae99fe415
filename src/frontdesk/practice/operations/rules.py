"""Write a rule, try it, put it in force, retire it. A change is always a new version."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from frontdesk import rulebook
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.operation import operation
from frontdesk.practice.models import Rule, RuleVersion
from frontdesk.practice.models.rules import CONTENT
from frontdesk.practice.queries.rules import newest_version, rules_of
from frontdesk.practice.signals import rule_proposed

REPLAYED = {  # kinds whose past is kept, and is asked before activation: of what
    Rule.Kind.CLAIM: "claims", Rule.Kind.AUTHORIZATION: "claims",
    Rule.Kind.INTAKE: "visits", Rule.Kind.COMPLIANCE: "visits",
}  # fmt: skip
MOST_RULES = 2000

Values = Mapping[str, Any]


@operation("practice.rules")
def save_rule(
    rule: Rule | None,
    values: Values,
    *,
    at: datetime,
    by: Actor,
    kind: str = Rule.Kind.CLAIM,
    key: str = "",
    origin: str = "office",
    seen: int | None = None,
) -> Rule:
    """Add a rule, or a new version of one; what is in force stays so until the new one is put so.

    `values` are the fields of a version, `seen` the version they were written upon. Refused in
    words: facts nobody knows, conditions that contradict each other, actions that can't be done,
    an example that can't be read, a version that somebody wrote in the meantime.
    """
    rule = Rule.objects.lock(rule.pk) if rule else _new(kind, key, origin)
    if seen is not None and seen != rule.newest:
        raise Refused(f"Somebody changed this rule in the meantime: look at version {rule.newest}.")
    former = newest_version(rule) if rule.newest else None
    said = {**(former.content() if former else {}), **values}
    if former is not None and all(said[name] == value for name, value in former.content().items()):
        return rule
    version = _version(rule, said, at, by)
    rulebook_rule = checked(version, rule)
    _check_examples(rulebook_rule, version.examples)
    rule.newest = version.number
    rule.save()
    version.save()
    return rule


@operation("practice.rules")
def propose_rule(
    kind: str,
    words: str,
    how_to_fix: str,
    when: Values,
    action: Values | str,
    because: str,
    *,
    at: datetime,
    by: Actor,
    **more: Any,
) -> Rule:
    """Draft a rule that something in the house suggests; a person tries it and decides.

    `action` is the action as kept, or the word of one that needs nothing more ("hold"). `more`
    are further fields of a version: payer_id with payer_name, examples, citation. It is tried on
    the claims there were by itself. Proposed twice while nobody has decided, it is proposed once.
    """
    actions = [{"do": action} if isinstance(action, str) else dict(action)]
    open_ones = Rule.objects.filter(kind=kind, status=Rule.Status.PROPOSED).order_by("number")
    for known in open_ones.select_for_update(of=("self",)):
        version = newest_version(known)
        same_scope = version.payer_id == more.get("payer_id")
        if version.when == when and version.actions == actions and same_scope:
            return known
    values = {
        "words": words[:200],
        "how_to_fix": how_to_fix[:300],
        "because": because[:400],
        "when": dict(when),
        "actions": actions,
        **more,
    }
    rule = save_rule(None, values, kind=kind, origin="proposed", at=at, by=by)
    rule.status = Rule.Status.PROPOSED
    rule.save()
    rule_proposed.send(Rule, rule=rule, at=at, by=by)
    return rule


@operation("practice.rules", always_ask=True)
def activate_rule(rule: Rule, *, at: datetime, by: Actor) -> Rule:
    """Put a rule's newest version in force, once its examples and its replay vouch for it."""
    rule = Rule.objects.lock(rule.pk)
    version = newest_version(rule)
    ready = checked(version, rule)
    trouble = rulebook.lacking(ready, version.examples)
    if trouble:
        raise Refused(trouble)
    if version.depends and _is_as_it_came(rule, version):
        raise Refused(f"Fill in first what depends on the practice. {version.depends}")
    if rule.kind in REPLAYED and not version.replay:
        raise Refused(f"Try it on the {REPLAYED[Rule.Kind(rule.kind)]} there were first.")
    rule.status = rule.lifecycle.move(rule.status, Rule.Status.ACTIVE)
    rule.in_force, rule.retired_because = version.number, ""
    rule.save()
    return rule


@operation("practice.rules", always_ask=True)
def retire_rule(rule: Rule, *, because: str, at: datetime, by: Actor) -> Rule:
    """Take a rule out of force; its versions and what they decided stay."""
    rule = Rule.objects.lock(rule.pk)
    if not because.strip():
        raise Refused("Say why the rule is retired.")
    rule.status = rule.lifecycle.move(rule.status, Rule.Status.RETIRED)
    rule.in_force, rule.retired_because = None, because.strip()[:200]
    rule.save()
    return rule


@operation("practice.rules")
def add_example(rule: Rule, example: Values, *, at: datetime, by: Actor) -> Rule:
    """Add an example to a rule's newest version: a new version that says nothing else anew."""
    version = newest_version(rule)
    return save_rule(rule, {"examples": [*version.examples, dict(example)]}, at=at, by=by)


@operation("practice.rules")
def drop_example(rule: Rule, place: int, *, at: datetime, by: Actor) -> Rule:
    """Take an example (by its place, from 0) off a rule."""
    version = newest_version(rule)
    kept = [one for number, one in enumerate(version.examples) if number != place]
    return save_rule(rule, {"examples": kept}, at=at, by=by)


@operation("practice.rules")
def add_starters(keys: Sequence[str], *, at: datetime, by: Actor) -> list[Rule]:
    """Take rules that ship into the practice, as drafts; those that are there stay as they are."""
    known = set(Rule.objects.filter(key__in=keys).values_list("key", flat=True))
    ships = rulebook.starters()
    return [
        save_rule(
            None,
            _content(ships[key]),
            kind=ships[key].kind,
            key=key,
            origin="starter",
            at=at,
            by=by,
        )
        for key in keys
        if key in ships and key not in known
    ]


@operation("practice.rules")
def note_replay(rule: Rule, number: int, found: Values, *, by: Actor) -> RuleVersion:
    """Keep what a version would have done to the claims there were."""
    version = RuleVersion.objects.select_for_update(of=("self",)).get(rule=rule, number=number)
    version.replay = dict(found)
    version.save()
    return version


@operation("practice.rules")
def bring_rule(
    key: str, kind: str, values: Values, *, at: datetime, by: Actor
) -> tuple[Rule, bool]:
    """Take a rule from a practice file, as a draft; return it, and whether it is new here."""
    known = Rule.objects.filter(key=key).first()
    if known is not None and known.kind != kind:
        raise Refused(f"Rule {key} is one about {known.get_kind_display().lower()} here.")
    return save_rule(known, values, kind=kind, key=key, origin="file", at=at, by=by), known is None


def checked(version: RuleVersion, rule: Rule) -> rulebook.Rule:
    """Return the version ready for the engine; refuse what it can't mean."""
    version.rule = rule
    ready = version.as_rule
    try:
        impossible = rulebook.contradiction(ready.group)
        _ = ready.does
    except rulebook.Malformed as trouble:
        raise Refused(str(trouble)) from trouble
    if impossible:
        raise Refused(impossible)
    return ready


def _check_examples(rule: rulebook.Rule, examples: Sequence[Values]) -> None:
    for one in rulebook.tried(rule, examples):
        if one.trouble:
            raise Refused(f"{one.name}: {one.trouble}")


def _new(kind: str, key: str, origin: str) -> Rule:
    if kind not in Rule.Kind.values:
        raise Refused("Nobody asks rules of this kind.")
    if Rule.objects.count() >= MOST_RULES:
        raise Refused("There are too many rules to keep apart. Retire some first.")
    number = Counter.take("rule")
    key = key.strip().upper() or f"R{number}"
    if rules_of(key).exists():
        raise Refused(f"There is a rule {key} already.")
    return Rule(number=number, key=key, kind=kind, origin=origin)


def _version(rule: Rule, said: Values, at: datetime, by: Actor) -> RuleVersion:
    values = {name: said[name] for name in CONTENT if name in said}
    strange = set(said) - set(CONTENT)
    if strange:
        raise Refused(f"A rule has no {', '.join(sorted(strange))}.")
    for name, most in (("words", 200), ("how_to_fix", 300), ("because", 400), ("citation", 300)):
        if len(str(values.get(name, ""))) > most:
            raise Refused(f"This is too long: at most {most} letters.")
    if not str(values.get("words", "")).strip() or not str(values.get("how_to_fix", "")).strip():
        raise Refused("Say what is wrong, and how it is mended.")
    starts, ends = values.get("starts_on"), values.get("ends_on")
    if starts and ends and ends < starts:
        raise Refused("It ends before it starts.")
    return RuleVersion(
        rule=rule, number=rule.newest + 1, made_at=at, made_by=by.name[:100], **values
    )


def _is_as_it_came(rule: Rule, version: RuleVersion) -> bool:
    ships = rulebook.starters().get(rule.key)
    if ships is None:
        return False
    same = version.when == ships.when and version.actions == ships.actions
    return same and not (version.payer_id or version.provider_id or version.site_id)


def _content(starter: rulebook.Starter) -> dict[str, Any]:
    return {
        name: getattr(starter, name)
        for name in (
            "words", "how_to_fix", "because", "citation", "when", "actions", "examples", "depends"
        )
    }  # fmt: skip
