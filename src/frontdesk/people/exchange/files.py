"""A table from a text file of any usual encoding, delimiter and quoting; refused when cut short."""

import csv
import gzip
import io
import zlib
from dataclasses import dataclass

from frontdesk.core.errors import Refused

LARGEST = 200 * 1024 * 1024  # bytes, unpacked
LONGEST_CELL = 100_000
DELIMITERS = ",;\t|"
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows; each row with the line number a spreadsheet shows."""

    headings: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(content: bytes, *, largest: int = LARGEST) -> Table:
    """Read a CSV file (packed or not). Raises `Refused` when it is no table or is cut short.

    `largest` is how many bytes it may have, unpacked.
    """
    text = _text(_unpacked(content, largest))
    if not text.strip():
        raise Refused("The file is empty.")
    delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        headings = [heading.strip() for heading in next(reader)]
        rows = [
            (number, [cell.strip() for cell in cells])
            for number, cells in enumerate(reader, start=2)
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as trouble:
        raise Refused(f"The file can't be read as a table: {trouble}.") from trouble
    if len(headings) < 2 or not all(headings):
        raise Refused("The first row must hold a heading for every column.")
    if len(set(headings)) < len(headings):
        raise Refused("Two columns have the same heading.")
    if rows and len(rows[-1][1]) < len(headings) and not text.endswith("\n"):
        raise Refused("The file ends in the middle of a row: it seems to be cut short.")
    return Table(headings, rows)


def _unpacked(content: bytes, largest: int) -> bytes:
    if not content.startswith(GZIP):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            unpacked = packed.read(largest + 1)
    except (EOFError, OSError, zlib.error) as trouble:
        raise Refused("The packed file is damaged or cut short.") from trouble
    if len(unpacked) > largest:
        raise Refused(f"The file is larger than {largest >> 20} MB when it is unpacked.")
    return unpacked


def _text(content: bytes) -> str:
    encoding = next((known for mark, known in MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise Refused("The file's text is damaged.") from None
        text = content.decode("cp1252", errors="replace")  # what older Windows programs write
    if "\0" in text:
        raise Refused("This is not a text file.")
    return text
