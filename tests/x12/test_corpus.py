"""Files from the wild: none crashes us, and our verdict is that of all other validators."""

import csv
from pathlib import Path

import pytest

from frontdesk import x12
from tests.x12.samples import errors

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
TABLE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "x12-differences.md"
AGREEMENT = 0.98

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus of public files is not beside this clone"
)


def verdicts():
    """Each judged file with what all other validators agree on."""
    with (CORPUS / "ORACLE.tsv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            if row["consensus"] in {"all-valid", "all-invalid"}:
                yield row["file"], row["consensus"] == "all-valid"


def files():
    """Every file of the corpus."""
    return sorted(p for p in CORPUS.rglob("*") if p.is_file() and p.suffix != ".tsv")


def test_every_file_is_read_without_a_crash():
    read = 0
    for path in files():
        try:
            read += sum(1 for _ in x12.read(path))
        except x12.NotX12:
            assert x12.check(path).errors

    assert read > 1000


def test_every_file_can_be_shown_as_plain_data():
    shown = 0
    for path in files():
        try:
            shown += len(x12.to_json(path)["transactions"])
        except x12.NotX12:
            continue

    assert shown > 1000


def test_we_agree_with_all_others_but_for_the_differences_we_explain():
    judged = list(verdicts())
    differing = [name for name, valid in judged if x12.check(CORPUS / name).valid is not valid]
    explained = TABLE.read_text(encoding="utf-8")

    assert len(judged) - len(differing) >= AGREEMENT * len(judged)
    assert [name for name in differing if f"`{name}`" not in explained] == []


def test_edits_refuse_no_file_that_all_others_accept():
    accepted = [name for name, valid in verdicts() if valid]
    before = {name for name in accepted if x12.check(CORPUS / name).valid}

    assert [name for name in before if not x12.check(CORPUS / name, snip=6).valid] == []


def test_a_refused_file_names_segment_loop_and_element():
    for name, valid in verdicts():
        report = x12.check(CORPUS / name)
        if valid or report.valid:
            continue
        found = [*report.errors, *(e for t in report.transactions for e in t.errors)]
        assert all(error.id and error.code and error.message for error in found), name


def test_a_truncated_file_is_read_up_to_where_it_breaks():
    for path in files()[::5]:
        data = path.read_bytes()
        cut = data[: len(data) * 2 // 3]
        assert isinstance(errors(x12.check(cut)), list)
        if x12.check(cut).interchanges:
            list(x12.read(cut))


def test_what_is_read_from_valid_files_is_written_and_read_again_the_same():
    from frontdesk.x12.writing import compose
    from tests.x12.samples import envelope
    from tests.x12.test_roundtrip import content

    compared = 0
    for name, valid in verdicts():
        if not valid:
            continue
        for transaction in x12.read(CORPUS / name):
            if transaction.bodies and transaction.valid and transaction.set != "TA1":
                data = compose(envelope(), transaction.bodies)
                again = [body for t in x12.read(data) for body in t.bodies]
                assert content(again) == content(list(transaction.bodies)), name
                compared += 1

    assert compared > 50
