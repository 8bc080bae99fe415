"""A practice described in a file: JSON, a folder of CSV files, or such a folder in a ZIP.

Each table is a list of rows; each row is a mapping from column to text (JSON may also hold
numbers, booleans and lists). Which tables and columns there are is in
docs/reference/practice-file.md; what they mean is decided by whoever brings them in.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frontdesk.core.errors import Refused

_COLUMNS = {
    "practice": "name legal_name tax_id npi taxonomy phone email address_1 address_2 city state "
    "zip_code logoff_minutes hold_minutes",
    "sites": "name time_zone phone npi place_of_service address_1 address_2 city state zip_code "
    "monday tuesday wednesday thursday friday saturday sunday",
    "rooms": "site name kind",
    "devices": "site name kind",
    "closures": "on because site starts ends",
    "interpreters": "name languages mode sites",
    "providers": "npi first_name last_name credential taxonomy specialty site",
    "staff": "email name roles skills site provider",
    "visit_types": "code name minutes is_new_patient needs_authorization service_types "
    "charge_codes tone mode keeps_room capacity buffer_before buffer_after notice_hours",
    "phases": "visit_type role kind skill named starts_after minutes may_wait",
    "sessions": "provider site weekday starts ends from_on until_on visit_types most_visits "
    "least_visits most_of_type",
    "blocks": "provider site weekday session_starts from_on name starts ends visit_types "
    "release_hours opens_to",
    "preferences": "provider kind number visit_types starts ends weekdays is_hard cost",
    "time_off": "kind who starts_at ends_at because",
    "recurring_off": "kind who site weekday starts ends every_weeks from_on until_on because",
    "fee_schedules": "name kind starts_on ends_on",
    "fees": "schedule code modifier amount",
    "charges": "code description system group is_favorite",
    "payers": "payer_id name filing_indicator phone timely_filing_days allowed address_1 "
    "address_2 city state zip_code",
    "plans": "payer name group_number kind",
    "enrolments": "payer message status asked_on asked_by expected_on starts_on ended_on "
    "reference note",
    "rules": "key kind words how_to_fix because citation payer provider site starts_on ends_on "
    "when actions examples",
}
TABLES = {table: tuple(columns.split()) for table, columns in _COLUMNS.items()}
LARGEST = 20 * 1024 * 1024  # bytes, unpacked too
LIST_MARK = ";"


@dataclass(frozen=True, slots=True)
class Row:
    """One row, and where it stands, for whoever must correct it."""

    where: str  # "rooms.csv line 3", "rooms[2]"
    values: dict[str, Any]

    def text(self, column: str) -> str:
        """Return the value as text without spaces around it; nothing for an absent one."""
        value = self.values.get(column)
        return "" if value is None else str(value).strip()

    def several(self, column: str) -> list[str]:
        """Return the values of a list: JSON's own, or text parted by semicolons."""
        value = self.values.get(column)
        parts = value if isinstance(value, list) else self.text(column).split(LIST_MARK)
        return [text for part in parts if (text := str(part).strip())]


@dataclass(frozen=True, slots=True)
class PracticeFile:
    """What a file says: its rows by table, in the order in which they can be brought in."""

    tables: dict[str, list[Row]]

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table; none when the file does not have it."""
        return self.tables.get(table, [])


def read_path(path: Path) -> PracticeFile:
    """Read a JSON file, a ZIP file or a folder; refuse what is none of them."""
    if path.is_dir():
        found = {file.stem: file.read_bytes() for file in sorted(path.glob("*.csv"))}
        return _from_csv(found)
    if not path.is_file():
        raise Refused(f"There is no file {path.name}.")
    return read(path.name, path.read_bytes())


def read(name: str, content: bytes) -> PracticeFile:
    """Read an uploaded file by its name: JSON, or CSV files in a ZIP."""
    if len(content) > LARGEST:
        raise Refused("This file is too large to describe a practice.")
    if name.lower().endswith(".zip"):
        return _from_csv(_unpacked(content))
    return _from_json(content)


def _from_json(content: bytes) -> PracticeFile:
    try:
        said = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as trouble:
        raise Refused(f"This is no JSON file: {trouble}.") from trouble
    if not isinstance(said, dict):
        raise Refused("A practice file is one JSON object, with a list for each table.")
    return _checked(
        {
            table: [
                Row(f"{table}[{number}]" if table != "practice" else table, row)
                for number, row in enumerate(rows if isinstance(rows, list) else [rows])
            ]
            for table, rows in said.items()
        }
    )


def _from_csv(files: Mapping[str, bytes]) -> PracticeFile:
    if not files:
        raise Refused("There are no CSV files here.")
    return _checked({name: _lines(name, content) for name, content in files.items()})


def _lines(name: str, content: bytes) -> list[Row]:
    try:
        text = content.decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        return [Row(f"{name}.csv line {reader.line_num}", dict(row)) for row in reader]
    except UnicodeDecodeError as trouble:
        raise Refused(f"{name}.csv is not written in UTF-8.") from trouble
    except csv.Error as trouble:
        raise Refused(f"{name}.csv can't be read: {trouble}.") from trouble


def _unpacked(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            files = [one for one in packed.infolist() if one.filename.lower().endswith(".csv")]
            if sum(one.file_size for one in files) > LARGEST:
                raise Refused("This file is too large to describe a practice.")
            return {Path(one.filename).stem: packed.read(one) for one in files}
    except zipfile.BadZipFile as trouble:
        raise Refused("This ZIP file is damaged.") from trouble


def _checked(tables: dict[str, list[Row]]) -> PracticeFile:
    """Refuse tables and columns that nobody knows: a misspelt one would be lost in silence."""
    unknown = sorted(set(tables) - set(TABLES))
    if unknown:
        raise Refused(f"Nobody knows the table {', '.join(unknown)}.")
    for table, rows in tables.items():
        for row in rows:
            _check_row(table, row)
    return PracticeFile({table: tables[table] for table in TABLES if table in tables})


def _check_row(table: str, row: Row) -> None:
    if not isinstance(row.values, dict):
        raise Refused(f"{row.where}: a row is an object with a value for each column.")
    strange = _strange(row.values, TABLES[table])
    if strange:
        raise Refused(f"{row.where}: nobody knows the column {', '.join(strange)}.")


def _strange(values: Iterable[Any], known: Iterable[str]) -> list[str]:
    return sorted("(beyond the last)" if n is None else str(n) for n in set(values) - set(known))
