"""The guides as data: every one can be read, and its expressions say what its data say."""

import re
from pathlib import Path

import pytest

from frontdesk import x12
from frontdesk.x12.compile.explain import explain
from frontdesk.x12.compile.patterns import Patterns
from frontdesk.x12.compile.units import note_holds
from frontdesk.x12.findings import KINDS
from frontdesk.x12.schema import data_element, every_guide, find
from frontdesk.x12.schema.grammar import Loop, Segment, declare

GUIDES = every_guide()
USUAL = x12.Delimiters()
GRAMMAR = """
BHT R1 0019! 00,18! ! ! ! CH?
LOOP 1000 R2 somebody
  NM1 R1 41! 1,2! ! ? ? - - 46? ?
  PER S1 IC! ? TE? ? EX? ?
"""


def segments():
    """Every segment of every guide."""
    for guide in GUIDES:
        for loop in guide.loops():
            yield from (item for item in loop.items if isinstance(item, Segment))


def declared():
    """A small guide."""
    return declare(set_id="837", version="T", group="HC", accepts=("T",), outline=GRAMMAR)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda g: f"{g.set_id}{g.kind}-{g.version}")
def test_every_guide_has_its_loops(guide):
    purpose = guide.purposes[0] if guide.purposes else ""

    assert find(guide.set_id, guide.version, purpose) is guide
    assert all(loop.name for loop in guide.loops())
    assert all(isinstance(loop.items[0], Segment) for loop in guide.loops())


def test_a_guide_not_held_is_nothing():
    assert find("837", "004010X098A1") is None
    assert find("999999", "X") is None


def test_every_segment_has_an_expression_that_compiles():
    patterns = Patterns(USUAL)

    assert all(isinstance(patterns.segment(segment), re.Pattern) for segment in segments())


def test_what_an_expression_refuses_can_be_explained():
    patterns = Patterns(USUAL)
    for segment in segments():
        for text in (segment.id, f"{segment.id}*", f"{segment.id}*?*?*?", f"{segment.id}**:*^"):
            if not patterns.segment(segment).fullmatch(text):
                assert explain(segment, text, USUAL), (segment.loop, text)


def test_what_an_expression_accepts_has_nothing_to_explain():
    patterns = Patterns(USUAL)
    for segment in segments():
        values = [e.codes[0] if e.codes else "11" for e in segment.elements if not e.components]
        for text in ("*".join([segment.id, *values[:n]]) for n in range(len(values))):
            if patterns.segment(segment).fullmatch(text):
                assert explain(segment, text, USUAL) == [], (segment.loop, text)


def test_an_outline_becomes_loops_and_segments():
    root = declared().root

    opening, somebody = root.items
    assert (opening.id, opening.required, opening.most) == ("BHT", True, 1)
    assert isinstance(somebody, Loop)
    assert (somebody.id, somebody.name, somebody.most) == ("1000", "somebody", 2)
    assert [item.id for item in somebody.items] == ["NM1", "PER"]


def test_elements_take_their_type_from_the_dictionary():
    name = declared().root.items[1].items[0]

    assert [e.kind for e in name.elements[:3]] == ["ID", "ID", "AN"]
    assert (name.elements[2].low, name.elements[2].high) == (1, 60)
    assert name.elements[0].codes == ("41",)
    assert data_element("NM1", 3) == "1035"
    assert data_element("CLM", 5) == ""


def test_a_line_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="cannot read"):
        declare(set_id="1", version="1", group="1", accepts=(), outline="BHT R1 what")


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("NM1*41*1*LEE", True),
        ("NM1*41*1*LEE*ANN", True),
        ("NM1*41*1*LEE*****46*X1", True),
        ("NM1*41*1*LEE*****46", False),
        ("NM1*41*1*LEE******X1", False),
        ("NM1*41*1", False),
        ("NM1*41*3*LEE", False),
        ("NM1*41*1*LEE*", False),
        ("NM1*41*1*LEE *ANN", False),
        ("NM1*41*1*LEE*ANN*Q*DR", False),
    ],
)
def test_an_expression_holds_usage_codes_and_ties(text, fits):
    segment = declared().root.items[1].items[0]

    assert bool(Patterns(USUAL).segment(segment).fullmatch(text)) is fits
    assert (explain(segment, text, USUAL) == []) is fits


@pytest.mark.parametrize(
    ("note", "present", "holds"),
    [
        ("P0102", {1, 2}, True),
        ("P0102", {1}, False),
        ("R0102", set(), False),
        ("R0102", {2}, True),
        ("E0102", {1, 2}, False),
        ("E0102", {1}, True),
        ("C0102", {1}, False),
        ("C0102", {2}, True),
        ("L010203", {1}, False),
        ("L010203", {1, 3}, True),
    ],
)
def test_relational_notes(note, present, holds):
    assert note_holds(note, {n: n in present for n in (1, 2, 3)}) is holds


def test_every_defect_is_in_the_reference():
    reference = Path(__file__).resolve().parents[2] / "docs" / "reference" / "x12.md"
    edits = reference.parent / "x12" / "edits.md"
    text = reference.read_text(encoding="utf-8") + edits.read_text(encoding="utf-8")

    assert [code for code in KINDS if f"| `{code}` |" not in text] == []
