"""Rules for tests: written, tried on the past, put in force, and what they did to a claim."""

from frontdesk.billing import operations, queries
from frontdesk.billing.exchange import claim_body
from frontdesk.billing.models import Claim, Replay
from frontdesk.billing.operations.replaying import ask_replay, replay_some
from frontdesk.practice import operations as office_rules
from tests.billing.office import NOON

EKG = {"all": [{"fact": "line.code", "is": "one_of", "value": ["93000"]}]}
HOLD = [{"do": "hold"}]
EXAMPLES = [
    {"name": "An EKG", "applies": True, "facts": {"lines": [{"code": "93000"}]}},
    {"name": "A visit", "applies": False, "facts": {"lines": [{"code": "99213"}]}},
]


def values(**more):
    return {
        "words": "An EKG needs its reading",
        "how_to_fix": "Add the reading to the chart.",
        "when": EKG,
        "actions": HOLD,
        "examples": EXAMPLES,
        **more,
    }


def written(office, key="", kind="claim", **more):
    said = values(**more)
    return office_rules.save_rule(None, said, key=key, kind=kind, at=NOON, by=office.anybody())


def tried(office, rule, at=NOON):
    replay = ask_replay(rule, at=at, by=office.anybody())
    with office.reading():
        while replay_some(Replay.objects.get(pk=replay.pk), at=at, by=office.anybody()):
            pass
        return Replay.objects.get(pk=replay.pk)


def in_force(office, key="", **more):
    rule = written(office, key, **more)
    tried(office, rule)
    return office_rules.activate_rule(rule, at=NOON, by=office.anybody())


def judged(office, claim):
    return operations.judge_claim(claim, at=NOON, by=office.anybody())


def told(claim):
    return [(one["rule"], one["severity"]) for one in claim.findings]


def body_of(office, claim):
    with office.reading():
        whole = queries.with_all(Claim.objects.filter(pk=claim.pk)).get()
        return claim_body(queries.facts_of(whole, NOON.date()), sender="1", receiver="2")
