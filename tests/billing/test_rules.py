"""Rules on claims: written, tried, put in force; what they set, split, hold and ask for."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from frontdesk.billing import jobs, operations, queries
from frontdesk.billing.exchange import claim_body
from frontdesk.billing.models import Claim, ClaimAttachment, Replay, ReplayRow
from frontdesk.billing.operations.replaying import ask_replay, replay_some
from frontdesk.billing.operations.ruling import attach_document
from frontdesk.billing.operations.unreadable import watch_rules
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.models import AuditEntry
from frontdesk.coverage import queries as coverage
from frontdesk.demo import ruling
from frontdesk.practice import operations as office_rules
from frontdesk.practice.models import Rule, RuleVersion
from frontdesk.practice.queries import rules as asked
from frontdesk.records.models import Document
from frontdesk.staff.models import WorkItem
from frontdesk.staff.operations import close_work
from frontdesk.visits.operations.trying import try_on_visits
from tests.billing.office import NOON, Office

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


def test_a_rule_in_force_holds_the_next_claim_with_its_words_and_lets_it_go_when_mended(office):
    rule = in_force(office, "EKG")

    claim = office.signed(office.insured())

    assert claim.status == "held"
    (found,) = [one for one in claim.findings if one["severity"] == "hold"]
    assert found["rule"] == "Rule EKG, version 1"
    assert found["words"] == "An EKG needs its reading (line 2)"
    assert found["how"] == "Add the reading to the chart."
    assert found["source"] == str(rule.pk)

    office_rules.retire_rule(rule, because="Not needed", at=NOON, by=office.anybody())
    assert judged(office, claim).status == "ready"


def test_a_rule_that_only_tells_lets_the_claim_go(office):
    in_force(office, "EKG", actions=[{"do": "warn"}])

    claim = office.signed(office.insured())

    assert claim.status == "ready"
    assert ("Rule EKG, version 1", "warn") in told(claim)


def test_scope_and_days_limit_a_rule(office):
    other = office.payer("OTHER", name="Other")
    in_force(office, "OTHERS", payer_id=other.pk, payer_name="Other")
    in_force(office, "THEN", ends_on=NOON.date() - timedelta(days=1))
    in_force(office, "NOBODY", provider_id=uuid4(), provider_name="Dr Nobody")

    assert office.signed(office.insured()).status == "ready"

    in_force(office, "OURS", payer_id=office.insurer.pk, site_id=office.site.pk)
    assert told(office.signed(office.insured("Bo")))[0] == ("Rule OURS, version 1", "hold")


def test_a_value_that_a_rule_sets_goes_out_and_is_history_and_goes_when_the_rule_does(office):
    rule = in_force(
        office, "READING", actions=[{"do": "set", "fact": "line.modifiers", "add": "26"}]
    )
    in_force(
        office,
        "CLIA-OURS",
        actions=[{"do": "set", "fact": "clia_number", "to": "36D0000001"}],
    )
    claim = office.signed(office.insured())

    body = body_of(office, claim)
    assert [tuple(line.procedure.modifiers) for line in body.lines] == [(), ("26",)]
    assert body.reference_value("X4") == "36D0000001"
    with office.reading():
        words = list(claim.events.filter(kind="rule").values_list("words", flat=True))
    assert "Rule READING, version 1, adds 26 to the line’s modifiers (line 2)" in words

    judged(office, claim)  # asked again, nothing is added again
    with office.reading():
        assert claim.events.filter(kind="rule").count() == len(words)

    office_rules.retire_rule(rule, because="Wrong", at=NOON, by=office.anybody())
    judged(office, claim)
    assert [tuple(line.procedure.modifiers) for line in body_of(office, claim).lines] == [(), ()]
    with office.reading():
        last = claim.events.filter(kind="rule").order_by("-pk").first().words
    assert last.startswith("No longer so: Rule READING")


def test_rules_that_set_different_values_hold_the_claim_with_both_names(office):
    for key, place in (("ONE", "10"), ("TWO", "02")):
        in_force(office, key, actions=[{"do": "set", "fact": "place_of_service", "to": place}])

    claim = office.signed(office.insured())

    assert claim.status == "held"
    assert "Rules ONE and TWO contradict each other" in claim.findings[0]["words"]
    assert claim.set_by_rules == []
    with office.reading():
        version = asked.newest_version(Rule.objects.get(key="TWO"))
        assert [one.other.key for one in asked.conflicts_of(version)] == ["ONE"]


def test_a_split_puts_each_line_on_one_claim_and_claims_each_charge_once(office):
    in_force(office, "APART", actions=[{"do": "split"}])

    office.signed(office.insured())

    with office.reading():
        first, second = Claim.objects.order_by("pk")
        lines = {
            one.number: [line.charge.code for line in one.lines.order_by("place")]
            for one in (first, second)
        }
        assert lines == {first.number: ["99213"], second.number: ["93000"]}
        assert (first.total, second.total) == (Decimal("148.00"), Decimal("66.00"))
        assert [first.status, second.status] == ["ready", "ready"]
        assert [line.place for line in second.lines.all()] == [1]
        assert second.deadlines.get().due_on == first.deadlines.get().due_on == second.file_by
    assert office.books()  # still balanced
    judged(office, first)
    with office.reading():
        assert Claim.objects.count() == 2  # split once


def test_a_claim_that_replaces_another_is_not_split_but_held_with_the_reason(office):
    claim = office.signed(office.insured())
    with office.writing():
        claim.status = Claim.Status.ACCEPTED
        claim.payer_control_number = "PCN1"
        claim.save()
    in_force(office, "APART", actions=[{"do": "split"}])

    new = operations.replace_claim(claim, at=NOON, by=office.anybody())

    assert new.status == "held"
    assert "can’t be split" in new.findings[0]["words"]
    with office.reading():
        assert new.lines.count() == 2


def document(office, patient, **more):
    with office.writing():
        return Document.objects.create(
            patient=patient,
            kind="other",
            title="Operative note",
            content_type="application/pdf",
            size=10,
            sha256="0" * 64,
            captured_at=NOON,
            captured_by="Sam",
            **more,
        )


def test_a_document_asked_for_holds_the_claim_until_it_is_there_and_is_named_in_it(office):
    in_force(office, "NOTE", actions=[{"do": "attach", "report": "OB"}])
    claim = office.signed(office.insured())
    assert claim.status == "held"
    assert claim.findings[0]["asks_for"] == "OB"
    said = {"report": "OB", "way": "EL", "at": NOON, "by": office.anybody()}
    with office.reading():
        patient = claim.patient

    with pytest.raises(Refused, match="another patient"):
        attach_document(claim, document(office, office.patient("Eve")), **said)
    with pytest.raises(Refused, match="filed by mistake"):
        attach_document(claim, document(office, patient, status="voided"), **said)
    attach_document(claim, document(office, patient), **said)

    assert judged(office, claim).status == "ready"
    (extra,) = body_of(office, claim).extra
    with office.reading():
        control = ClaimAttachment.objects.get().control
    assert tuple(extra.elements) == ("PWK", "OB", "EL", "", "", "AC", control)
    sent = operations.queue_batch(at=NOON, by=office.anybody())
    assert f"PWK*OB*EL***AC*{control}~".encode() in bytes(sent.content)


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
