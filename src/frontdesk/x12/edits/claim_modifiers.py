"""Edits on professional claims: modifiers, places and people that do not go together."""

import re
from collections.abc import Iterator
from decimal import Decimal

from frontdesk.x12.edits.claim import about, diagnosis, is_anesthesia, procedure
from frontdesk.x12.edits.registry import Look, Spot, age, at, day, each, edit, first, one_of, where
from frontdesk.x12.tree import Branch

# Modifiers of which a line has one (CMS Claims Processing Manual, chapters 4, 12, 20 and 30).
_EITHER = (
    frozenset({"26", "TC"}),
    frozenset({"RT", "LT", "50"}),
    frozenset({"59", "XE", "XS", "XP", "XU"}),
    frozenset({"GA", "GZ"}),
    frozenset({"NU", "UE", "RR"}),
    frozenset({"80", "81", "82", "AS"}),
    frozenset({"AA", "AD", "QK", "QX", "QY", "QZ"}),
    frozenset({"P1", "P2", "P3", "P4", "P5", "P6"}),
    frozenset({"62", "66"}),
)
# Of anesthesia only: who gave it and how well the patient was (chapter 12, 50).
_OF_ANESTHESIA = frozenset({"AA", "AD", "QK", "QY", "QZ", "P1", "P2", "P3", "P4", "P5", "P6"})
# Of visits only (CPT, appendix A); surgery, imaging and the laboratory are none.
_OF_VISITS = frozenset({"24", "25", "57"})
# Of what has a technical part, or two sides; a visit (99202 to 99499) has neither.
_NOT_OF_VISITS = frozenset({"26", "TC", "50", "RT", "LT", "62", "66", "80", "81", "82", "AS"})
# Visits, and the places where none of them is made (CPT; CMS place of service codes).
_OFFICES = frozenset({"02", "10", "11", "20", "49", "50", "71", "72", "81"})
_PLACES = (
    (range(99281, 99286), _OFFICES | {"12", "31", "32"}),  # emergency department
    (range(99304, 99317), _OFFICES - {"02", "10"} | {"12", "21", "23"}),  # nursing facility
    (range(99341, 99351), _OFFICES - {"02", "10"} | {"21", "22", "23", "31"}),  # home
)
_CONDITION = re.compile(r"[0-9A-Z]{2}")
_USUAL = frozenset({"1", "6", "7", "8"})
_CHILD, _SPOUSE, _YOUNGEST_SPOUSE = "19", "01", 14


def _modifiers(service: str) -> frozenset[str]:
    return frozenset(procedure(service)[2:6]) - {""}


def _number(service: str) -> int:
    code = procedure(service)[1]
    return int(code) if len(code) == 5 and code.isdecimal() else 0


def _is_visit(number: int) -> bool:
    return 99202 <= number <= 99499


def _is_no_visit(number: int) -> bool:
    return 10004 <= number <= 69990 or 70010 <= number <= 79999 or 80047 <= number <= 89398


def _is_at_odds(service: str) -> bool:
    given = _modifiers(service)
    return len(given) > 1 and any(len(given & some) > 1 for some in _EITHER)


def _is_of_another(service: str) -> bool:
    given, number = _modifiers(service), _number(service)
    if not given or not number:
        return False
    if given & _OF_ANESTHESIA and not is_anesthesia(procedure(service)[1]):
        return True
    return bool(
        (given & _OF_VISITS and _is_no_visit(number))
        or (given & _NOT_OF_VISITS and _is_visit(number))
    )


def _is_bilateral(service: str) -> bool:
    return "50" in _modifiers(service)


def _is_placed(service: str) -> bool:
    number = _number(service)
    return any(number in visits for visits, _ in _PLACES)


def _is_no_condition(text: str) -> bool:
    qualifier, code = diagnosis(text)
    return qualifier == "BG" and not _CONDITION.fullmatch(code)


def _is_unusual(place: str) -> bool:
    return [*place.split(":"), "", ""][2] not in _USUAL


