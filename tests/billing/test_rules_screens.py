"""Rules on screen: what a biller writes there, and what is told where."""

import json

import pytest
from django.urls import reverse

from frontdesk.billing.forms.rules import Shape
from frontdesk.billing.models import Replay
from frontdesk.practice import operations as office_rules
from frontdesk.practice.models import Rule
from frontdesk.practice.queries import rules as asked
from frontdesk.records.models import Document
from tests.billing.office import NOON
from tests.billing.ruled import in_force, tried, values, written

HTMX = {"HX-Request": "true"}
FORM = {
    "kind": "claim",
    "words": "An EKG needs its reading",
    "how_to_fix": "Add the reading.",
    "join": "all",
    "row": ["0:0", "1:1", "2:1"],
    "fact-0": "line.code",
    "is-0": "one_of",
    "value-0": "93000, 93005-93010",
    "fact-1": "payer_filing",
    "is-1": "one_of",
    "value-1": ["MB", "16"],
    "fact-2": "is_insured_self",
    "is-2": "yes",
    "deed": ["0"],
    "does-0": "set",
    "set-0": "line.modifiers|add",
    "to-0": "26",
}


@pytest.fixture
def biller(office, client):
    client.force_login(office.member("biller").user)
    return client


def test_a_row_that_is_added_gets_a_place_of_its_own():
    shape = Shape.empty("claim")
    for act in ("deed", "deed", "undeed:1", "deed", "group", "add:0", "drop:0"):
        shape.change(act)
    assert [one.place for one in shape.deeds] == [0, 2, 3]
    assert len({one.place for one in shape.conditions}) == len(shape.conditions) == 2
    assert sorted(one.group for one in shape.conditions) == [0, 1]


def test_what_the_form_says_is_what_the_rule_keeps_and_shows_again(office, biller):
    answer = biller.post(reverse("billing:rule_new"), FORM)

    with office.reading():
        rule = Rule.objects.get()
        version = asked.newest_version(rule)
    assert answer.url == reverse("billing:rule", args=[rule.pk])
    assert version.when == {
        "all": [
            {"fact": "line.code", "is": "one_of", "value": "93000, 93005-93010"},
            {
                "any": [
                    {"fact": "payer_filing", "is": "one_of", "value": ["MB", "16"]},
                    {"fact": "is_insured_self", "is": "yes"},
                ]
            },
        ]
    }
    assert version.actions == [{"do": "set", "fact": "line.modifiers", "add": "26"}]
    page = biller.get(answer.url).content.decode()
    assert "The line’s code is one of 93000, 93005-93010" in page
    assert "Add 26 to the line’s modifiers" in page
    again = biller.get(reverse("billing:rule_edit", args=[rule.pk])).content.decode()
    assert 'value="93000, 93005-93010"' in again
    assert 'value="26"' in again
    same = biller.post(reverse("billing:rule_edit", args=[rule.pk]), FORM)
    assert same.status_code == 302
    with office.reading():
        assert Rule.objects.get().newest == 1  # nothing was changed


