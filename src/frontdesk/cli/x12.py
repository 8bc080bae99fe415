"""Judging, showing and answering X12 files from the command line; verdicts never hold a value."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from frontdesk import x12
from frontdesk.cli.code_lists import shipped
from frontdesk.x12.plain import Plain, defect_data

VALID, INVALID, UNREADABLE = 0, 1, 2
GUIDES, MOST = 3, 6  # SNIP types: what the guides themselves say, and with every edit
_SHOWN = 20


def check_files(paths: Sequence[Path], as_json: bool, out: TextIO, *, snip: int = MOST) -> int:
    """Judge each file, with edits up to the SNIP type; a line of JSON a file, or words.

    Returns 0 where all are valid, 1 where one is not, 2 where one cannot be read.
    """
    codes = [_check_file(path, as_json=as_json, out=out, snip=snip) for path in paths]
    return max(codes, default=VALID)


def print_json(path: Path, out: TextIO) -> int:
    """Print the content of a file as JSON, patient data included. Returns 0, or 2."""
    try:
        content = x12.to_json(path)
    except (OSError, x12.NotX12) as error:
        out.write(_unreadable(path, error, as_json=True))
        return UNREADABLE
    json.dump({"file": str(path), **content}, out, indent=2)
    out.write("\n")
    return VALID


def print_acknowledgement(
    path: Path, out: TextIO, *, at: datetime | None = None, control: int = 1
) -> int:
    """Print the TA1 and 999 that answer a file. Returns 0, 1 where it is not valid, or 2.

    `at` is the moment of the answer (now, unless said), `control` its interchange number.
    """
    try:
        report = x12.check(path)
        envelope = next(i.envelope for i in report.interchanges if i.envelope is not None)
        reply = envelope.answered(control=control, at=at or datetime.now(UTC))
        answer = x12.acknowledge(report, reply)
    except (OSError, x12.Unwritable) as error:
        out.write(_unreadable(path, error, as_json=False))
        return UNREADABLE
    except StopIteration:
        out.write(_unreadable(path, x12.NotX12("there is no interchange in it"), as_json=False))
        return UNREADABLE
    out.write(answer.decode("ascii") + "\n")
    return VALID if report.valid else INVALID


def _check_file(path: Path, *, as_json: bool, out: TextIO, snip: int) -> int:
    try:
        report = x12.check(path, snip=snip, codes=shipped() if snip > GUIDES else None)
    except OSError as error:
        out.write(_unreadable(path, error, as_json=as_json))
        return UNREADABLE
    if as_json:
        out.write(json.dumps(_report_data(path, report)) + "\n")
    else:
        out.write(_report_words(path, report))
    return VALID if report.valid else INVALID


def _report_data(path: Path, report: x12.Report) -> dict[str, Plain]:
    """The line of a file. `errors` beside the transactions are those of the envelopes."""
    transactions: list[Plain] = [
        {
            "set": transaction.set,
            "version": transaction.version,
            "control": transaction.control,
            "valid": transaction.valid,
            "errors": [defect_data(defect) for defect in transaction.errors],
            "warnings": [defect_data(defect) for defect in transaction.warnings],
        }
        for transaction in report.transactions
    ]
    return {
        "file": str(path),
        "valid": report.valid,
        "transactions": transactions,
        "errors": [defect_data(defect) for defect in report.errors],
    }


def _report_words(path: Path, report: x12.Report) -> str:
    lines = [f"{path}: {'valid' if report.valid else 'not valid'}"]
    lines += [f"  envelope: {_words(defect)}" for defect in report.errors]
    for transaction in report.transactions:
        verdict = "valid" if transaction.valid else "not valid"
        lines.append(f"  {transaction.set} {transaction.control}: {verdict}")
        lines += [f"    {_words(defect)}" for defect in transaction.errors[:_SHOWN]]
        more = len(transaction.errors) - _SHOWN
        if more > 0:
            lines.append(f"    and {more} more")
        lines += [f"    warning: {_words(defect)}" for defect in transaction.warnings[:_SHOWN]]
    return "\n".join(lines) + "\n"


def _words(defect: x12.Defect) -> str:
    place = f"segment {defect.segment} {defect.element or defect.id}"
    loop = f" in loop {defect.loop}" if defect.loop else ""
    return f"{place}{loop}: {defect.message} (SNIP {defect.snip}, {defect.code})"


def _unreadable(path: Path, error: Exception, *, as_json: bool) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    if not as_json:
        return f"{path}: cannot be read: {reason}\n"
    data = {"file": str(path), "valid": False, "transactions": [], "errors": [], "reason": reason}
    return json.dumps(data) + "\n"
