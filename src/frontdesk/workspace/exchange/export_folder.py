"""An export of a whole practice as a folder of CSV files, one a noun.

Its files: locations, rooms, closures, providers, payers, fee_schedule, patients, coverages,
appointments; each may be packed (.csv.gz), and only patients must be there.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from frontdesk.core.errors import Refused
from frontdesk.people.exchange import Rejected, Table, read_table
from frontdesk.practice.exchange import PracticeFile, Row

CANCELLED_BECAUSE = {  # codes of HL7's appointment cancellation reasons
    "pat": "The patient", "pat-cpp": "The patient, by portal",
    "pat-crs": "The patient, by reminder", "pat-dec": "The patient has died",
    "pat-fb": "The patient felt better",
    "pat-lt": "The patient had no transport", "prov": "The provider",
    "maint": "Equipment out of order", "meds-inc": "Preparation not done",
    "oth-cms": "No case manager", "oth-err": "Booked in error", "oth-fin": "The cost",
    "oth-iv": "Wrong equipment", "oth-int": "No interpreter", "oth-mu": "No doctor",
    "oth-room": "No room", "oth-weath": "The weather",
}  # fmt: skip
BY_PRACTICE = {"prov", "maint", "oth-err", "oth-iv", "oth-int", "oth-mu", "oth-room", "oth-cms"}
STATUSES = {
    "booked": "booked", "pending": "booked", "proposed": "booked", "arrived": "arrived",
    "checked-in": "arrived", "fulfilled": "fulfilled", "cancelled": "cancelled",
    "noshow": "no_show", "no-show": "no_show",
}  # fmt: skip
RELATIONS = {"self": "18", "spouse": "01", "child": "19", "other": "G8", "parent": "G8"}
PRICES = "Prices brought in"
_NEEDED = {
    "coverages": ("mrn", "payer", "member_id"),
    "appointments": ("mrn", "provider", "location", "type", "start", "minutes", "status"),
}


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """One policy, in the other system's keys."""

    row: int
    key: str
    patient: str
    payer: str
    member_id: str
    group_number: str
    rx_bin: str
    rx_pcn: str
    rx_group: str
    rank: int
    relationship: str
    subscriber: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class AppointmentLine:
    """One appointment, in the other system's keys; times by the clock on the site's wall."""

    row: int
    key: str
    patient: str
    provider: str
    location: str
    kind: str
    starts: datetime
    minutes: int
    status: str
    booked: datetime
    booked_by: str
    cancelled_because: str
    cancelled_by: str


@dataclass(slots=True)
class Export:
    """What the folder says."""

    practice: PracticeFile
    patients: Table
    patients_name: str
    patients_content: bytes
    coverages: list[CoverageLine] = field(default_factory=list)
    appointments: list[AppointmentLine] = field(default_factory=list)
    rejected: dict[str, list[Rejected]] = field(default_factory=lambda: defaultdict(list))
    locations: dict[str, str] = field(default_factory=dict)  # their key: the site's name
    providers: dict[str, str] = field(default_factory=dict)  # their key: NPI


def read_folder(folder: Path) -> Export:
    """Read an export. Raises `Refused` when a file is damaged or patients are missing."""
    found = {path.name.split(".")[0]: path for path in sorted(folder.glob("*.csv*"))}
    if "patients" not in found:
        raise Refused("The folder has no patients.csv.")
    content = found["patients"].read_bytes()
    tables = {name: _rows(path, name) for name, path in found.items() if name in _TABLES}
    export = Export(
        practice=PracticeFile({}),
        patients=read_table(content),
        patients_name=found["patients"].name,
        patients_content=content,
    )
    export.coverages = list(_lines(tables, "coverages", export))
    export.appointments = list(_lines(tables, "appointments", export))
    export.locations = {row["id"]: row["name"] for _, row in tables.get("locations", [])}
    export.providers = {row["id"]: row["npi"] for _, row in tables.get("providers", [])}
    export.practice = _practice(tables, export)
    return export


Rows = list[tuple[int, dict[str, str]]]


def _rows(path: Path, name: str) -> Rows:
    table = read_table(path.read_bytes())
    missing = [column for column in _NEEDED.get(name, ()) if column not in table.headings]
    if missing:
        raise Refused(f"{path.name} has no column {', '.join(missing)}.")
    return [
        (number, dict(zip(table.headings, cells, strict=False)))
        for number, cells in table.rows
        if len(cells) == len(table.headings)
    ]


def _lines(tables: dict[str, Rows], name: str, export: Export) -> Iterator[Any]:
    for number, row in tables.get(name, []):
        try:
            yield _READ[name](number, row)
        except (KeyError, ValueError):
            export.rejected[name].append(Rejected(number, "", "A date, number or code is wrong"))


