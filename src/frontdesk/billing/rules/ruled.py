"""A claim as the office's rules see it, and as they leave it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from frontdesk.billing.rules.facts import ClaimFacts, LineFacts
from frontdesk.billing.rules.scrub import HOLD, WARN, Finding
from frontdesk.rulebook import Decision, fact_of

Kept = Mapping[str, Any]  # one thing that was set, as it stands on the claim


def kept(decision: Decision) -> dict[str, Any]:
    """Return what a rule set, as it is kept on the claim."""
    return {
        "fact": decision.fact,
        "how": decision.how,
        "value": decision.value,
        "lines": list(decision.lines),
        "rule": decision.rule_id,
        "words": _set_words(decision),
    }


def _set_words(one: Decision) -> str:
    """Return what was set in words: "Rule QW, version 2, adds QW to the line’s modifiers"."""
    verb = {"to": "sets {0} to {1}", "add": "adds {1} to {0}", "take": "takes {1} off {0}"}
    words = verb[one.how].format(fact_of("claim", one.fact).label, one.value)
    return f"{named(one)}, {words}{_where(one.lines)}"


def named(decision: Decision) -> str:
    """Return which rule decided, and in which version."""
    return f"Rule {decision.key}, version {decision.version}"


def finding(decision: Decision) -> Finding:
    """Return a decision as what the biller reads on the claim."""
    return Finding(
        rule=named(decision),
        severity=WARN if decision.does == "warn" else HOLD,
        words=f"{decision.words}{_where(decision.lines)}",
        how_to_fix=decision.how_to_fix,
        source=decision.rule_id,
        asks_for=decision.report,
    )


def as_set(claim: ClaimFacts, settings: Sequence[Kept]) -> ClaimFacts:
    """Return the claim as it goes out, with what the rules set on it."""
    for one in settings:
        claim = _SET[str(one["fact"])](claim, one)
    return claim


def _where(lines: Sequence[int]) -> str:
    if not lines:
        return ""
    return f" (line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))})"


def _modifiers(claim: ClaimFacts, one: Kept) -> ClaimFacts:
    return replace(claim, lines=[_line(line, one) for line in claim.lines])


def _line(line: LineFacts, one: Kept) -> LineFacts:
    if line.place not in one["lines"]:
        return line
    others = tuple(modifier for modifier in line.modifiers if modifier != one["value"])
    added = (str(one["value"]),) if one["how"] == "add" else ()
    return replace(line, modifiers=others + added)


def _place_of_service(claim: ClaimFacts, one: Kept) -> ClaimFacts:
    return replace(claim, place_of_service=str(one["value"]))


def _authorization(claim: ClaimFacts, one: Kept) -> ClaimFacts:
    return replace(claim, authorization_number=str(one["value"]))


def _clia(claim: ClaimFacts, one: Kept) -> ClaimFacts:
    return replace(claim, clia_number=str(one["value"]))


def _provider_taxonomy(claim: ClaimFacts, one: Kept) -> ClaimFacts:
    return replace(claim, provider=replace(claim.provider, taxonomy=str(one["value"])))


def _billing_taxonomy(claim: ClaimFacts, one: Kept) -> ClaimFacts:
    return replace(claim, practice=replace(claim.practice, taxonomy=str(one["value"])))


_SET = {
    "line.modifiers": _modifiers,
    "place_of_service": _place_of_service,
    "authorization_number": _authorization,
    "clia_number": _clia,
    "provider_taxonomy": _provider_taxonomy,
    "billing_taxonomy": _billing_taxonomy,
}
