"""Rows of patients from a table: which column is what, and whether each cell can be read."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from frontdesk.people.exchange.files import Table
from frontdesk.people.models import Channel, Sex
from frontdesk.people.rules import looking, names, phones

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ZIP = re.compile(r"\d{5}(?:-?\d{4})?")
_SEXES = {
    **dict.fromkeys(("f", "female", "woman"), Sex.FEMALE),
    **dict.fromkeys(("m", "male", "man"), Sex.MALE),
    **dict.fromkeys(("u", "unknown", "other", "x", "o"), Sex.UNKNOWN),
}
_CHANNELS = {
    **dict.fromkeys(("email", "e-mail", "mail electronic"), Channel.EMAIL),
    **dict.fromkeys(("sms", "text", "text message", "mobile", "cell"), Channel.SMS),
    **dict.fromkeys(("phone", "call", "voice", "telephone"), Channel.VOICE),
    **dict.fromkeys(("mail", "letter", "post"), Channel.MAIL),
}
_LANGUAGES = {
    "english": "en", "spanish": "es", "chinese": "zh", "mandarin": "zh", "vietnamese": "vi",
    "korean": "ko", "arabic": "ar", "french": "fr", "russian": "ru", "somali": "so",
    "tagalog": "tl", "german": "de", "haitian creole": "ht", "portuguese": "pt", "hindi": "hi",
    "nepali": "ne", "american sign language": "ase", "asl": "ase",
}  # fmt: skip
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})?", re.IGNORECASE)

_HEADINGS = {
    "key": "mrn|chart|chart number|chart no|patient id|patient number|account|account number|id",
    "first_name": "first|first name|firstname|given|given name|fname",
    "last_name": "last|last name|lastname|surname|family name|lname",
    "middle_name": "middle|middle name|mi|middle initial",
    "suffix": "suffix",
    "preferred_name": "preferred|preferred name|nickname|goes by",
    "birth_date": "dob|birth date|birthdate|date of birth|born|birthday",
    "sex": "sex|gender|administrative sex",
    "mobile_phone": "mobile|mobile phone|cell|cell phone|phone|phone number|telephone",
    "home_phone": "home phone|home|phone 2|other phone",
    "email": "email|e mail|email address",
    "address_1": "address|address 1|street|street address|address line 1",
    "address_2": "address 2|apt|apartment|unit|address line 2",
    "city": "city|town",
    "state": "state|st",
    "zip_code": "zip|zip code|zipcode|postal code",
    "language": "language|preferred language",
    "preferred_channel": "contact pref|contact preference|preferred contact|reach by",
    "guarantor": "guarantor|guarantor id|responsible party",
    "provider": "pcp|provider|primary care|primary provider",
    "registered_on": "registered|registered on|registration date|first visit|patient since",
    "alert": "alert|alerts|warning",
}
FIELDS = {
    "key": "Chart number", "first_name": "First name", "last_name": "Last name",
    "middle_name": "Middle name", "suffix": "Suffix", "preferred_name": "Preferred name",
    "birth_date": "Birth date", "sex": "Sex", "mobile_phone": "Mobile phone",
    "home_phone": "Home phone", "email": "E-mail", "address_1": "Address",
    "address_2": "Apartment or suite", "city": "City", "state": "State", "zip_code": "ZIP",
    "language": "Language", "preferred_channel": "How to reach",
    "guarantor": "Chart number of who answers for the bill", "provider": "Provider",
    "registered_on": "Patient since", "alert": "Alert",
}  # fmt: skip
NEEDED = ("first_name", "last_name", "birth_date")
_LONGEST = {
    "first_name": 60, "last_name": 60, "middle_name": 60, "suffix": 10, "preferred_name": 60,
    "address_1": 100, "address_2": 100, "city": 60, "alert": 200, "key": 12,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One patient as a file tells them; `key` is what the other system calls them."""

    row: int
    key: str
    details: Mapping[str, Any]
    system: str = "csv"
    chart_number: str = ""
    guarantor_key: str = ""
    provider_key: str = ""
    also: tuple[tuple[str, str], ...] = ()  # further (system, key) pairs


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that can't be used: which, which column, and why, without its values."""

    row: int
    column: str
    why: str


@dataclass(slots=True)
class Reading:
    """What a file says: rows that can be used, and those that can't."""

    rows: list[PatientRow] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


class _Unreadable(ValueError):
    """A cell can't be read; the message says why."""


def guess_mapping(headings: Iterable[str]) -> dict[str, str]:
    """Return {heading: field} for the headings whose meaning is plain; each field once."""
    known = {spelled: name for name, several in _HEADINGS.items() for spelled in several.split("|")}
    mapping: dict[str, str] = {}
    for heading in headings:
        name = known.get(" ".join(names.words(heading)))
        if name and name not in mapping.values():
            mapping[heading] = name
    return mapping


def missing_fields(mapping: Mapping[str, str]) -> list[str]:
    """Return the labels of fields without which no chart can be made."""
    return [FIELDS[name] for name in NEEDED if name not in mapping.values()]


