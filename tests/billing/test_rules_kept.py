"""Rules on claims as they are kept: written, tried, put in force, read again by another engine."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from frontdesk.billing import jobs
from frontdesk.billing.models import Claim, Replay, ReplayRow
from frontdesk.billing.operations.replaying import ask_replay, replay_some
from frontdesk.billing.operations.unreadable import watch_rules
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.models import AuditEntry
from frontdesk.coverage import queries as coverage
from frontdesk.demo import ruling
from frontdesk.practice import operations as office_rules
from frontdesk.practice.models import Rule, RuleVersion
from frontdesk.practice.queries import rules as asked
from frontdesk.staff.models import WorkItem
from frontdesk.staff.operations import close_work
from frontdesk.visits.operations.trying import try_on_visits
from tests.billing.office import NOON, Office
from tests.billing.ruled import (
    EKG,
    EXAMPLES,
    HOLD,
    in_force,
    judged,
    told,
    tried,
    values,
    written,
)


def test_what_can_never_hold_or_nobody_knows_is_refused_in_words(office):
    never = {
        "all": [
            {"fact": "payer_filing", "is": "is", "value": "MB"},
            {"fact": "payer_filing", "is": "is", "value": "MC"},
        ]
    }
    for change, words in (
        ({"when": never}, "can never all hold"),
        ({"when": {"all": [{"fact": "moon", "is": "is", "value": "full"}]}}, "Nobody knows"),
        ({"when": {"all": []}}, "no condition"),
        ({"actions": []}, "what the rule does"),
        ({"words": " "}, "Say what is wrong"),
        ({"actions": [{"do": "set", "fact": "total", "to": "0"}]}, "can’t set"),
        ({"examples": [{"name": "Odd", "facts": {"moon": 1}}]}, "Odd: Nobody knows"),
    ):
        with pytest.raises(Refused, match=words):
            written(office, **change)
    with office.reading():
        assert not Rule.objects.exists()


def test_a_rule_is_put_in_force_only_when_its_examples_pass_and_the_past_was_asked(office):
    rule = written(office, examples=EXAMPLES[:1])
    activate = {"at": NOON, "by": office.anybody()}
    with pytest.raises(Refused, match="one to which it does not"):
        office_rules.activate_rule(rule, **activate)
    wrong = [*EXAMPLES, {"name": "Wrong", "applies": True, "facts": {"lines": [{"code": "1"}]}}]
    office_rules.save_rule(rule, {"examples": wrong}, at=NOON, by=office.anybody())
    with pytest.raises(Refused, match="An example fails: Wrong"):
        office_rules.activate_rule(rule, **activate)
    office_rules.save_rule(rule, {"examples": EXAMPLES}, at=NOON, by=office.anybody())
    with pytest.raises(Refused, match="Try it on the claims"):
        office_rules.activate_rule(rule, **activate)

    tried(office, rule)
    assert office_rules.activate_rule(rule, **activate).in_force == 3
    with pytest.raises(NotPermitted):
        office_rules.activate_rule(rule, at=NOON, by=office.actor("billing.claim"))
    with office.reading():
        assert AuditEntry.objects.filter(
            practice=office.practice, operation="practice.activate_rule"
        ).exists()


def test_a_change_waits_beside_what_is_in_force_and_names_its_version(office):
    rule = in_force(office, "EKG")

    office_rules.save_rule(rule, {"words": "Another word"}, at=NOON, by=office.anybody())

    claim = office.signed(office.insured())
    assert told(claim)[0] == ("Rule EKG, version 1", "hold")
    with office.reading():
        rule = Rule.objects.get()
        assert (rule.in_force, rule.newest) == (1, 2)
        assert RuleVersion.objects.count() == 2
    same = office_rules.save_rule(rule, {"words": "Another word"}, at=NOON, by=office.anybody())
    assert same.newest == 2  # nothing changed, no version

    tried(office, rule)
    office_rules.activate_rule(rule, at=NOON, by=office.anybody())
    assert told(judged(office, claim))[0] == ("Rule EKG, version 2", "hold")


def test_the_past_tells_what_a_rule_would_have_touched_and_what_became_of_it(office):
    denied, paid, waiting = (office.signed(office.insured(name)) for name in ("Al", "Bo", "Cy"))
    office.signed(office.insured("Di"), lines=(("99213", "148.00", "A"),))
    with office.writing():
        denied.status = Claim.Status.DENIED
        denied.save()
        paid.status, paid.paid = Claim.Status.PAID, Decimal("40.00")
        paid.save()
    rule = written(office)

    replay = tried(office, rule, at=NOON + timedelta(hours=1))

    assert (replay.seen, replay.touched, replay.denied, replay.paid) == (4, 3, 1, 1)
    assert replay.dollars == Decimal("642.00")
    assert replay.dollars_denied == Decimal("214.00")
    with office.reading():
        assert set(ReplayRow.objects.values_list("claim__number", "outcome")) == {
            (denied.number, "denied"),
            (paid.number, "paid"),
            (waiting.number, "open"),
        }
        assert asked.newest_version(rule).replay["touched"] == 3


def test_a_trial_killed_halfway_goes_on_and_counts_nothing_twice(office, monkeypatch):
    from frontdesk.billing.operations import replaying

    for name in ("Al", "Bo", "Cy"):
        office.signed(office.insured(name))
    monkeypatch.setattr(replaying, "CHUNK", 2)
    rule = written(office)
    replay = ask_replay(rule, at=NOON + timedelta(hours=1), by=office.anybody())
    assert ask_replay(rule, at=NOON, by=office.anybody()).pk == replay.pk
    assert replay_some(replay, at=NOON, by=office.anybody())  # the job dies after these

    assert jobs.replay_rule.func(str(office.practice.pk), str(replay.pk)) == 3
    assert jobs.replay_rule.func(str(office.practice.pk), str(replay.pk)) == 3
    with office.reading():
        again = Replay.objects.get()
        assert (again.seen, again.touched, again.status) == (3, 3, "done")


def test_something_in_the_house_proposes_a_rule_once_and_it_is_tried_by_itself(office):
    claim = office.signed(office.insured())
    said = {
        "kind": "claim",
        "words": "This payer denies EKGs without a reading",
        "how_to_fix": "Add the reading.",
        "when": EKG,
        "action": "hold",
        "because": "Denied 6 times with CO-16 since May.",
        "payer_id": office.insurer.pk,
        "payer_name": office.insurer.name,
    }
    at = NOON + timedelta(hours=1)
    rule = office_rules.propose_rule(**said, at=at, by=office.anybody())
    again = office_rules.propose_rule(**said, at=at, by=office.anybody())

    assert again.pk == rule.pk and rule.status == "proposed"
    with office.reading():
        replay = Replay.objects.get()
    assert jobs.replay_rule.func(str(office.practice.pk), str(replay.pk)) == 1
    assert claim.status == "ready"  # a proposal holds nothing


def test_rules_of_another_practice_decide_nothing_here(office):
    in_force(Office("Oak Avenue"), "EKG")

    assert office.signed(office.insured()).status == "ready"


def test_the_rules_that_ship_come_as_drafts_and_those_that_depend_wait_for_a_value(office):
    made = office_rules.add_starters(["MOD25", "CLIA-SET"], at=NOON, by=office.anybody())
    assert office_rules.add_starters(["MOD25"], at=NOON, by=office.anybody()) == []
    for rule in made:
        assert rule.status == "draft"
        tried(office, rule)
    office_rules.activate_rule(made[0], at=NOON, by=office.anybody())
    with pytest.raises(Refused, match="your own CLIA number"):
        office_rules.activate_rule(made[1], at=NOON, by=office.anybody())
    own = [{"do": "set", "fact": "clia_number", "to": "36D0000001"}]
    rule = office_rules.save_rule(made[1], {"actions": own}, at=NOON, by=office.anybody())
    tried(office, rule)
    assert office_rules.activate_rule(rule, at=NOON, by=office.anybody()).status == "active"


def test_other_kinds_are_asked_by_the_rooms_that_need_them(office):
    rule = office_rules.save_rule(
        None,
        values(
            when={"all": [{"fact": "codes", "is": "has_any", "value": ["73721"]}]},
            examples=[
                {"name": "Knee", "applies": True, "facts": {"codes": ["73721"]}},
                {"name": "None", "applies": False, "facts": {"codes": ["99213"]}},
            ],
        ),
        kind="authorization",
        at=NOON,
        by=office.anybody(),
    )
    tried(office, rule)
    office_rules.activate_rule(rule, at=NOON, by=office.anybody())
    with office.reading():
        (found,) = asked.decisions("authorization", {"codes": ["73721"]}, on=NOON.date())
        assert (found.does, found.key) == ("hold", rule.key)
        assert asked.decisions("authorization", {"codes": ["99213"]}, on=NOON.date()) == []
        assert asked.decisions("claim", {"lines": [{"code": "73721"}]}, on=NOON.date()) == []
    policy = office.insured()
    with office.reading():
        need = coverage.need_for(policy, ["73721", "99213"], NOON.date())
        assert need.is_needed and "73721" in need.codes
        assert "An EKG needs its reading" in need.words
        assert not coverage.need_for(policy, ["99213"], NOON.date()).is_needed


def test_the_list_of_rules_asks_the_same_few_questions_for_one_and_for_many(
    office, client, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(office.member("biller").user)

    def asked_for():
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(reverse("billing:rules")).status_code == 200
        return len(found)

    written(office)
    asked_for()
    few = asked_for()
    for number in range(8):
        written(office, f"N{number}")
    assert asked_for() == few


def test_the_demo_has_rules_in_force_drafts_and_one_that_waits_for_a_person(office):
    payer = office.payer("DMCAI", name="Demo State Medicaid")

    ruling.live_rules(office.practice.pk)

    with office.reading():
        rules = {rule.key: rule.status for rule in Rule.objects.all()}
        assert rules["SUGAR"] == rules["OUR-CLIA"] == rules["NDC"] == "active"
        assert rules["CLIA-SET"] == "draft"
        (proposed,) = Rule.objects.filter(status="proposed")
        assert asked.newest_version(proposed).payer_id == payer.pk
        assert asked.newest_version(proposed).replay["seen"] == 0


def spoiled(office, rule, **said):
    """What a version says, as an older or newer engine wrote it."""
    with office.writing():
        version = RuleVersion.objects.get(rule=rule)
        for name, value in said.items():
            setattr(version, name, value)
        version.save()


AURA = {"fact": "aura", "is": "yes"}


@pytest.mark.parametrize(
    ("when", "actions", "status"),
    [
        ({"all": [*EKG["all"], AURA]}, HOLD, "held"),
        ({"all": [*EKG["all"], AURA]}, [{"do": "warn"}], "ready"),
        ({"all": [{"fact": "line.code", "is": "one_of", "value": ["71046"]}, AURA]}, HOLD, "ready"),
        ({"any": [AURA, {"fact": "line.code", "is": "is", "value": "71046"}]}, HOLD, "held"),
        (EKG, [{"do": "levitate"}], "held"),
        ({"all": [{"fact": "line.code", "is": "smells_of", "value": "x"}]}, HOLD, "held"),
        ("nonsense", HOLD, "held"),
    ],
)
def test_a_rule_nobody_can_read_holds_only_what_it_may_have_held(office, when, actions, status):
    rule = in_force(office, key="OLD")
    spoiled(office, rule, when=when, actions=actions)
    asked._book.cache_clear()  # as after a restart: what a version says does not change otherwise

    claim = office.signed(office.insured())

    assert claim.status == status
    held = [one for one in claim.findings if one["severity"] == "hold"]
    assert all("Rule OLD can’t be read any more" in one["words"] for one in held)


def test_two_rules_never_have_one_name(office):
    written(office, key="OLD")
    with pytest.raises(Refused, match="There is a rule OLD already"):
        written(office, key=" old ")
    with pytest.raises(Refused, match="Nobody asks rules of this kind"):
        written(office, kind="weather")


def test_a_rule_nobody_can_read_is_work_once_until_it_is_written_anew(office, client):
    rule = in_force(office, key="OLD")
    spoiled(office, rule, when={"all": [AURA]})
    asked._book.cache_clear()
    client.force_login(office.member("biller").user)

    with office.reading():
        assert watch_rules(at=NOON, by=office.anybody()) == 1
        watch_rules(at=NOON, by=office.anybody())
        item = WorkItem.objects.get(kind="billing.rule_unreadable")
    shown = [
        client.get(reverse("billing:rules")),
        client.get(reverse("billing:rule", args=[rule.pk])),
    ]
    assert client.get(reverse("billing:rule_edit", args=[rule.pk])).status_code == 200
    with pytest.raises(Refused, match="Nobody knows the fact"):
        tried(office, rule)
    office_rules.save_rule(rule, {"when": EKG}, at=NOON, by=office.anybody())
    tried(office, rule)
    office_rules.activate_rule(rule, at=NOON, by=office.anybody())
    with office.reading():
        assert watch_rules(at=NOON, by=office.anybody()) == 0
        item.refresh_from_db()

    assert all("Nobody knows the fact “aura”" in page.text for page in shown)
    assert item.subject_id == rule.pk and item.status == "done"


def test_what_compliance_holds_holds_the_claim_until_somebody_settles_it(office):
    rule = written(
        office, kind="compliance", words="No consent on file", examples=[
            {"name": "none", "applies": True, "facts": {}},
            {"name": "signed", "applies": False, "facts": {"consents": "EKG"}},
        ], when={"all": [{"fact": "consents", "is": "has_none", "value": "EKG"}]},
    )  # fmt: skip
    try_on_visits(rule, by=office.anybody())
    office_rules.activate_rule(rule, at=NOON, by=office.anybody())

    claim = office.signed(office.insured())
    with office.reading():
        item = WorkItem.objects.get(kind="visits.compliance_hold")
    close_work(item, at=NOON, by=office.anybody())

    [held] = [one for one in claim.findings if one["severity"] == "hold"]
    assert claim.status == "held" and "No consent on file" in held["words"]
    assert judged(office, claim).status == "ready"
