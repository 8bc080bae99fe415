"""Propose a rule against what a payer refuses again and again; a person tries it and decides."""

from datetime import datetime
from typing import Any

from frontdesk.billing.queries.denial_patterns import Pattern
from frontdesk.core.actor import Actor
from frontdesk.core.operation import operation
from frontdesk.practice.models import Rule
from frontdesk.practice.operations import propose_rule


@operation("billing.claim")
def propose_prevention(pattern: Pattern, *, at: datetime, by: Actor) -> Rule:
    """Draft a rule that holds what was mostly refused, and warns of the rest.

    The rule brings its examples and is tried on the claims there were by itself. Proposed twice,
    it is proposed once.
    """
    return propose_rule(
        "claim",
        pattern.says,
        pattern.cause.how,
        _when(pattern),
        "hold" if pattern.is_sharp else "warn",
        f"{pattern.payer} refused {pattern.code} {pattern.seen} times in six months with "
        f"{pattern.carc} ({pattern.words.lower()}), ${pattern.amount}. In a year it would have "
        f"touched {pattern.caught} claims, {pattern.refused} of them refused for it.",
        payer_id=pattern.payer_id,
        payer_name=pattern.payer,
        examples=_examples(pattern),
        at=at,
        by=by,
    )


def _when(pattern: Pattern) -> dict[str, Any]:
    tests: list[dict[str, Any]] = [{"fact": "line.code", "is": "one_of", "value": [pattern.code]}]
    if pattern.asks_number:
        tests.append({"fact": "authorization_number", "is": "empty"})
    if pattern.diagnoses:
        tests.append({"fact": "diagnoses", "is": "has_any", "value": list(pattern.diagnoses)})
    return {"all": tests}


def _examples(pattern: Pattern) -> list[dict[str, Any]]:
    told = {"diagnoses": [pattern.diagnoses[0]]} if pattern.diagnoses else {}
    found = [
        _example(f"{pattern.code}", pattern.code, applies=True, **told),
        _example("Another code", _other(pattern.code), applies=False, **told),
    ]
    if pattern.diagnoses:
        found.append(_example("Another diagnosis", pattern.code, applies=False, diagnoses=[]))
    if pattern.asks_number:
        number = {"authorization_number": "A1"}
        words = f"{pattern.code} with its number"
        found.append(_example(words, pattern.code, applies=False, **number))
    return found


def _example(name: str, code: str, *, applies: bool, **facts: Any) -> dict[str, Any]:
    told = {"name": name, "applies": applies, "facts": {"lines": [{"code": code}], **facts}}
    return {**told, "lines": [1]} if applies else told


def _other(code: str) -> str:
    """Return a code that is not this one, of the same form."""
    return code[:-1] + ("1" if code[-1] != "1" else "2")
