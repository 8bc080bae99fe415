"""The code sets as shipped, and price lists as practices keep them: text into plain rows."""

import csv
import gzip
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files

from frontdesk.coding.rules import is_procedure_code, with_point

DATA = files("frontdesk.coding") / "data"
_HEADERS = {
    "code": ("code", "cpt", "hcpcs", "procedure", "procedure code"),
    "description": ("description", "label", "name", "text"),
    "amount": ("amount", "charge", "fee", "price"),
    "modifier": ("modifier", "mod"),
    "group": ("group", "category", "heading"),
}


@dataclass(frozen=True, slots=True)
class DiagnosisRow:
    """One line of the ICD-10-CM file."""

    code: str
    is_billable: bool
    description: str
    valid_from: date | None
    valid_to: date | None
    also: str = ""  # inclusion terms and what people call it


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """One line of the HCPCS file."""

    code: str
    short: str
    description: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One line of a practice's price list."""

    code: str
    description: str
    amount: Decimal
    modifier: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that can't be used: where, which column, and why, without its values."""

    row: int
    column: str
    why: str


def diagnoses() -> Iterator[DiagnosisRow]:
    """Yield ICD-10-CM as shipped."""
    said = _synonyms()
    for code, billable, description, starts, ends, also in shipped("icd10cm.tsv.gz"):
        words = "; ".join(filter(None, (also, said.get(code, ""))))
        yield DiagnosisRow(code, billable == "1", description, day_of(starts), day_of(ends), words)


def order_file(text: str) -> Iterator[DiagnosisRow]:
    """Yield the rows of a CDC order file: fixed columns 7-13 code, 15 billable, 78 long title."""
    said = _synonyms()
    for line in text.splitlines():
        if line.strip():
            code = with_point(line[6:13])
            title = line[77:].strip() or line[16:76].strip()
            yield DiagnosisRow(code, line[14] == "1", title, None, None, said.get(code, ""))


def procedures() -> Iterator[ProcedureRow]:
    """Yield HCPCS Level II as shipped."""
    for code, short, description, starts, ends in shipped("hcpcs.tsv.gz"):
        yield ProcedureRow(code, short, description, day_of(starts), day_of(ends))


def modifiers() -> Iterator[list[str]]:
    """Yield modifiers as shipped: code, description."""
    yield from shipped("modifiers.tsv.gz")


def places() -> Iterator[tuple[str, bool, str, str]]:
    """Yield places of service as shipped: code, whether a facility, name, description."""
    for code, facility, name, description in shipped("places.tsv.gz"):
        yield code, facility == "1", name, description


def common_codes() -> list[str]:
    """Return the codes to show first: everyday primary care, then those people have words for."""
    everyday = (DATA / "common.txt").read_text().split()
    return list(dict.fromkeys([*everyday, *_synonyms()]))


@cache
def fingerprint(*names: str) -> str:
    """Return the SHA-256 of data files, so that an unchanged release is not loaded again."""
    told = hashlib.sha256()
    for name in names:
        told.update((DATA / name).read_bytes())
    return told.hexdigest()


def headings_of(content: bytes) -> list[str]:
    """Return the headings of a price list as they are written."""
    return [heading.strip() for heading in next(table_of(content), [])]


def read_prices(
    content: bytes, mapping: Mapping[str, str] | None = None
) -> tuple[list[PriceRow], list[Rejected]]:
    """Read a price list (CSV with a heading row); rows that can't be used come back with why.

    `mapping` says which heading holds code, description, amount, modifier or group, where the
    headings are not the usual ones.
    """
    reader = table_of(content)
    headings = [heading.strip().casefold() for heading in next(reader, [])]
    chosen = {name: said.strip().casefold() for name, said in (mapping or {}).items() if said}
    where = {
        name: next(
            (headings.index(known) for known in (chosen.get(name), *spelled) if known in headings),
            None,
        )
        for name, spelled in _HEADERS.items()
    }
    missing = [name for name in ("code", "amount") if where[name] is None]
    if missing:
        return [], [Rejected(1, name, "No column with this heading") for name in missing]
    rows: list[PriceRow] = []
    rejected: list[Rejected] = []
    for number, cells in enumerate(reader, start=2):
        said = {
            name: cells[at].strip() if at is not None and at < len(cells) else ""
            for name, at in where.items()
        }
        if any(said.values()):
            _read_price(number, said, rows, rejected)
    return rows, rejected


def table_of(content: bytes) -> Iterator[list[str]]:
    """Yield the rows of a CSV file, whatever stands between its cells."""
    text = content.decode("utf-8-sig", errors="replace").replace("\x00", "")
    delimiter = max(",;\t|", key=text.partition("\n")[0].count)
    return csv.reader(io.StringIO(text), delimiter=delimiter)


def _read_price(
    number: int, said: dict[str, str], rows: list[PriceRow], rejected: list[Rejected]
) -> None:
    amount = _dollars(said["amount"])
    if not is_procedure_code(said["code"]):
        rejected.append(Rejected(number, "code", "Not a procedure code"))
    elif amount is None:
        rejected.append(Rejected(number, "amount", "Not an amount of dollars and whole cents"))
    elif len(said["modifier"]) not in (0, 2):
        rejected.append(Rejected(number, "modifier", "A modifier has two characters"))
    else:
        rows.append(
            PriceRow(
                said["code"].upper(),
                said["description"][:120],
                amount,
                said["modifier"].upper(),
                said["group"][:40],
            )
        )


def _dollars(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.replace("$", "").replace(",", "").strip())
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 <= amount < 10_000_000:
        return None
    return amount if amount == round(amount, 2) else None


def shipped(name: str) -> Iterator[list[str]]:
    """Yield the rows of a compressed data file that came with the product."""
    with gzip.open(io.BytesIO((DATA / name).read_bytes()), "rt", encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\n").split("\t")


@cache
def _synonyms() -> dict[str, str]:
    said: dict[str, str] = {}
    for line in (DATA / "synonyms.tsv").read_text().splitlines():
        words, code = line.split("\t")
        said[code] = f"{said[code]}; {words}" if code in said else words
    return said


def day_of(text: str) -> date | None:
    """Read a day as YYYY-MM-DD; nothing is None."""
    return date.fromisoformat(text) if text else None
