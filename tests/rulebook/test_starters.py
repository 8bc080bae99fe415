"""The rules that ship vouch for themselves, each with its own examples."""

import pytest

from frontdesk.rulebook import REPORTS, Rule, contradiction, lacking, starters
from frontdesk.x12.schema.codes import CODES

SHIPPED = starters()


def rule_of(starter):
    return Rule(
        id=starter.key,
        key=starter.key,
        number=1,
        version=1,
        kind=starter.kind,
        words=starter.words,
        how_to_fix=starter.how_to_fix,
        when=starter.when,
        actions=starter.actions,
    )


@pytest.mark.parametrize("key", SHIPPED)
def test_a_rule_that_ships_passes_its_examples_and_names_its_source(key):
    starter = SHIPPED[key]

    assert lacking(rule_of(starter), starter.examples) == ""
    assert contradiction(rule_of(starter).group) == ""
    assert starter.citation and starter.because and starter.how_to_fix


def test_they_fit_where_they_are_kept():
    for one in SHIPPED.values():
        assert len(one.key) <= 40 and len(one.words) <= 200 and len(one.how_to_fix) <= 300
        assert len(one.because) <= 400 and len(one.citation) <= 300 and len(one.depends) <= 300


def test_every_document_that_can_be_asked_for_has_a_code_of_the_standard():
    assert set(REPORTS) <= set(CODES["attachments"].split())
