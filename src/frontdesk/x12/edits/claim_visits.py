"""Edits on professional claims: services that do not go together, or not where they were given."""

import re
from collections.abc import Iterator

from frontdesk.x12.edits.claim import about, coverage, diagnosis, is_anesthesia, lines, procedure
from frontdesk.x12.edits.codes import is_procedure
from frontdesk.x12.edits.registry import Look, Spot, at, day, each, edit, first, where
from frontdesk.x12.tree import Branch

_NEW = frozenset({"99202", "99203", "99204", "99205"})
_KNOWN = frozenset({"99211", "99212", "99213", "99214", "99215"})
# Care of patients who were admitted; nobody is, in these places (CMS place of service codes).
_HOSPITAL_CARE = frozenset(
    f"99{n}" for n in (*range(221, 224), *range(231, 234), *range(234, 237), 238, 239)
)
_NO_HOSPITALS = frozenset({"11", "12", "20", "41", "42", "49", "50", "71", "72", "81"})
_TRANSPORTS = frozenset(
    f"A0{n}" for n in (425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 435, 436)
)
_AMBULANCES = frozenset({"41", "42"})
# From where to where: two letters of these (CMS Claims Processing Manual, chapter 15, 30).
_ENDS = re.compile(r"[DEGHIJNPRSX]{2}")
# Who gave or directed anesthesia (CMS Claims Processing Manual, chapter 12, 50).
_BY = frozenset({"AA", "AD", "QK", "QX", "QY", "QZ"})
_BOUGHT_OR_RENTED = frozenset({"NU", "UE", "RR", "KH", "KI", "KJ", "RB", "RA", "MS", "NR"})
_MEDICARE = "MB"
_LONGEST_NUMBER = 20


def _code(service: str) -> str:
    return procedure(service)[1]


def _is_new(service: str) -> bool:
    return _code(service) in _NEW


def _is_hospital_care(service: str) -> bool:
    return _code(service) in _HOSPITAL_CARE


def _is_transport(service: str) -> bool:
    return _code(service) in _TRANSPORTS


def _is_transport_unsaid(service: str) -> bool:
    parts = procedure(service)
    return parts[1] in _TRANSPORTS and not any(_ENDS.fullmatch(one) for one in parts[2:6])


def _is_anesthesia_unsaid(service: str) -> bool:
    parts = procedure(service)
    return is_anesthesia(parts[1]) and not _BY.intersection(parts[2:6])


def _is_wheelchair_unsaid(service: str) -> bool:
    parts = procedure(service)
    is_chair = len(parts[1]) == 5 and "K0001" <= parts[1] <= "K0009"
    return is_chair and not _BOUGHT_OR_RENTED.intersection(parts[2:6])


def _is_long(number: str) -> bool:
    return len(number) > _LONGEST_NUMBER


def _is_no_operation(text: str) -> bool:
    qualifier, code = diagnosis(text)
    return qualifier in {"BP", "BO"} and not is_procedure(code)


def _place(line: Branch, look: Look) -> str:
    claim = line.parent
    said = at(first(line, "SV1"), 5)
    return said or (about(claim, look).place if claim is not None else "")


@edit(
    "claim-number-long",
    "the claim's number is longer than payers need keep",
    snip=4,
    set_id="837",
    loops="2300",
    segment="CLM",
    only=where(1, _is_long),
)
def claim_number_long(claim: Branch, look: Look) -> Iterator[Spot]:
    """CLM01: at most 20 characters come back (005010X222A1, note to CLM01)."""
    yield claim, first(claim, "CLM"), "CLM01"


@edit(
    "visit-new-and-known",
    "the patient is new and known on one day",
    snip=6,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_new),
)
def visit_new_and_known(line: Branch, look: Look) -> Iterator[Spot]:
    """99202 to 99205 beside 99211 to 99215 by the same person (CPT: new is not seen before)."""
    claim = line.parent
    if claim is None:
        return
    visit = _by_and_day(line)
    for other in lines(claim):
        if _code(at(first(other, "SV1"), 1)) in _KNOWN and _by_and_day(other) == visit:
            yield line, first(line, "SV1"), "SV101-2"
            return