def read_patients(table: Table, mapping: Mapping[str, str], *, today: date) -> Reading:
    """Read every row by the mapping {heading: field}."""
    reading = Reading()
    columns = [
        (at, heading, mapping[heading])
        for at, heading in enumerate(table.headings)
        if mapping.get(heading)
    ]
    seen: dict[str, int] = {}
    for number, cells in table.rows:
        if len(cells) != len(table.headings):
            why = f"{len(cells)} cells where the headings are {len(table.headings)}"
            reading.rejected.append(Rejected(number, "", why))
            continue
        row = _read_row(number, cells, columns, today, reading.rejected)
        if row is None:
            continue
        if row.key in seen:
            why = f"The same patient stands in row {seen[row.key]}"
            reading.rejected.append(Rejected(number, "", why))
            continue
        seen[row.key] = number
        reading.rows.append(row)
    return reading


def rejected_csv(rejected: Iterable[Mapping[str, Any]]) -> str:
    """Return the report of rejected rows as a CSV file, without any value of theirs."""
    told = io.StringIO()
    writer = csv.writer(told)
    writer.writerow(["row", "column", "why"])
    writer.writerows([one["row"], one["column"], one["why"]] for one in rejected)
    return told.getvalue()


def _read_row(
    number: int,
    cells: list[str],
    columns: list[tuple[int, str, str]],
    today: date,
    rejected: list[Rejected],
) -> PatientRow | None:
    details: dict[str, Any] = {}
    wrong = []
    for at, heading, name in columns:
        try:
            details[name] = _READ.get(name, _as_text)(name, cells[at], today)
        except _Unreadable as why:
            wrong.append(Rejected(number, heading, str(why)))
    wrong += [
        Rejected(number, FIELDS[name], "Missing")
        for name in NEEDED
        if not details.get(name) and not wrong
    ]
    if wrong:
        rejected.extend(wrong)
        return None
    key = details.pop("key", "")
    return PatientRow(
        row=number,
        key=key or _person_key(details),
        chart_number=key,
        guarantor_key=details.pop("guarantor", ""),
        provider_key=details.pop("provider", ""),
        details={name: value for name, value in details.items() if value is not None},
    )


def _person_key(details: Mapping[str, Any]) -> str:
    """Return a key for a row that has none: who it is, so that the same row comes in once."""
    told = "|".join(
        names.plain(str(details.get(name) or ""))
        for name in ("last_name", "first_name", "birth_date", "mobile_phone", "address_1")
    )
    return "person-" + hashlib.sha256(told.encode()).hexdigest()[:32]


def _as_text(name: str, cell: str, today: date) -> str:
    if len(cell) > _LONGEST.get(name, 200):
        raise _Unreadable(f"Longer than {_LONGEST.get(name, 200)} letters")
    return cell


def _as_date(name: str, cell: str, today: date) -> date | None:
    if not cell:
        return None
    day = looking.date_of(cell, this_year=today.year)
    if day is None:
        raise _Unreadable("Not a date")
    if day > today:
        raise _Unreadable("A date in the future")
    if day.year < 1880:
        raise _Unreadable("A date before 1880")
    return day


def _as_phone(name: str, cell: str, today: date) -> str:
    return phones.normal(cell)


def _as_email(name: str, cell: str, today: date) -> str:
    if cell and not _EMAIL.fullmatch(cell):
        raise _Unreadable("Not an e-mail address")
    return cell.lower()


def _as_zip(name: str, cell: str, today: date) -> str:
    if cell and not _ZIP.fullmatch(cell):
        raise _Unreadable("Not a ZIP code")
    return cell


def _as_state(name: str, cell: str, today: date) -> str:
    if cell and not re.fullmatch(r"[A-Za-z]{2}", cell):
        raise _Unreadable("Not the two letters of a state")
    return cell.upper()


def _as_language(name: str, cell: str, today: date) -> str | None:
    if not cell:
        return None
    if known := _LANGUAGES.get(cell.casefold()):
        return known
    if not _LANGUAGE_CODE.fullmatch(cell):
        raise _Unreadable("Not a language")
    return cell.lower()[:10]


def _one_of(known: Mapping[str, str], what: str) -> Callable[[str, str, date], str | None]:
    def read(name: str, cell: str, today: date) -> str | None:
        if not cell:
            return None
        if cell.casefold() not in known:
            raise _Unreadable(f"Not {what}")
        return known[cell.casefold()]

    return read


_READ: dict[str, Callable[[str, str, date], Any]] = {
    "birth_date": _as_date,
    "registered_on": _as_date,
    "mobile_phone": _as_phone,
    "home_phone": _as_phone,
    "email": _as_email,
    "zip_code": _as_zip,
    "state": _as_state,
    "language": _as_language,
    "sex": _one_of(_SEXES, "a sex"),
    "preferred_channel": _one_of(_CHANNELS, "a way to reach somebody"),
}
