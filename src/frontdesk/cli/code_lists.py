"""The code sets that come with the house, as the check of X12 files asks them: no database."""

import csv
import gzip
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from frontdesk import x12
from frontdesk.x12.edits.codes import DIAGNOSIS, MODIFIER, PROCEDURE, Validity

_DATA = Path(__file__).parents[1] / "coding" / "data"
# The lists are those of these days on. Of a code that they do not hold nothing can be said before:
# it may have been valid then.
_SINCE = {DIAGNOSIS: date(2025, 10, 1), PROCEDURE: date(2026, 1, 1), MODIFIER: date(2026, 1, 1)}
_LEVEL_TWO = frozenset("ABCDEGHJKLMPQRSTUV")  # how HCPCS codes begin; others are a payer's own
# Visits that CPT gave up, with their last day (American Medical Association, yearly changes).
_GIVEN_UP = {
    date(2020, 12, 31): "99201",
    date(2022, 12, 31): """
    99217 99218 99219 99220 99224 99225 99226 99241 99251 99318 99324 99325 99326 99327 99328 99334
    99335 99336 99337 99339 99340 99343 99354 99355 99356 99357
    """,
    date(2024, 12, 31): "99441 99442 99443",
}
_ENDED = {code: last for last, codes in _GIVEN_UP.items() for code in codes.split()}
_WAYS = frozenset("DEGHIJNPRSX")  # an ambulance's modifier: where from, where to


class Shipped:
    """ICD-10-CM, HCPCS level II and its modifiers; CPT is licensed, and judged only where it is
    known to everybody that a visit's code has ended."""

    def __init__(self) -> None:
        """Read the lists."""
        self._lists: dict[str, dict[str, Validity | None]] = {
            DIAGNOSIS: dict(_diagnoses()),
            PROCEDURE: dict(_procedures()),
            MODIFIER: dict.fromkeys((row[0] for row in _rows("modifiers")), (None, None)),
        }
        # Codes come and go within a category; no category of ICD-10-CM has been taken away.
        self._categories = {code[:3] for code in self._lists[DIAGNOSIS]}
        self._usual = x12.CodeLists({})

    def knows(self, system: str, code: str, on: date | None) -> bool | None:
        """Whether the code was valid on the day; nothing where our lists can't say."""
        codes = self._lists.get(system)
        if codes is None:
            return self._usual.knows(system, code, on)
        if not code or (system == DIAGNOSIS and code[:3] not in self._categories):
            return False
        if system == PROCEDURE and on is not None and code in _ENDED:
            return on <= _ENDED[code]
        if on is None or not _is_of_list(system, code):
            return None
        begins, ends = codes.get(code) or (date.max, None)
        if begins is not None and on < begins:
            return False if on >= _SINCE[system] else None
        return ends is None or on <= ends


@cache
def shipped() -> Shipped:
    """Return the lists, read once."""
    return Shipped()


def _is_of_list(system: str, code: str) -> bool:
    if system == PROCEDURE:
        return code[:1] in _LEVEL_TWO
    if system == MODIFIER:
        return not code.isdigit() and not set(code) <= _WAYS
    return True


def _rows(name: str) -> Iterator[list[str]]:
    with gzip.open(_DATA / f"{name}.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def _diagnoses() -> Iterator[tuple[str, Validity | None]]:
    """Codes that may be billed, with their days; those that only head others as never valid."""
    for code, billable, _words, begins, ends, *_more in _rows("icd10cm"):
        is_one = billable == "1"
        yield code.replace(".", ""), (_day(begins), _day(ends)) if is_one else None


def _procedures() -> Iterator[tuple[str, Validity | None]]:
    for code, _short, _words, begins, ends, *_more in _rows("hcpcs"):
        yield code, (_day(begins), _day(ends))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
