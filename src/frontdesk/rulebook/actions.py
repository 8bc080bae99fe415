"""What a rule does where it applies: hold, warn, set a fact, split, ask for a document."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from frontdesk.rulebook.facts import Fact, Malformed, fact_of, value_of

Does = Literal["hold", "warn", "set", "split", "attach"]
DOES: dict[Does, str] = {
    "hold": "Hold it until somebody mends it",
    "warn": "Let it go, and tell",
    "set": "Set a value",
    "split": "Make two claims of it",
    "attach": "Ask for a document, and hold until it is there",
}
ALLOWED: dict[str, tuple[Does, ...]] = {
    "claim": ("hold", "warn", "set", "split", "attach"),
    "authorization": ("hold", "warn", "attach"),
    "intake": ("hold", "warn"),
    "compliance": ("hold", "warn"),
}
_OTHERWISE: dict[str, dict[Does, str]] = {  # what it comes to where there is no claim to hold
    "intake": {
        "hold": "Ask it, and let nobody through check-in without an answer",
        "warn": "Ask it, and go on",
    },
    "compliance": {
        "hold": "Put it on the work list, and hold the visit’s claim until it is done",
        "warn": "Put it on the work list",
    },
}
REPORTS = {  # PWK01 of the 837P, the reports an office is asked for
    "03": "Report justifying treatment beyond utilization guidelines",
    "B2": "Prescription",
    "B3": "Physician order",
    "DG": "Diagnostic report",
    "DS": "Discharge summary",
    "EB": "Explanation of benefits",
    "LA": "Laboratory results",
    "M1": "Medical record attachment",
    "NN": "Nursing notes",
    "OB": "Operative note",
    "OZ": "Support data for claim",
    "PN": "Physical therapy notes",
    "PQ": "Paramedical results",
    "RB": "Radiology films",
    "RR": "Radiology reports",
    "RT": "Report of tests",
}
LONGEST = 50
_KEYS: dict[str, frozenset[str]] = {
    "hold": frozenset({"do"}),
    "warn": frozenset({"do"}),
    "split": frozenset({"do"}),
    "attach": frozenset({"do", "report"}),
    "set": frozenset({"do", "fact", "to", "add", "take"}),
}


def does_words(kind: str, does: Does) -> str:
    """Return what an action comes to, as the form for rules of a kind offers it."""
    return _OTHERWISE.get(kind, {}).get(does, DOES[does])


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. A fact is set `to` a value; to a list one is added or taken (`how`)."""

    does: Does
    fact: Fact | None = None
    how: Literal["to", "add", "take"] = "to"
    value: str = ""
    report: str = ""
    kind: str = "claim"

    @property
    def words(self) -> str:
        """What it does, as a sentence without its end."""
        if self.does == "set" and self.fact is not None:
            verb = {"to": "Set {0} to {1}", "add": "Add {1} to {0}", "take": "Take {1} off {0}"}
            return verb[self.how].format(self.fact.label, self.value)
        if self.does == "attach":
            return f"Ask for “{REPORTS[self.report]}”, and hold until it is there"
        if self.does == "split":
            return "Put the lines meant into a claim of their own"
        return does_words(self.kind, self.does)


def read(kind: str, actions: object, *, by_line: bool) -> tuple[Action, ...]:
    """Read a rule's actions as kept; raise `Malformed` with words for whoever wrote them."""
    if not isinstance(actions, list) or not actions:
        raise Malformed("Say what the rule does.")
    found = tuple(_action(kind, one) for one in actions)
    kinds = [one.does for one in found]
    if "split" in kinds and not by_line:
        raise Malformed("To split, a condition must ask something of a line.")
    if "hold" in kinds and "warn" in kinds:
        raise Malformed("A rule either holds or only tells.")
    if kinds.count("split") > 1:
        raise Malformed("A rule splits once.")
    if "set" in kinds and set(kinds) - {"set", "warn"}:
        raise Malformed("A rule that sets a value can only tell besides: make a second rule.")
    return found


def _action(kind: str, said: object) -> Action:
    if not isinstance(said, Mapping) or said.get("do") not in DOES:
        raise Malformed("Say what the rule does: hold, warn, set, split or attach.")
    does: Does = said["do"]
    if does not in ALLOWED[kind]:
        raise Malformed(f"“{DOES[does]}” can’t be done here.")
    if set(said) - _KEYS[does]:
        raise Malformed(f"Nobody knows {', '.join(sorted(set(said) - _KEYS[does]))}.")
    if does == "set":
        return _setting(kind, said)
    report = str(said.get("report", "")) if does == "attach" else ""
    if does == "attach" and report not in REPORTS:
        raise Malformed("Choose which document is asked for.")
    return Action(does, report=report, kind=kind)


def _setting(kind: str, said: Mapping[str, Any]) -> Action:
    fact = fact_of(kind, str(said.get("fact", "")))
    if not fact.may_set:
        raise Malformed(f"A rule can’t set {fact.label}.")
    is_list = fact.type == "codes"
    ways: list[Literal["to", "add", "take"]] = ["add", "take"] if is_list else ["to"]
    given = [way for way in ways if str(said.get(way) or "").strip()]
    if len(given) != 1:
        raise Malformed(f"Say what is to be set: {fact.label}.")
    how = given[0]
    value = str(said[how]).strip()
    value = value.upper() if is_list else str(value_of(fact, value))
    if is_list and not (len(value) == 2 and value.isalnum()):
        raise Malformed("A modifier has two letters or digits.")
    if fact.name == "place_of_service" and not (len(value) == 2 and value.isdigit()):
        raise Malformed("A place of service has two digits, such as 11.")
    if len(value) > LONGEST:
        raise Malformed(f"This is too long for {fact.label}.")
    return Action("set", fact=fact, how=how, value=value)
