"""The x12 commands: exit codes, lines of JSON, and no patient in a verdict."""

import io
import json

import pytest

from frontdesk import x12
from frontdesk.cli import x12 as command
from tests.x12.samples import AT, claim, edited, envelope, remittance

CLAIM = x12.write(envelope(), [claim()])


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.edi"
    path.write_bytes(CLAIM)
    return path


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "bad.edi"
    path.write_bytes(edited(CLAIM, "*UN*1*", "*XX*1*"))
    return path


def checked(*paths, as_json=True):
    """The exit code and what was printed."""
    out = io.StringIO()
    return command.check_files(list(paths), as_json, out), out.getvalue()


def test_all_valid_is_zero(good):
    assert checked(good)[0] == 0


def test_edits_are_judged_where_asked_for(tmp_path):
    path = tmp_path / "ward.edi"
    path.write_bytes(edited(CLAIM, "***11:B:1", "***21:B:1"))
    out = io.StringIO()

    assert "(SNIP 4, admission-date)" in checked(path, as_json=False)[1]
    assert command.check_files([path], as_json=False, out=out, snip=3) == 0
    assert "admission-date" not in out.getvalue()


def test_codes_are_looked_up_in_the_lists_that_come_along(tmp_path):
    path = tmp_path / "ended.edi"
    path.write_bytes(edited(CLAIM, "ABF:R059", "ABF:R05"))

    code, printed = checked(path, as_json=False)

    assert code == 1
    assert "(SNIP 5, diagnosis-unknown)" in printed


def test_one_invalid_is_one(good, bad):
    assert checked(good, bad)[0] == 1


def test_one_unreadable_is_two(good, bad, tmp_path):
    code, printed = checked(good, bad, tmp_path / "none.edi")

    assert code == 2
    assert len(printed.splitlines()) == 3


def test_each_file_has_a_line_of_json(good, bad):
    first, second = map(json.loads, checked(good, bad)[1].splitlines())

    assert first["valid"] is True
    assert first["transactions"][0]["set"] == "837"
    assert second["file"] == str(bad)
    assert second["transactions"][0]["errors"] == [
        {
            "segment": 24,
            "id": "SV1",
            "loop": "2400",
            "element": "SV103",
            "snip": 2,
            "code": "element-code",
            "message": "the code is not one the guide allows here",
        }
    ]


def test_words_name_the_place(bad):
    printed = checked(bad, as_json=False)[1]

    assert "not valid" in printed
    assert "segment 24 SV103 in loop 2400" in printed


@pytest.mark.parametrize("as_json", [True, False])
def test_a_verdict_holds_no_patient(bad, as_json):
    printed = checked(bad, as_json=as_json)[1]

    for value in ("LEE", "ANN", "W100200", "CLM-17"):
        assert value not in printed


def test_the_content_is_printed_as_json(tmp_path):
    path = tmp_path / "835.edi"
    path.write_bytes(x12.write(envelope(), [remittance()]))
    out = io.StringIO()

    assert command.print_json(path, out) == 0
    (transaction,) = json.loads(out.getvalue())["transactions"]
    assert transaction["bodies"][0]["payment"]["amount"] == "80"
    assert transaction["bodies"][0]["claims"][0]["lines"][0]["adjustments"][0] == {
        "group": "CO",
        "reason": "45",
        "amount": "50",
    }


def test_content_that_is_not_x12_is_two(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear payer")

    assert command.print_json(path, io.StringIO()) == 2
    assert command.print_acknowledgement(path, io.StringIO()) == 2


def test_the_acknowledgement_is_printed(good, bad):
    out = io.StringIO()

    assert command.print_acknowledgement(good, out, at=AT) == 0
    assert command.print_acknowledgement(bad, out, at=AT) == 1
    accepted, rejected = out.getvalue().splitlines()
    assert "AK9*A*1*1*1" in accepted
    assert "IK4*3*355*7" in rejected
