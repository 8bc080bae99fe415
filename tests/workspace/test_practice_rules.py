"""Rules go out in a practice file and come in elsewhere, as drafts."""

import json
from datetime import date, datetime

import pytest

from frontdesk.practice import operations as practice
from frontdesk.practice.exchange import read
from frontdesk.practice.models import Rule
from frontdesk.practice.queries import rules as asked
from frontdesk.workspace import operations
from frontdesk.workspace.operations.practice_file import NotBroughtIn
from frontdesk.workspace.queries import practice_export
from tests.clinic import NEW_YORK, Clinic

NOON = datetime(2026, 11, 16, 12, tzinfo=NEW_YORK)
VALUES = {
    "words": "An EKG needs its reading",
    "how_to_fix": "Add the reading.",
    "when": {"all": [{"fact": "line.code", "is": "one_of", "value": ["93000"]}]},
    "actions": [{"do": "warn"}],
    "examples": [{"name": "EKG", "applies": True, "facts": {"lines": [{"code": "93000"}]}}],
    "starts_on": date(2026, 1, 1),
}


def out(clinic):
    with clinic.reading():
        return practice_export.tables(clinic.anybody())["rules"]


def bring(clinic, rows):
    file = read("rules.json", json.dumps({"rules": rows}).encode())
    return operations.bring_in_practice(file, by=clinic.anybody())


def test_a_rule_goes_out_and_comes_in_with_its_scope_as_a_draft(clinic, other):
    payer = clinic.payer("P1", name="First Mutual")
    theirs = other.payer("P1", name="First Mutual")
    scope = {"payer_id": payer.pk, "payer_name": payer.name}
    practice.save_rule(None, {**VALUES, **scope}, key="EKG", at=NOON, by=clinic.anybody())
    rows = out(clinic)

    assert bring(other, rows).new == {"rules": 1}
    assert bring(other, rows).changed == {"rules": 1}

    with other.reading():
        rule = Rule.objects.get()
        version = asked.newest_version(rule)
    assert (rule.key, rule.status, rule.newest) == ("EKG", "draft", 1)
    assert (version.payer_id, version.starts_on) == (theirs.pk, date(2026, 1, 1))
    assert out(other) == rows


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"key": ""}, "The column key is empty"),
        ({"payer": "NOBODY"}, "NOBODY"),
        ({"when": "{"}, "is no JSON"),
        ({"when": {"all": [{"fact": "moon", "is": "is", "value": "full"}]}}, "Nobody knows"),
        ({"kind": "moon"}, "Nobody asks rules"),
        ({"words": "x" * 201}, "too long"),
    ],
)
def test_a_row_that_is_wrong_is_told_and_nothing_is_kept(clinic, change, words):
    row = {name: value for name, value in VALUES.items() if name != "starts_on"}
    with pytest.raises(NotBroughtIn) as refused:
        bring(clinic, [{"key": "ONE", **row}, {"key": "TWO", **row, **change}])

    assert words in refused.value.report.problems[0].says
    with clinic.reading():
        assert not Rule.objects.exists()


def test_the_same_words_in_a_csv_file(clinic):
    assert isinstance(clinic, Clinic)
    row = {k: json.dumps(v) if isinstance(v, list | dict) else str(v) for k, v in VALUES.items()}
    assert bring(clinic, [{"key": "EKG", **row}]).new == {"rules": 1}