def _coverage(number: int, row: dict[str, str]) -> CoverageLine:
    return CoverageLine(
        row=number,
        key=row.get("id") or f"{row['mrn']}-{row['payer']}-{row['member_id']}",
        patient=row["mrn"],
        payer=row["payer"],
        member_id=row["member_id"],
        group_number=row.get("group", ""),
        rx_bin=row.get("rx_bin", ""),
        rx_pcn=row.get("rx_pcn", ""),
        rx_group=row.get("rx_group", ""),
        rank=min(max(int(row.get("rank") or 1), 1), 3),
        relationship=RELATIONS[(row.get("relation") or "self").casefold()],
        subscriber=row.get("subscriber") or row["mrn"],
        starts_on=_day(row.get("start", "")),
        ends_on=_day(row.get("end", "")),
    )


def _appointment(number: int, row: dict[str, str]) -> AppointmentLine:
    starts = datetime.fromisoformat(row["start"])
    reason = row.get("cancel_reason", "")
    booked = row.get("booked_at", "")
    return AppointmentLine(
        row=number,
        key=row.get("id") or f"{row['mrn']}-{row['provider']}-{row['start']}",
        patient=row["mrn"],
        provider=row["provider"],
        location=row["location"],
        kind=row["type"],
        starts=starts,
        minutes=int(row["minutes"]),
        status=STATUSES[row["status"].casefold()],
        booked=datetime.fromisoformat(booked) if booked else starts,
        booked_by=row.get("channel", "").replace("_", " ").capitalize() or "Earlier system",
        cancelled_because=CANCELLED_BECAUSE.get(reason, reason)[:200],
        cancelled_by=("practice" if reason in BY_PRACTICE else "patient") if reason else "",
    )


def _practice(tables: dict[str, Rows], export: Export) -> PracticeFile:
    """Return the settings as a practice file, so that they come in as any practice does."""
    earliest = min((one.starts.date() for one in export.appointments), default=date(2020, 1, 1))
    said: dict[str, list[dict[str, str]]] = {
        table: [_renamed(row, columns, export) for _, row in tables.get(theirs, [])]
        for table, (theirs, columns) in _COLUMNS.items()
    }
    said["visit_types"] = _visit_types(export.appointments)
    if said["fees"]:
        list_of_prices = {"name": PRICES, "kind": "charge", "starts_on": str(earliest)}
        said["fee_schedules"] = [list_of_prices]
        for fee in said["fees"]:
            fee["schedule"] = PRICES
    return PracticeFile(
        {
            table: [Row(f"{table} {number}", dict(row)) for number, row in enumerate(rows, 1)]
            for table, rows in said.items()
            if rows
        }
    )


def _renamed(row: dict[str, str], columns: dict[str, str], export: Export) -> dict[str, str]:
    said = {ours: row.get(theirs, "") for ours, theirs in columns.items()}
    if "site" in said:
        said["site"] = export.locations.get(said["site"], "")
    if "system" in said:
        said["system"] = "hcpcs" if said["system"] == "HCPCS" else "local"
    return {name: value for name, value in said.items() if value}


def _visit_types(appointments: list[AppointmentLine]) -> list[dict[str, str]]:
    """Return the kinds of visits that were booked, each with its usual length."""
    kinds: dict[str, Counter[int]] = defaultdict(Counter)
    for one in appointments:
        kinds[one.kind][one.minutes] += 1
    return [
        {
            "code": kind[:20],
            "name": kind.replace("_", " ").capitalize(),
            "minutes": str(minutes.most_common(1)[0][0]),
            "is_new_patient": "yes" if kind.startswith("new") else "no",
        }
        for kind, minutes in sorted(kinds.items())
    ]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


_READ: dict[str, Callable[[int, dict[str, str]], Any]] = {
    "coverages": _coverage,
    "appointments": _appointment,
}
_COLUMNS = {
    # ours: (theirs, {our column: their column})
    "sites": ("locations", {
        "name": "name", "address_1": "address", "city": "city", "state": "state",
        "zip_code": "zip", "place_of_service": "pos", "npi": "npi",
    }),
    "rooms": ("rooms", {"site": "location", "name": "name", "kind": "kind"}),
    "closures": ("closures", {"on": "date", "because": "reason"}),
    "providers": ("providers", {
        "npi": "npi", "first_name": "first", "last_name": "last", "credential": "credential",
        "taxonomy": "taxonomy", "specialty": "specialty", "site": "location",
    }),
    "fees": ("fee_schedule", {"code": "code", "amount": "charge"}),
    "charges": ("fee_schedule", {"code": "code", "description": "label", "system": "system"}),
    "payers": ("payers", {
        "payer_id": "payer_id", "name": "name", "filing_indicator": "filing_indicator",
        "timely_filing_days": "timely_filing_days",
    }),
}  # fmt: skip
_TABLES = {*_READ, *(theirs for theirs, _ in _COLUMNS.values())}
