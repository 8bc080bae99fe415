"""The guides that are only judged, not turned into models: small messages of our own."""

from pathlib import Path

import pytest

from frontdesk import x12
from tests.x12.samples import edited, errors

DATA = Path(__file__).parent / "data"
FILES = sorted(DATA.glob("*.edi"))
WITHOUT_MODEL = [path for path in FILES if path.stem in {"820", "834", "837i"}]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sound_message_is_valid(path):
    report = x12.check(path)

    assert errors(report) == []
    assert [len(t.warnings) for t in report.transactions] == [0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_segment_left_out_is_missed_or_was_optional(path):
    """Leaving out what opens a level or a loop is always found."""
    texts = path.read_text().split("~\n")
    for index, text in enumerate(texts):
        if text.startswith(("HL*", "BHT", "BGN", "CLM", "ENT", "INS")):
            less = "~\n".join(texts[:index] + texts[index + 1 :]).encode()
            assert set(errors(x12.check(less))) - {"se-count"}, text


@pytest.mark.parametrize("path", WITHOUT_MODEL, ids=lambda path: path.stem)
def test_reading_yields_the_set_without_a_model(path):
    (transaction,) = x12.read(path)

    assert transaction.valid
    assert transaction.bodies == ()


def test_the_content_is_shown_as_loops():
    (transaction,) = x12.to_json(DATA / "820.edi")["transactions"]

    first = transaction["loops"][0]
    assert transaction["segments"][0][0] == "BPR"
    assert first["loop"] == "1000A"
    assert first["segments"][0][0] == "N1"


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "element"),
    [
        ("276", "HL*4*3*22*0", "HL*4*9*22*0", "hierarchy-parent", "HL02"),
        ("277", "STC*F1:65", "STC*F1", "element-missing", "STC01-2"),
        ("820", "RMR*IK", "RMR*QQ", "element-code", "RMR01"),
        ("834", "INS*Y*18", "INS*Y*99", "element-code", "INS02"),
        ("837i", "HC:99283*500", "HC:99283*400", "balance-claim-charge", "CLM02"),
    ],
)
def test_a_fault_is_named(name, old, new, code, element):
    report = x12.check(edited((DATA / f"{name}.edi").read_bytes(), old, new))

    found = [(e.code, e.element) for t in report.transactions for e in t.errors]
    assert (code, element) in found
