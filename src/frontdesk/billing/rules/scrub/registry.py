"""What a check is, and the list that checks put themselves on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from frontdesk.billing.rules.facts import ClaimFacts

Severity = Literal["hold", "warn"]
HOLD: Severity = "hold"  # the payer would send it back: the claim waits for a person
WARN: Severity = "warn"  # it may go, and somebody should know

Judge = Callable[[ClaimFacts], bool | str]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be right: `judge` says True, or where exactly, when it is wrong."""

    id: str
    severity: Severity
    words: str
    how_to_fix: str
    judge: Judge


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found on a claim, in words for the biller."""

    rule: str
    severity: Severity
    words: str
    how_to_fix: str
    source: str = ""  # key of the office's own rule that found it
    asks_for: str = ""  # which document would settle it (PWK01)

    def as_json(self) -> dict[str, str]:
        """Return it as kept on the claim."""
        told = {
            "rule": self.rule,
            "severity": self.severity,
            "words": self.words,
            "how": self.how_to_fix,
        }
        more = {"source": self.source, "asks_for": self.asks_for}
        return told | {name: value for name, value in more.items() if value}


CHECKS: dict[str, Check] = {}


def check(id_: str, severity: Severity, words: str, how_to_fix: str) -> Callable[[Judge], Judge]:
    """Put a judge on the list. A string it returns stands after the words: "… (line 2)"."""

    def declare(judge: Judge) -> Judge:
        if id_ in CHECKS:
            raise ValueError(f"Two checks are called {id_}.")
        CHECKS[id_] = Check(id_, severity, words, how_to_fix, judge)
        return judge

    return declare


def scrub(claim: ClaimFacts) -> list[Finding]:
    """Return what every check finds on the claim, in the order of the list."""
    found = []
    for one in CHECKS.values():
        where = one.judge(claim)
        if where:
            words = f"{one.words} ({where})" if isinstance(where, str) else one.words
            found.append(Finding(one.id, one.severity, words, one.how_to_fix))
    return found