@edit(
    "modifiers-apart",
    "two modifiers exclude each other",
    snip=6,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_at_odds),
)
def modifiers_apart(line: Branch, look: Look) -> Iterator[Spot]:
    """26 and TC, left and right and both sides, new and rented, 59 and what says it closer."""
    yield line, first(line, "SV1"), "SV101-3"


@edit(
    "modifier-service",
    "the modifier is of another kind of service",
    snip=6,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_of_another),
)
def modifier_service(line: Branch, look: Look) -> Iterator[Spot]:
    """24, 25 and 57 are of visits, AA to QZ and P1 to P6 of anesthesia, 26 and 50 of no visit."""
    yield line, first(line, "SV1"), "SV101-3"


@edit(
    "bilateral-units",
    "both sides are billed, and counted twice",
    snip=6,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_bilateral),
)
def bilateral_units(line: Branch, look: Look) -> Iterator[Spot]:
    """Modifier 50 has one unit (CMS Claims Processing Manual, chapter 12, 40.7)."""
    segment = first(line, "SV1")
    if Decimal(at(segment, 4) or "1") > 1:
        yield line, segment, "SV104"


@edit(
    "visit-place",
    "a visit of this kind is not made there",
    snip=6,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_placed),
)
def visit_place(line: Branch, look: Look) -> Iterator[Spot]:
    """99281 to 99285 are of emergency departments, 99304 to 99316 of nursing facilities, 99341 to
    99350 of homes."""
    claim, segment = line.parent, first(line, "SV1")
    place = at(segment, 5) or (about(claim, look).place if claim is not None else "")
    number = _number(at(segment, 1))
    if any(number in visits and place in elsewhere for visits, elsewhere in _PLACES):
        yield line, segment, "SV101-2"


@edit(
    "condition-form",
    "the condition is none",
    snip=5,
    set_id="837",
    loops="2300",
    segment="HI",
    only=where(1, _is_no_condition, every=1),
)
def condition_form(claim: Branch, look: Look) -> Iterator[Spot]:
    """HI*BG: two digits or letters (NUBC condition codes)."""
    for segment in each(claim, "HI"):
        for place, text in enumerate(segment[1:], start=1):
            if _is_no_condition(text):
                yield claim, segment, f"HI{place:02}-2"


@edit(
    "frequency-unusual",
    "the frequency is one of institutions",
    snip=5,
    set_id="837",
    loops="2300",
    segment="CLM",
    only=where(5, _is_unusual),
)
def frequency_unusual(claim: Branch, look: Look) -> Iterator[Spot]:
    """CLM05-3 of a professional is 1, 6, 7 or 8; 2 to 5 bill a stay in parts (NUBC)."""
    yield claim, first(claim, "CLM"), "CLM05-3"


@edit(
    "patient-person",
    "the patient is no person",
    snip=4,
    set_id="837",
    loops="2010BA",
    segment="NM1",
    only=one_of("2", place=2),
)
def patient_person(branch: Branch, look: Look) -> Iterator[Spot]:
    """NM102 is 1 where SBR02 is 18; an employer may be the subscriber of somebody else."""
    if at(first(branch.parent, "SBR"), 2) == "18":
        yield branch, first(branch, "NM1"), "NM102"


@edit(
    "kin-age",
    "the patient cannot be that of the subscriber by their ages",
    snip=6,
    set_id="837",
    loops="2000C",
    segment="PAT",
    only=one_of(_CHILD, _SPOUSE),
)
def kin_age(level: Branch, look: Look) -> Iterator[Spot]:
    """A child is younger than its parent, and nobody is married before fourteen."""
    segment, above = first(level, "PAT"), level.parent
    born = day(at(first(level.child("2010CA"), "DMG"), 2))
    parent = day(at(first(above.child("2010BA"), "DMG"), 2)) if above is not None else None
    if born is None:
        return
    if at(segment, 1) == _CHILD:
        is_wrong = parent is not None and born <= parent
    else:
        made = look.made_on or born
        is_wrong = born < made and age(born, made) < _YOUNGEST_SPOUSE
    if is_wrong:
        yield level, segment, "PAT01"