def _by_and_day(line: Branch) -> tuple[str, str]:
    return at(first(line.child("2420A"), "NM1"), 9), at(first(line, "DTP", "472"), 3)[:8]


@edit(
    "hospital-care-place",
    "care of an admitted patient was given where nobody is admitted",
    snip=6,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_hospital_care),
)
def hospital_care_place(line: Branch, look: Look) -> Iterator[Spot]:
    """99221 to 99239 are not given in an office, at home, in an ambulance or a clinic."""
    if _place(line, look) in _NO_HOSPITALS:
        yield line, first(line, "SV1"), "SV101-2"


@edit(
    "ambulance-place",
    "an ambulance's way was not in an ambulance",
    snip=6,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_transport),
)
def ambulance_place(line: Branch, look: Look) -> Iterator[Spot]:
    """The place of A0425 to A0436 is 41 or 42 (CMS Claims Processing Manual, chapter 15, 10)."""
    if _place(line, look) not in _AMBULANCES:
        yield line, first(line, "SV1"), "SV101-2"


@edit(
    "ambulance-ends",
    "an ambulance's way does not say from where to where it went",
    snip=6,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_transport_unsaid),
)
def ambulance_ends(line: Branch, look: Look) -> Iterator[Spot]:
    """Medicare: a modifier of two letters (CMS Claims Processing Manual, chapter 15, 30)."""
    if line.parent is not None and at(coverage(line.parent), 9) == _MEDICARE:
        yield line, first(line, "SV1"), "SV101-3"


@edit(
    "anesthesia-by",
    "anesthesia does not say who gave or directed it",
    snip=6,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_anesthesia_unsaid),
)
def anesthesia_by(line: Branch, look: Look) -> Iterator[Spot]:
    """Medicare: AA, AD, QK, QX, QY or QZ (CMS Claims Processing Manual, chapter 12, 50)."""
    if line.parent is not None and at(coverage(line.parent), 9) == _MEDICARE:
        yield line, first(line, "SV1"), "SV101-3"


@edit(
    "wheelchair-kept",
    "a wheelchair is neither rented nor bought",
    snip=6,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_wheelchair_unsaid),
)
def wheelchair_kept(line: Branch, look: Look) -> Iterator[Spot]:
    """K0001 to K0009 need NU, UE or RR (CMS Claims Processing Manual, chapter 20, 130)."""
    yield line, first(line, "SV1"), "SV101-3"


@edit(
    "decided-before-service",
    "another payer decided before the service was given",
    snip=6,
    set_id="837",
    loops="2430",
    segment="DTP",
)
def decided_before_service(decision: Branch, look: Look) -> Iterator[Spot]:
    """DTP*573 of a line is not before its DTP*472."""
    segment = first(decision, "DTP", "573")
    decided = day(at(segment, 3))
    served = day(at(first(decision.parent, "DTP", "472"), 3)[:8])
    if decided and served and decided < served:
        yield decision, segment, "DTP03"


@edit(
    "operation-form",
    "the operation that anesthesia was for is no HCPCS code",
    snip=5,
    set_id="837",
    loops="2300",
    segment="HI",
    only=where(1, _is_no_operation, every=1),
)
def operation_form(claim: Branch, look: Look) -> Iterator[Spot]:
    """HI*BP and HI*BO hold procedures."""
    for segment in each(claim, "HI"):
        for place, text in enumerate(segment[1:], start=1):
            if _is_no_operation(text):
                yield claim, segment, f"HI{place:02}-2"


@edit(
    "referring-order",
    "who referred comes first and once, then primary care, if both are named",
    snip=4,
    set_id="837",
    loops="2310A",
)
def referring_order(branch: Branch, look: Look) -> Iterator[Spot]:
    """NM1*DN opens the first 2310A and NM1*P3 the second (005010X222A1, note to NM101)."""
    claim, segment = branch.parent, first(branch, "NM1")
    expected = "DN" if claim is None or next(iter(claim.each("2310A"))) is branch else "P3"
    if at(segment, 1) != expected:
        yield branch, segment, "NM101"
