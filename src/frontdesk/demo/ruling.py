"""The demo's rules: some in force, one proposed, some drafts of those that ship."""

from typing import Any
from uuid import UUID

from frontdesk.billing.models import Replay
from frontdesk.billing.operations.replaying import ask_replay, replay_some
from frontdesk.billing.queries.ruled import replay_of
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.coverage.models import Payer
from frontdesk.demo.visiting import staff
from frontdesk.practice import operations as practice
from frontdesk.practice.models import Rule
from frontdesk.practice.queries.rules import newest_version
from frontdesk.visits.operations.trying import try_on_visits

MONTHS = 1  # of the past that a rule is tried on here
SHIPPED = ["NDC", "MOD25", "TELEHEALTH-95", "CLIA-SET", "ABN-BOTH", "STATE-VACCINE", "AUTH-MRI"]
IN_FORCE_AS_THEY_SHIP = ["NDC", "ABN-BOTH"]
ASKED = ["ASK-WORK", "ASK-FIRST-PAYER", "PRIVACY-NOTICE"]  # at check-in, and when a visit is over
VISITS = "Z9202-Z9204, Z9212-Z9215"
Example = tuple[str, bool, list[str], dict[str, Any]]


def live_rules(practice_id: UUID) -> None:
    """Write the rules of the office, try them on the past and put most of them in force."""
    biller = staff(practice_id, "biller", "Omar Haddad")
    clock = staff(practice_id, "clock", "Frontdesk")
    with practice_scope(practice_id):
        for rule in practice.add_starters(SHIPPED, at=now(), by=biller):
            if rule.key in IN_FORCE_AS_THEY_SHIP:
                _put_in_force(rule, biller)
        for rule in practice.add_starters(ASKED, at=now(), by=biller):
            try_on_visits(rule, by=biller)
            practice.activate_rule(rule, at=now(), by=biller)
        for key, values in _own().items():
            rule = practice.save_rule(None, values, key=key, at=now(), by=biller)
            _put_in_force(rule, biller)
        _propose(clock)


def _put_in_force(rule: Rule, by: Actor) -> None:
    _try(ask_replay(rule, months=MONTHS, at=now(), by=by), by)
    practice.activate_rule(rule, at=now(), by=by)


def _try(replay: Replay, by: Actor) -> None:
    while replay_some(replay, at=now(), by=by):
        pass


def _propose(clock: Actor) -> None:
    payer = Payer.objects.get(payer_id="DMCAI")
    rule = practice.propose_rule(
        kind="claim",
        words=f"{payer.name} does not cover joint injections",
        how_to_fix="Ask the patient before the visit; bill them with their written agreement.",
        when={"all": [{"fact": "line.code", "is": "one_of", "value": ["Z9730"]}]},
        action="hold",
        because="Refused each time with CO-96 (not covered) in the last six months.",
        payer_id=payer.pk,
        payer_name=payer.name,
        examples=_examples(
            ("A joint injection", True, ["Z9730"], {}), ("A visit", False, ["Z9213"], {})
        ),
        at=now(),
        by=clock,
    )
    replay = replay_of(newest_version(rule))
    if replay is not None:
        _try(replay, clock)


def _own() -> dict[str, dict[str, Any]]:
    sugar = [
        {"fact": "line.code", "is": "one_of", "value": ["Z9036"]},
        {"fact": "payer_filing", "is": "one_of", "value": ["MB", "16"]},
        {"fact": "diagnoses", "is": "has_none", "value": ["E08*", "E09*", "E10*", "E11*", "E13*"]},
    ]
    separate = [
        {"fact": "line.code", "is": "one_of", "value": VISITS.split(", ")},
        {"fact": "codes", "is": "has_any", "value": ["Z9710", "Z9720", "Z9730", "Z9740"]},
        {"fact": "line.modifiers", "is": "has_none", "value": ["25"]},
    ]
    tests = [{"fact": "line.code", "is": "one_of", "value": ["Z9600", "Z9610", "Z9036"]}]
    return {
        "SUGAR": {
            "words": "Medicare pays a finger-stick sugar only with diabetes among the diagnoses",
            "how_to_fix": "Ask the provider for the diagnosis it was done for, or take the line "
            "off.",
            "because": "Denied as not necessary (CO-50) when the diagnosis is missing.",
            "citation": "Medicare National Coverage Determinations Manual, section 190.20",
            "when": {"all": sugar},
            "actions": [{"do": "hold"}],
            "examples": _examples(
                ("For high blood pressure", True, ["Z9036"], {"diagnoses": ["I10"], **_MEDICARE}),
                ("For diabetes", False, ["Z9036"], {"diagnoses": ["E11.9"], **_MEDICARE}),
            ),
        },
        "SEPARATE": {
            "words": "A visit and a small procedure on one day, and the visit has no modifier 25",
            "how_to_fix": "Add modifier 25 where the note shows a visit of its own; else take the "
            "visit off.",
            "because": "Without it the visit is bundled into the procedure (CO-97).",
            "citation": "CMS NCCI Policy Manual, chapter I, section D",
            "when": {"all": separate},
            "actions": [{"do": "hold"}],
            "examples": _examples(
                ("Visit and growth removed", True, ["Z9213", "Z9710"], {}),
                ("Visit alone", False, ["Z9213"], {}),
            ),
        },
        "OUR-CLIA": {
            "words": "The laboratory’s CLIA number belongs on every claim with a test",
            "how_to_fix": "Nothing to do: the number is put on the claim by itself.",
            "citation": "Medicare Claims Processing Manual, chapter 16, section 70.2",
            "when": {"all": tests},
            "actions": [{"do": "set", "fact": "clia_number", "to": "36D0912345"}],
            "examples": _examples(
                ("Strep test", True, ["Z9213", "Z9600"], {}), ("No test", False, ["Z9213"], {})
            ),
        },
    }


_MEDICARE = {"payer_filing": "MB"}


def _examples(*said: Example) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "applies": applies,
            "facts": {**facts, "lines": [{"code": c} for c in codes]},
        }
        for name, applies, codes, facts in said
    ]
