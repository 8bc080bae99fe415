"""What a superbill must have before it is signed: pointers, valid codes, prices."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

LETTERS = "ABCDEFGHIJKL"
MOST_DIAGNOSES = 12  # 837P HI segment, and item 21 of the CMS-1500
MOST_POINTERS = 4  # SV107
MOST_MODIFIERS = 4  # SV101
MOST_UNITS = 999
WORK, CAR, OTHER, PREGNANCY = "EM", "AA", "OA", "LM"  # the first three as in CLM11
ACCIDENTS = frozenset({WORK, CAR, OTHER})
_INJURY = re.compile(r"[ST].{5}A")  # ICD-10-CM chapter 19, first seen for it
_MODIFIER = re.compile(r"[A-Z0-9]{2}")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the checks see it."""

    code: str
    charge: Decimal
    units: int = 1
    pointers: str = ""
    modifiers: Sequence[str] = field(default_factory=tuple)
    has_price: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a superbill from being signed, and what it is about."""

    about: str  # a code, or nothing for the whole
    text: str


def problems(
    diagnoses: dict[str, str], invalid: Collection[str], lines: Sequence[Line]
) -> list[Problem]:
    """Return what keeps the superbill from being signed, in the order of the form.

    `diagnoses` is letter to code; `invalid` are those codes that are not valid, or not precise
    enough to bill, on the day of the visit.
    """
    found = [
        Problem(code, _("%(code)s is not valid on the day of the visit.") % {"code": code})
        for code in diagnoses.values()
        if code in invalid
    ]
    if not diagnoses:
        found.append(Problem("", _("Pick at least one diagnosis.")))
    if not lines:
        found.append(Problem("", _("Add what was done, or mark the visit as no charge.")))
    for line in lines:
        found += _problems_of(line, diagnoses)
    return found


def pointers_from(text: str, letters: Collection[str]) -> str:
    """Read pointers as typed ("a, b"), each once, in the order typed.

    Raises `ValueError` with words when a letter has no diagnosis or there are more than four.
    """
    read = "".join(dict.fromkeys(sign for sign in text.upper() if sign.isalnum()))
    for letter in read:
        if letter not in letters:
            raise ValueError(_("There is no diagnosis %(letter)s.") % {"letter": letter})
    if len(read) > MOST_POINTERS:
        raise ValueError(_("A line points at four diagnoses at most."))
    return read


def modifiers_from(text: str) -> list[str]:
    """Read modifiers as typed ("25 LT"), each once; `ValueError` with words for a wrong one."""
    read = list(dict.fromkeys(text.upper().replace(",", " ").split()))
    for modifier in read:
        if not _MODIFIER.fullmatch(modifier):
            raise ValueError(_("A modifier has two letters or digits, such as 25."))
    if len(read) > MOST_MODIFIERS:
        raise ValueError(_("A line has four modifiers at most."))
    return read


def ndc_from(text: str) -> str:
    """Read a drug's number as eleven digits: 5-4-2; a hyphenated ten-digit one gets its zero.

    Raises `ValueError` with words. Source: HIPAA's 5-4-2 form, X12 LIN03.
    """
    parts = text.strip().split("-")
    if len(parts) == 3 and all(part.isdigit() for part in parts):
        widths = zip(parts, (5, 4, 2), strict=True)
        bare = "".join(part.zfill(width) for part, width in widths)
    else:
        bare = text.strip().replace(" ", "")
    if bare and (len(bare) != 11 or not bare.isdigit()):
        raise ValueError(_("A drug's NDC has eleven digits, such as 00409-4888-10."))
    return bare


def began_wrong(cause: str, began_on: date | None, state: str, *, on: date) -> str:
    """Say what is wrong with how it began, seen on the day `on`; nothing when all is right.

    Source: 837P loop 2300, CLM11 (an accident has a day, a car accident a state) and DTP*431, 439
    and 484, none after the visit.
    """
    if began_on is not None and began_on > on:
        return _("It began on the day of the visit or before.")
    if cause in ACCIDENTS and began_on is None:
        return _("Say on which day the accident was.")
    if cause == CAR and not re.fullmatch(r"[A-Z]{2}", state):
        return _("Say in which state the car accident was, such as TX.")
    return ""


def is_new_injury(codes: Collection[str]) -> bool:
    """Whether a diagnosis is an injury in its first treatment: payers will ask how it happened."""
    return any(_INJURY.fullmatch(code.replace(".", "")) for code in codes)


def _problems_of(line: Line, diagnoses: dict[str, str]) -> list[Problem]:
    found = []
    if not line.has_price:
        found.append(_about(line, _("%(code)s has no price on the fee schedule.")))
    if not line.pointers:
        found.append(_about(line, _("%(code)s points at no diagnosis.")))
    elif any(letter not in diagnoses for letter in line.pointers):
        found.append(_about(line, _("%(code)s points at a diagnosis that is not there.")))
    if len(set(line.modifiers)) != len(line.modifiers):
        found.append(_about(line, _("%(code)s has the same modifier twice.")))
    return found


def _about(line: Line, text: str) -> Problem:
    return Problem(line.code, text % {"code": line.code})
