"""Adjustment reasons (CARC) in plain words of our own; the codes are X12's."""

import csv
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent.parent / "data" / "carc.csv"


@cache
def _reasons() -> dict[str, tuple[str, str]]:
    with _DATA.open(newline="") as rows:
        return {
            row["carc"]: (row["meaning_own_words"], row["usual_next_step"])
            for row in csv.DictReader(rows)
        }


def reason_in_words(code: str) -> str:
    """Return what a reason says: "45" or "CO-45" gives words, an unknown one its number."""
    number = code.rpartition("-")[2]
    words = _reasons().get(number, ("", ""))[0]
    return f"{words[:1].upper()}{words[1:]}" if words else f"Reason {number}"


def next_step(code: str) -> str:
    """Return what usually helps against a reason, or nothing."""
    return _reasons().get(code.rpartition("-")[2], ("", ""))[1]
