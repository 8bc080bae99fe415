"""What the rules in force decide, and the rules there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from frontdesk import rulebook
from frontdesk.core.scoping import current_practice_id
from frontdesk.practice.models import Rule, RuleVersion


def decisions(
    kind: str,
    facts: Mapping[str, Any],
    *,
    on: date,
    payer_id: UUID | None = None,
    provider_id: UUID | None = None,
    site_id: UUID | None = None,
) -> list[rulebook.Decision]:
    """Return what the rules in force decide of these facts on a day, in their order.

    Facts are those of `rulebook.CATALOGUE[kind]`; those not given count as unknown. Raises
    `rulebook.Malformed` for a fact nobody knows.
    """
    found = book(kind).judge(
        rulebook.whole(kind, facts),
        on=on,
        payer=_text(payer_id),
        provider=_text(provider_id),
        site=_text(site_id),
    )
    return found.decisions


def book(kind: str) -> rulebook.Book:
    """Return the rules in force of a kind, compiled: kept until another version is in force.

    What a version says never changes, so which versions are in force is all there is to compare.
    What can't be read any more is not in it: see `unreadable`.
    """
    return _known(kind)[0]


def unreadable(kind: str) -> list[rulebook.Unreadable]:
    """Return the rules in force of a kind that nobody can read any more."""
    return _known(kind)[1]


def _known(kind: str) -> tuple[rulebook.Book, list[rulebook.Unreadable]]:
    there = Rule.objects.filter(kind=kind, status=Rule.Status.ACTIVE).order_by("number")
    marks = tuple(there.values_list("pk", "in_force"))
    return _book(current_practice_id(), kind, marks)


@lru_cache(maxsize=64)
def _book(
    practice_id: UUID, kind: str, marks: tuple[tuple[UUID, int], ...]
) -> tuple[rulebook.Book, list[rulebook.Unreadable]]:
    if not marks:
        return rulebook.Book([]), []
    wanted = set(marks)
    versions = RuleVersion.objects.filter(rule__in=[pk for pk, _ in marks]).select_related("rule")
    found = [one.as_rule for one in versions if (one.rule_id, one.number) in wanted]
    kept, aside = rulebook.readable(found)
    return rulebook.Book(kept), aside


def rules_of(key: str) -> QuerySet[Rule]:
    """Return the rule of this name, if there is one."""
    return Rule.objects.filter(key=key)


def newest_version(rule: Rule) -> RuleVersion:
    """Return what the rule says newest."""
    versions = RuleVersion.objects.select_related("rule")
    return versions.get(rule=rule, number=F("rule__newest"))


@dataclass(frozen=True, slots=True)
class Row:
    """A rule in the list, with what it says newest."""

    rule: Rule
    version: RuleVersion
    does: list[str]
    is_changed: bool  # a newer version than the one in force waits
    trouble: str = ""  # why nobody can read it any more


def rule_rows(*, kind: str = "", status: str = "") -> list[Row]:
    """Return the rules with their newest versions: in force first, then what waits."""
    found = Rule.objects.all()
    if kind:
        found = found.filter(kind=kind)
    if status:
        found = found.filter(status=status)
    newest = RuleVersion.objects.filter(rule__in=found, number=F("rule__newest"))
    rows = [_row(version) for version in newest.select_related("rule")]
    return sorted(rows, key=lambda row: (_WAITS.index(row.rule.status), row.rule.number))


_WAITS: list[str] = ["proposed", "active", "draft", "retired"]


def _row(version: RuleVersion) -> Row:
    rule = version.rule
    trouble = trouble_of(version)
    return Row(
        rule,
        version,
        [] if trouble else [action.words for action in version.as_rule.does],
        rule.in_force is not None and rule.in_force != rule.newest,
        trouble,
    )


def trouble_of(version: RuleVersion) -> str:
    """Say why a version can't be read any more; nothing where it can."""
    ready = version.as_rule
    _kept, aside = rulebook.readable([ready])
    return aside[0].trouble if aside else ""


def versions_of(rule: Rule) -> QuerySet[RuleVersion]:
    """Return every version there was, the newest first."""
    return RuleVersion.objects.filter(rule=rule).order_by("-number")


def conflicts_of(version: RuleVersion) -> list[rulebook.Conflict]:
    """Return rules in force that may set something else on the same facts."""
    return rulebook.conflicts(version.as_rule, book(version.rule.kind).rules)


def starters_left() -> list[rulebook.Starter]:
    """Return the rules that ship and are not in the practice yet."""
    here = set(Rule.objects.values_list("key", flat=True))
    return [one for key, one in rulebook.starters().items() if key not in here]


def _text(key: UUID | None) -> str:
    return str(key) if key else ""
