"""CMS's payment files as rows: relative values and localities, NCCI pairs and unit limits.

The readers of CMS's own files skip the lines of notices and headings that stand above the rows,
and take codes and numbers only: descriptions are licensed.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from frontdesk.coding.exchange.codes import DATA, day_of, shipped

SHIPPED_RELEASE = date(2024, 7, 1)  # of the pairs and limits that come with the product
_CODE = re.compile(r"[0-9A-Z]{4}[0-9A-Z]")
_OLD = date(1996, 1, 1)  # pairs "in existence prior to 1996"


class ValueRow(NamedTuple):
    """Relative values of a code in a year."""

    year: int
    code: str
    modifier: str
    work: Decimal
    expense: Decimal
    expense_in_facility: Decimal
    malpractice: Decimal


class LocalityRow(NamedTuple):
    """The indices of a locality in a year."""

    year: int
    code: str
    name: str
    state: str
    work: Decimal
    expense: Decimal
    malpractice: Decimal


class FactorRow(NamedTuple):
    """Dollars a unit between two days."""

    first_on: date
    last_on: date
    dollars: Decimal


class PairRow(NamedTuple):
    """Two codes that are not paid together."""

    column_1: str
    column_2: str
    modifier: str
    valid_from: date | None
    valid_to: date | None
    rationale: str


class UnitRow(NamedTuple):
    """The most units of a code."""

    code: str
    units: int
    counts: str
    rationale: str


def values() -> Iterator[ValueRow]:
    """Yield the relative values as shipped: HCPCS Level II of 2024."""
    for year, code, modifier, *numbers in shipped("medicare_values.tsv.gz"):
        work, expense, in_facility, malpractice = (Decimal(number) for number in numbers)
        yield ValueRow(int(year), code, modifier, work, expense, in_facility, malpractice)


def localities() -> Iterator[LocalityRow]:
    """Yield the localities as shipped: those of 2024."""
    for year, code, name, state, *numbers in shipped("medicare_localities.tsv.gz"):
        work, expense, malpractice = (Decimal(number) for number in numbers)
        yield LocalityRow(int(year), code, name, state, work, expense, malpractice)


def factors() -> Iterator[FactorRow]:
    """Yield the conversion factors as shipped."""
    for line in (DATA / "medicare_factors.tsv").read_text().splitlines():
        first, last, dollars = line.split("\t")
        yield FactorRow(date.fromisoformat(first), date.fromisoformat(last), Decimal(dollars))


def pairs() -> Iterator[PairRow]:
    """Yield the pairs as shipped: those of HCPCS Level II codes."""
    for first, second, modifier, begins, ends, rationale in shipped("ncci_pairs.tsv.gz"):
        yield PairRow(first, second, modifier, day_of(begins), day_of(ends), rationale)


def units() -> Iterator[UnitRow]:
    """Yield the unit limits as shipped: those of HCPCS Level II codes."""
    for code, most, counts, rationale in shipped("ncci_units.tsv.gz"):
        yield UnitRow(code, int(most), counts, rationale)


def values_file(lines: Iterable[str], *, year: int) -> Iterator[ValueRow]:
    """Yield the rows of CMS's PPRRVU file (CSV): by column, as CMS has kept them since 2010."""
    for cells in csv.reader(lines):
        if len(cells) < 11 or not _CODE.fullmatch(cells[0].strip()):
            continue
        numbers = [_number(cells[at]) for at in (5, 6, 8, 10)]
        if None not in numbers:
            work, expense, in_facility, malpractice = (one or Decimal(0) for one in numbers)
            code, modifier = cells[0].strip(), cells[1].strip()
            yield ValueRow(year, code, modifier, work, expense, in_facility, malpractice)


def gpci_file(text: str, *, year: int) -> Iterator[LocalityRow]:
    """Yield the localities of CMS's GPCI file (CSV), found by their headings.

    Raises `ValueError` when the headings aren't there.
    """
    rows = list(csv.reader(io.StringIO(text)))
    at = next((n for n, cells in enumerate(rows) if _named(cells, "locality", "number")), None)
    if at is None:
        raise ValueError("The file has no heading with a locality number.")
    heads = rows[at]
    where = {
        "mac": _named(heads, "contractor") or _named(heads, "mac"),
        "state": _named(heads, "state"),
        "number": _named(heads, "locality", "number"),
        "name": _named(heads, "locality", "name"),
        "work": _named(heads, "pw", "with 1.0") or _named(heads, "pw"),
        "expense": _named(heads, "pe gpci"),
        "malpractice": _named(heads, "mp gpci"),
    }
    if missing := [name for name, column in where.items() if column is None]:
        raise ValueError(f"The file has no column for: {', '.join(missing)}.")
    for cells in rows[at + 1 :]:
        said = {
            name: cells[column[0]]
            for name, column in where.items()
            if column and cells[column[0] :]
        }
        if len(said) == len(where) and said["mac"].strip().isdigit():
            work, expense, malpractice = (
                _number(said[name]) or Decimal(1) for name in ("work", "expense", "malpractice")
            )
            code = said["mac"].strip().zfill(5) + said["number"].strip().zfill(2)
            yield LocalityRow(
                year, code, said["name"].strip(" *")[:80], said["state"].strip()[:2],
                work, expense, malpractice,
            )  # fmt: skip


def pair_file(lines: Iterable[str]) -> Iterator[PairRow]:
    """Yield the rows of CMS's PTP file (tab-separated text), one at a time.

    Columns: column 1, column 2, "*" if older than 1996, effective YYYYMMDD, deletion YYYYMMDD or
    "*", modifier indicator, rationale. Raises `ValueError` with the line of a row that is broken.
    """
    for number, line in enumerate(lines, 1):
        cells = [cell.strip().strip('"') for cell in line.rstrip("\r\n").split("\t")]
        if len(cells) < 6 or not (_CODE.fullmatch(cells[0]) and _CODE.fullmatch(cells[1])):
            continue
        begins = _OLD if cells[2] == "*" and not cells[3].isdigit() else _compact(cells[3])
        if begins is None or cells[5] not in ("0", "1", "9"):
            raise ValueError(f"Line {number} can't be read.")
        ends = _compact(cells[4])
        rationale = cells[6][:100] if len(cells) > 6 else ""
        yield PairRow(cells[0], cells[1], cells[5], begins, ends, rationale)


def unit_file(lines: Iterable[str]) -> Iterator[UnitRow]:
    """Yield the rows of CMS's MUE file (CSV): code, units, adjudication indicator, rationale.

    Raises `ValueError` with the line of a row that is broken.
    """
    for number, cells in enumerate(csv.reader(lines), 1):
        if len(cells) < 3 or not _CODE.fullmatch(cells[0].strip()):
            continue
        counts = cells[2].strip()[:1]
        if not cells[1].strip().isdigit() or counts not in ("1", "2", "3"):
            raise ValueError(f"Line {number} can't be read.")
        rationale = cells[3].strip()[:100] if len(cells) > 3 else ""
        yield UnitRow(cells[0].strip(), int(cells[1]), counts, rationale)


def _named(heads: list[str], *words: str) -> tuple[int] | None:
    for at, head in enumerate(heads):
        if all(word in " ".join(head.casefold().split()) for word in words):
            return (at,)
    return None


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.strip() or "0")
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _compact(text: str) -> date | None:
    if len(text) != 8 or not text.isdigit():
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 -- a day has no zone
    except ValueError:
        return None
