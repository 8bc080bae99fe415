"""Several tables in one ZIP file, as CSV: numbers as numbers, text that no spreadsheet runs."""

from collections.abc import Iterable
from io import TextIOWrapper
from tempfile import SpooledTemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from frontdesk.core.spreadsheet import table
from frontdesk.reports.rules.sheets import Sheet

IN_MEMORY = 4 * 1024 * 1024  # bytes; beyond that it is written to the disk


def zipped(sheets: Iterable[Sheet]) -> IO[bytes]:
    """Return the sheets as a ZIP file, open at its beginning; a row at a time is in memory."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for sheet in sheets:
            with (
                packed.open(f"{sheet.name}.csv", "w") as entry,
                TextIOWrapper(entry, "utf-8", newline="") as text,
            ):
                text.writelines(table(sheet.head, sheet.rows))
    file.seek(0)
    return file
