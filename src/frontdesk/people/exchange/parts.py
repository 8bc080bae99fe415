"""A table too large for one go, in parts: each a small file of its own, read row by row."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Generator, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from frontdesk.core.errors import Refused
from frontdesk.people.exchange.files import DELIMITERS, GZIP, LONGEST_CELL, MARKS

ROWS_IN_A_PART = 10_000
_CHUNK = 1 << 20  # bytes
_TURNS = (0, 1, 2)

Row = tuple[int, list[str]]  # its number in the whole file, and its cells


@dataclass(slots=True)
class Part:
    """Some rows with the headings, as a file of their own."""

    content: bytes
    numbers: list[int]  # of each row in the whole file


@dataclass(slots=True)
class Large:
    """What is known of a large file after one look through it."""

    path: Path
    encoding: str
    delimiter: str
    headings: list[str]
    rows: int = 0
    answering: set[str] = field(default_factory=set)  # keys of those who answer for others

    def parts(self, mapping: Mapping[str, str]) -> Generator[Part, None, None]:
        """Yield all rows once: those first who answer for others, so that each finds theirs."""
        places = self._place(mapping, "key"), self._place(mapping, "guarantor")
        for turn in _TURNS if places[1] is not None else _TURNS[:1]:
            waiting: list[Row] = []
            for row in self._rows():
                if _turn_of(row[1], *places, self.answering) == turn:
                    waiting.append(row)
                if len(waiting) == ROWS_IN_A_PART:
                    yield self._part(waiting)
                    waiting = []
            if waiting:
                yield self._part(waiting)

    def note_guarantors(self, mapping: Mapping[str, str]) -> None:
        """Count the rows, and keep who answers for somebody."""
        place = self._place(mapping, "guarantor")
        self.rows = 0
        for _number, cells in self._rows():
            self.rows += 1
            if place is not None and place < len(cells):
                self.answering.add(cells[place].strip())

    def _place(self, mapping: Mapping[str, str], name: str) -> int | None:
        found = (n for n, heading in enumerate(self.headings) if mapping.get(heading) == name)
        return next(found, None)

    def _rows(self) -> Iterator[Row]:
        with _opened(self.path) as file, self.read_as_text(file) as text:
            reader = csv.reader(text, delimiter=self.delimiter, strict=True)
            try:
                next(reader)
                for number, cells in enumerate(reader, start=2):
                    if any(cell.strip() for cell in cells):
                        yield number, cells
            except csv.Error as trouble:
                raise Refused(f"The file can't be read as a table: {trouble}.") from trouble

    def read_as_text(self, file: IO[bytes]) -> io.TextIOWrapper:
        """Return the file's letters; what is none in its encoding shows as a mark."""
        return io.TextIOWrapper(file, self.encoding, errors="replace", newline="")

    def _part(self, rows: Sequence[Row]) -> Part:
        told = io.StringIO(newline="")
        writer = csv.writer(told)
        writer.writerow(self.headings)
        writer.writerows(cells for _number, cells in rows)
        return Part(told.getvalue().encode(), [number for number, _cells in rows])


def _turn_of(
    cells: Sequence[str], key: int | None, guarantor: int | None, answering: Set[str]
) -> int:
    """Return when a row comes: who answers for themselves first, then who also does for others."""
    if guarantor is None or len(cells) <= max(guarantor, key or 0):
        return 0
    own = cells[key].strip() if key is not None else ""
    if cells[guarantor].strip() in {"", own}:
        return 0
    return 1 if own in answering else 2


def look_through(path: Path) -> Large:
    """Return what a large file is. Raises `Refused` when it is no text, damaged or cut short."""
    csv.field_size_limit(LONGEST_CELL)
    encoding, ends_well = _encoding_of(path)
    large = Large(path, encoding, ",", [])
    with _opened(path) as file, large.read_as_text(file) as text:
        first = text.readline()
    large.delimiter = max(DELIMITERS, key=first.count)
    told = next(csv.reader([first], delimiter=large.delimiter), [])
    large.headings = [one.strip() for one in told]
    last: list[str] = []
    for _number, cells in large._rows():
        last = cells
    if len(last) < len(large.headings) and not ends_well:
        raise Refused("The file ends in the middle of a row: it seems to be cut short.")
    return large


def unpacked_size(path: Path, most: int) -> int:
    """Return how many bytes a file holds, unpacked; it isn't read further than `most`."""
    with path.open("rb") as file:
        if file.read(2) != GZIP:
            return path.stat().st_size
    size = 0
    with _opened(path) as packed:
        while size <= most and (chunk := packed.read(_CHUNK)):
            size += len(chunk)
    return size


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as file:
        is_packed = file.read(2) == GZIP
    try:
        with gzip.open(path) if is_packed else path.open("rb") as opened:
            yield opened  # type: ignore[misc] # both are read alike
    except (EOFError, gzip.BadGzipFile, zlib.error) as trouble:
        raise Refused("The packed file is damaged or cut short.") from trouble


def _encoding_of(path: Path) -> tuple[str, bool]:
    """Return the encoding, and whether the file ends with the end of a line."""
    with _opened(path) as file:
        chunk = file.read(_CHUNK)
        marked = next((known for mark, known in MARKS.items() if chunk.startswith(mark)), "")
        decoder = codecs.getincrementaldecoder(marked or "utf-8")()
        is_wrong, end = False, ""
        while chunk:
            try:
                text = "" if is_wrong else decoder.decode(chunk)
            except UnicodeDecodeError:
                if marked:
                    raise Refused("The file's text is damaged.") from None
                is_wrong = True  # then it is what older Windows programs write
            if "\0" in text and not is_wrong:
                raise Refused("This is not a text file.")
            end = chunk[-2:].decode("latin-1").strip("\0") or end
            chunk = file.read(_CHUNK)
    return "cp1252" if is_wrong else marked or "utf-8", end.endswith("\n")