def test_two_who_change_a_rule_at_once_hear_of_each_other(office, biller):
    rule = written(office)
    url = reverse("billing:rule_edit", args=[rule.pk])
    assert 'name="seen" value="1"' in biller.get(url).content.decode()
    assert biller.post(url, {**FORM, "seen": "1"}).status_code == 302

    late = biller.post(url, {**FORM, "seen": "1", "words": "Mine"})

    assert late.status_code == 422
    assert "in the meantime: look at version 2" in late.content.decode()
    with office.reading():
        assert asked.newest_version(rule).words == FORM["words"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fact-0": ""}, "Say what the line"),
        ({"row": []}, "no condition"),
        ({"value-0": "93010-93005"}, "is no range"),
        ({"deed": []}, "what the rule does"),
        ({"to-0": "260"}, "two letters or digits"),
        ({"words": ""}, "This field is required"),
        ({"starts_on": "2026-05-02", "ends_on": "2026-05-01"}, "ends before it starts"),
        ({"payer": "nobody"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_told_on_the_form_and_nothing_typed_is_lost(office, biller, change, words):
    said = {**FORM, "citation": "Our own", **change}
    if change == {"fact-0": ""}:
        said |= {"fact-0": "line.code", "value-0": ""}
    answer = biller.post(reverse("billing:rule_new"), said)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert 'value="Our own"' in page
    with office.reading():
        assert not Rule.objects.exists()


def test_rows_come_and_go_with_what_their_fact_offers(office, biller):
    url = reverse("billing:rule_shape")

    more = biller.post(url, {**FORM, "act": "add:0"}, headers=HTMX).content.decode()
    assert more.count('name="row"') == 4
    fewer = biller.post(url, {**FORM, "act": "drop:1"}, headers=HTMX).content.decode()
    assert fewer.count('name="row"') == 2
    inner = biller.post(url, {**FORM, "act": "group"}, headers=HTMX).content.decode()
    assert 'value="3:2"' in inner
    other = biller.post(url, {**FORM, "kind": "authorization"}, headers=HTMX).content.decode()
    assert "The codes planned" in other and "Make two claims" not in other
    assert biller.post(url, {**FORM, "kind": "moon"}, headers=HTMX).status_code == 404


def test_an_example_fails_is_taken_off_and_another_is_taken_from_a_claim(office, biller):
    claim = office.signed(office.insured())
    rule = written(office, examples=[])
    url = reverse("billing:rule_example", args=[rule.pk])

    page = biller.post(
        url, {"name": "A visit", "applies": "yes", "x1-line.code": "99213"}, headers=HTMX
    ).content.decode()
    assert "An example fails: A visit." in page
    assert "Does not apply; it should" in page
    biller.post(reverse("billing:rule_drop_example", args=[rule.pk]), {"place": "0"})
    biller.post(url, {"name": "A visit", "applies": "no", "x1-line.code": "99213"})
    page = biller.post(url, {"name": "Real", "applies": "yes", "claim": claim.number}, headers=HTMX)
    assert "All pass" in page.content.decode()
    with office.reading():
        example = asked.newest_version(rule).examples[1]
    assert example["facts"] == {
        "lines": [{"code": "99213", "modifiers": []}, {"code": "93000", "modifiers": []}]
    }
    missing = biller.post(url, {"name": "None", "applies": "yes", "claim": "999"}, headers=HTMX)
    assert missing.status_code == 422 and "There is no claim 999" in missing.content.decode()


def test_a_rule_is_tried_put_in_force_and_retired_by_its_page(office, biller):
    office.signed(office.insured())
    rule = written(office)
    page = reverse("billing:rule", args=[rule.pk])
    assert "Try it on the past year" in biller.get(page).content.decode()

    waits = biller.post(reverse("billing:rule_replay", args=[rule.pk]), headers=HTMX)
    assert "of 1 claims" in waits.content.decode() or "of 0 claims" in waits.content.decode()
    refused = biller.post(reverse("billing:rule_activate", args=[rule.pk]), headers=HTMX)
    assert refused.status_code == 409
    with office.reading():
        replay = Replay.objects.get()
    tried(office, rule)
    shown = biller.get(reverse("billing:rule_touched", args=[replay.pk]))
    assert shown.status_code == 200
    done = biller.post(reverse("billing:rule_activate", args=[rule.pk]), headers=HTMX)
    assert "In force" in done.content.decode()
    biller.post(reverse("billing:rule_retire", args=[rule.pk]), {"because": "Enough"})
    assert "Enough" in biller.get(page).content.decode()


def test_those_that_ship_are_brought_in_once_and_all_rules_go_out_as_a_file(office, biller):
    url = reverse("billing:rule_starters")
    assert "MOD25" in biller.get(url).content.decode()
    biller.post(url, {"key": ["MOD25", "NDC", "nothing"]})
    assert 'value="MOD25"' not in biller.get(url).content.decode()

    rows = json.loads(biller.get(reverse("billing:rules_file")).content)["rules"]

    assert [row["key"] for row in rows] == ["MOD25", "NDC"]
    assert rows[0]["examples"] and rows[0]["citation"]


def test_the_claim_names_the_rule_and_takes_the_document_it_asks_for(office, biller):
    rule = in_force(office, "NOTE", actions=[{"do": "attach", "report": "OB"}])
    claim = office.signed(office.insured())
    with office.writing():
        note = Document.objects.create(
            patient_id=claim.patient_id, kind="other", title="Operative note", size=1,
            content_type="application/pdf", sha256="0" * 64, captured_at=NOON, captured_by="Sam",
        )  # fmt: skip

    page = biller.get(reverse("billing:claim", args=[claim.pk])).content.decode()
    assert reverse("billing:rule", args=[rule.pk]) in page
    assert "Operative note" in page
    url = reverse("billing:attach", args=[claim.pk])
    wrong = biller.post(url, {"document": "x", "report": "OB", "way": "EL"}, headers=HTMX)
    assert wrong.status_code == 409
    biller.post(url, {"document": str(note.pk), "report": "OB", "way": "EL"}, headers=HTMX)

    with office.reading():
        claim.refresh_from_db()
        assert claim.status == "ready"


def test_the_desk_sees_no_rules_and_a_provider_changes_none(office, client):
    rule = office_rules.save_rule(None, values(), at=NOON, by=office.anybody())
    client.force_login(office.member("receptionist").user)
    assert client.get(reverse("billing:rules")).status_code == 403
    client.force_login(office.member("provider").user)
    assert client.get(reverse("billing:rule", args=[rule.pk])).status_code == 200
    assert client.post(reverse("billing:rule_activate", args=[rule.pk])).status_code == 403
