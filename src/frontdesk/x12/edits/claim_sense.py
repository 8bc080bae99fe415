"""Edits on whether a professional claim can be true (SNIP 6)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from frontdesk.x12.edits.claim import about, diagnosis, is_anesthesia, lines, procedure
from frontdesk.x12.edits.registry import (
    Look,
    Spot,
    age,
    at,
    day,
    edit,
    first,
    one_of,
    span,
    where,
)
from frontdesk.x12.tree import Branch

# Chapters of ICD-10-CM that are about one sex only.
_WOMEN: tuple[str, ...] = (
    "O",
    "Z33",
    "Z34",
    "Z36",
    "Z37",
    "Z39",
    "C51",
    "C52",
    "C53",
    "C54",
    "C55",
    "C56",
    "C57",
)
_WOMEN += ("C58", *(f"N{n}" for n in (70, 71, 72, 73, 74, 75, 76, 77, 80, 81, 82, 83, 84, 85, 86)))
_WOMEN += (*(f"N{n}" for n in range(87, 99)), "D06", "D25", "D26", "D27", "D28", "R87")
_WOMEN += ("Z0141", "Z0142", "Z124", "Z3A")
_MEN = ("C60", "C61", "C62", "C63", *(f"N{n}" for n in range(40, 52)), "D29", "R86", "Z125")
# Diagnoses of one age: the beginning of the code, from and to which age in years.
_AGES = (
    ("O", 9, 64),
    ("Z0011", 0, 0),
    ("Z0012", 0, 17),
    ("Z0000", 15, 130),
    ("Z0001", 15, 130),
    ("Z38", 0, 0),
    ("P", 0, 17),  # begun at birth; it may last
    ("R95", 0, 0),
    ("R54", 15, 130),
)
# Preventive visits: from and to which age in years.
_PREVENTIVE = {
    "1": (0, 0),
    "2": (1, 4),
    "3": (5, 11),
    "4": (12, 17),
    "5": (18, 39),
    "6": (40, 64),
    "7": (65, 130),
}
_AGAIN = frozenset({"76", "77", "59", "91", "XE", "XS", "XP", "XU", "LT", "RT", "50", "25"})
_BEFORE = ("431", "439", "484", "454", "304", "471")
_MOST_UNITS = Decimal(9999)
_YEAR = 366  # days
_ONCE_A_DAY = tuple(f"99{n}" for n in (*range(202, 206), *range(211, 216), *range(381, 388)))
_ONCE_A_DAY += tuple(f"99{n}" for n in range(391, 398))


def _is_of_a_sex(text: str) -> bool:
    qualifier, code = diagnosis(text)
    return qualifier.startswith("AB") and code.startswith((*_WOMEN, *_MEN))


def _is_of_an_age(text: str) -> bool:
    qualifier, code = diagnosis(text)
    return qualifier.startswith("AB") and code.startswith(tuple(begins for begins, *_ in _AGES))


def _is_cause(text: str) -> bool:
    qualifier, code = diagnosis(text)
    return qualifier == "ABK" and code[:1] in {"V", "W", "X", "Y"}


def _is_doubled(pointers: str) -> bool:
    given = [one for one in pointers.split(":") if one]
    return len(set(given)) < len(given)


def _is_anesthesia(service: str) -> bool:
    return is_anesthesia(procedure(service)[1])


def _ages_of(code: str) -> tuple[int, int]:
    """From and to which age a service is for."""
    if code in {"90460", "90461"}:
        return 0, 18
    is_preventive = len(code) == 5 and code[:4] in {"9938", "9939"}
    return _PREVENTIVE.get(code[4], (0, 130)) if is_preventive else (0, 130)


def patient(claim: Branch) -> tuple[date | None, str]:
    """Birth date and sex of the patient."""
    level, loop = claim.up("2000C"), "2010CA"
    if level is None:
        level, loop = claim.up("2000B"), "2010BA"
    segment = first(level.child(loop), "DMG") if level is not None else None
    return day(at(segment, 2)), at(segment, 3)


@edit(
    "served-before-birth",
    "a service was given before the patient was born",
    snip=6,
    set_id="837",
    loops="2300",
)
def served_before_birth(claim: Branch, look: Look) -> Iterator[Spot]:
    """DTP*472 is not before DMG02."""
    born, _ = patient(claim)
    for line in lines(claim):
        segment = first(line, "DTP", "472")
        start = span(segment)[0]
        if born and start and start < born:
            yield line, segment, "DTP03"


@edit(
    "served-ahead",
    "a service is dated after the claim was made",
    snip=6,
    set_id="837",
    loops="2300",
)
def served_ahead(claim: Branch, look: Look) -> Iterator[Spot]:
    """A claim is made when the service has been given; predeterminations apart."""
    for line in lines(claim):
        segment = first(line, "DTP", "472")
        end = span(segment)[1]
        if look.made_on and end and end > look.made_on:
            yield line, segment, "DTP03"


@edit(
    "served-outside-stay",
    "a service lies outside the stay",
    snip=6,
    set_id="837",
    loops="2300",
    segment="DTP",
    only=one_of("435", "096"),
)
def served_outside_stay(claim: Branch, look: Look) -> Iterator[Spot]:
    """Not before admission, not after discharge."""
    admitted = day(at(first(claim, "DTP", "435"), 3))
    discharged = day(at(first(claim, "DTP", "096"), 3))
    for line in lines(claim):
        segment = first(line, "DTP", "472")
        start, end = span(segment)
        is_early = admitted is not None and start is not None and start < admitted
        is_late = discharged is not None and end is not None and end > discharged
        if is_early or is_late:
            yield line, segment, "DTP03"


@edit(
    "onset-after-service",
    "an illness, or what comes before its treatment, began after it was treated",
    snip=6,
    set_id="837",
    loops="2300",
    segment="DTP",
    only=one_of(*_BEFORE),
)
def onset_after_service(claim: Branch, look: Look) -> Iterator[Spot]:
    """Onset, accident, last menstruation, first treatment, last visit to who supervises, and the
    prescription of lenses or hearing aids (DTP*431, 439, 484, 454, 304, 471) come first."""
    served = about(claim, look).served
    for qualifier in _BEFORE:
        segment = first(claim, "DTP", qualifier)
        began = day(at(segment, 3))
        if served and began and began > served:
            yield claim, segment, "DTP03"


@edit("diagnosis-twice", "a diagnosis is given twice", snip=6, set_id="837", loops="2300")
def diagnosis_twice(claim: Branch, look: Look) -> Iterator[Spot]:
    """Each diagnosis once."""
    seen: set[str] = set()
    for segment, place, _, code in about(claim, look).diagnoses:
        if code in seen:
            yield claim, segment, f"HI{place:02}-2"
        seen.add(code)


@edit(
    "diagnosis-sex",
    "the diagnosis is of the other sex",
    snip=6,
    set_id="837",
    loops="2300",
    segment="HI",
    only=where(1, _is_of_a_sex, every=1),
)
def diagnosis_sex(claim: Branch, look: Look) -> Iterator[Spot]:
    """Pregnancy and the diseases of reproductive organs."""
    _, sex = patient(claim)
    others = {"M": _WOMEN, "F": _MEN}.get(sex, ())
    for segment, place, qualifier, code in about(claim, look).diagnoses:
        if qualifier.startswith("AB") and code.startswith(others):
            yield claim, segment, f"HI{place:02}-2"


@edit(
    "diagnosis-age",
    "the diagnosis is of another age",
    snip=6,
    set_id="837",
    loops="2300",
    segment="HI",
    only=where(1, _is_of_an_age, every=1),
)
def diagnosis_age(claim: Branch, look: Look) -> Iterator[Spot]:
    """Newborns, children, adults."""
    born, _ = patient(claim)
    served = about(claim, look).served
    if born is None or served is None or served < born:
        return
    years = age(born, served)
    for segment, place, qualifier, code in about(claim, look).diagnoses:
        for begins, low, high in _AGES:
            if qualifier.startswith("AB") and code.startswith(begins) and not low <= years <= high:
                yield claim, segment, f"HI{place:02}-2"


@edit("procedure-age", "the visit is of another age", snip=6, set_id="837", loops="2300")
def procedure_age(claim: Branch, look: Look) -> Iterator[Spot]:
    """Preventive visits are told apart by the patient's age; advice on vaccines of 90460 and 90461
    is for those through 18 years."""
    born, _ = patient(claim)
    for line in lines(claim):
        segment = first(line, "SV1")
        code = [*at(segment, 1).split(":"), ""][1]
        served = span(first(line, "DTP", "472"))[0]
        if not born or not served:
            continue
        low, high = _ages_of(code)
        if served >= born and not low <= age(born, served) <= high:
            yield line, segment, "SV101-2"


@edit("line-twice", "a line is given twice", snip=6, set_id="837", loops="2300")
def line_twice(claim: Branch, look: Look) -> Iterator[Spot]:
    """The same service on the same day by the same person, without a modifier that says why."""
    seen: set[tuple[str, ...]] = set()
    for line in lines(claim):
        segment = first(line, "SV1")
        modifiers = set(at(segment, 1).split(":")[2:6])
        by = at(first(line.child("2420A"), "NM1"), 9)
        said = (at(segment, 1), at(segment, 2), at(first(line, "DTP", "472"), 3), by)
        if said in seen and not modifiers & _AGAIN:
            yield line, segment, "SV101"
        seen.add(said)


@edit("units-sense", "the number of units cannot be right", snip=6, set_id="837", loops="2400")
def units_sense(line: Branch, look: Look) -> Iterator[Spot]:
    """More than nothing, not thousands; a visit once a day; minutes are whole."""
    segment = first(line, "SV1")
    units = Decimal(at(segment, 4) or "1")
    code = [*at(segment, 1).split(":"), ""][1]
    start, end = span(first(line, "DTP", "472"))
    is_one_day = start is not None and start == end
    is_visit = code.startswith(_ONCE_A_DAY) and is_one_day
    is_broken = at(segment, 3) == "MJ" and units != int(units)
    if units <= 0 or units > _MOST_UNITS or is_broken or (is_visit and units > 1):
        yield line, segment, "SV104"


@edit(
    "pointer-twice",
    "a line points twice at one diagnosis",
    snip=6,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(7, _is_doubled),
)
def pointer_twice(line: Branch, look: Look) -> Iterator[Spot]:
    """Each pointer once."""
    yield line, first(line, "SV1"), "SV107"


@edit(
    "claim-twice", "two claims of a batch have the same number", snip=6, set_id="837", loops="2300"
)
def claim_twice(claim: Branch, look: Look) -> Iterator[Spot]:
    """CLM01 finds the claim again: it is used once in a transaction set."""
    segment = first(claim, "CLM")
    number = at(segment, 1)
    if number in look.seen:
        yield claim, segment, "CLM01"
    look.seen.add(number)


@edit(
    "paid-more",
    "the patient paid more than the claim",
    snip=6,
    set_id="837",
    loops="2300",
    segment="AMT",
    only=one_of("F5"),
)
def paid_more(claim: Branch, look: Look) -> Iterator[Spot]:
    """AMT*F5 is not more than CLM02."""
    segment = first(claim, "AMT", "F5")
    charge = Decimal(at(first(claim, "CLM"), 2) or "0")
    if segment is not None and Decimal(at(segment, 2)) > charge:
        yield claim, segment, "AMT02"


@edit("line-number-twice", "two lines have the same number", snip=4, set_id="837", loops="2300")
def line_number_twice(claim: Branch, look: Look) -> Iterator[Spot]:
    """REF*6R is of one line only, or an 835 cannot say which it means."""
    given = [(line, first(line, "REF", "6R")) for line in lines(claim)]
    if len(given) == len({at(segment, 2) for _, segment in given}):
        return
    seen: set[str] = set()
    for line, segment in given:
        number = at(segment, 2)
        if number and number in seen:
            yield line, segment, "REF02"
        seen.add(number)


@edit(
    "rendering-same",
    "who treated is who bills, and is named again",
    snip=4,
    set_id="837",
    loops="2310B",
)
def rendering_same(branch: Branch, look: Look) -> Iterator[Spot]:
    """Loop 2310B is for somebody else than the billing provider (005010X222A1)."""
    level, segment = branch.up("2000A"), first(branch, "NM1")
    billing = first(level.child("2010AA"), "NM1") if level is not None else None
    if at(segment, 9) and at(segment, 9) == at(billing, 9):
        yield branch, segment, "NM109"


@edit(
    "menstruation-sex",
    "a last menstruation is given for a man",
    snip=6,
    set_id="837",
    loops="2300",
    segment="DTP",
    only=one_of("484"),
)
def menstruation_sex(claim: Branch, look: Look) -> Iterator[Spot]:
    """DTP*484 is of women."""
    segment = first(claim, "DTP", "484")
    if segment is not None and patient(claim)[1] == "M":
        yield claim, segment, "DTP01"


@edit(
    "cause-principal",
    "what happened stands where the diagnosis stands",
    snip=6,
    set_id="837",
    loops="2300",
    segment="HI",
    only=where(1, _is_cause, every=1),
)
def cause_principal(claim: Branch, look: Look) -> Iterator[Spot]:
    """External causes (V00 to Y99) are never first (ICD-10-CM guidelines, section I.C.20)."""
    for segment, place, qualifier, code in about(claim, look).diagnoses:
        if qualifier == "ABK" and code[:1] in {"V", "W", "X", "Y"}:
            yield claim, segment, f"HI{place:02}-2"


@edit(
    "anesthesia-minutes",
    "anesthesia is counted in minutes",
    snip=4,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_anesthesia),
)
def anesthesia_minutes(line: Branch, look: Look) -> Iterator[Spot]:
    """SV103 is MJ for 00100 to 01999 (005010X222A1)."""
    segment = first(line, "SV1")
    if at(segment, 3) == "UN":
        yield line, segment, "SV103"


@edit(
    "span-long",
    "a line spans more than a year",
    snip=6,
    set_id="837",
    loops="2400",
    segment="DTP",
    only=one_of("RD8", place=2),
)
def span_long(line: Branch, look: Look) -> Iterator[Spot]:
    """DTP*472 from and to: no service lasts that long."""
    segment = first(line, "DTP", "472")
    start, end = span(segment)
    if start and end and (end - start).days > _YEAR:
        yield line, segment, "DTP03"
