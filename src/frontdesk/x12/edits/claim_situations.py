"""Edits on professional claims: what the notes of the guide ask for, or forbid, in a situation."""

import re
from collections.abc import Iterator

from frontdesk.x12.edits.claim import about, is_ambulance, lines, procedure, service
from frontdesk.x12.edits.claim_sense import patient
from frontdesk.x12.edits.registry import Look, Spot, at, edit, first, one_of, where
from frontdesk.x12.tree import Branch

_MEDICARE = frozenset({"MA", "MB"})
_OVERSIGHT = frozenset({"G0181", "G0182"})
_LETTER, _SIGN = "[AC-HJKMNP-RT-Y]", "[AC-HJKMNP-RT-Y0-9]"
_BENEFICIARY = re.compile(
    rf"[1-9]{_LETTER}{_SIGN}\d{_LETTER}{_SIGN}\d{_LETTER}{{2}}\d{{2}}",
)
_LABORATORY = range(80047, 89399)
# Laboratory codes that ask for no certificate (CMS, "HCPCS codes subject to and excluded from
# CLIA edits").
_UNCERTIFIED = frozenset(
    {
        *("80500", "80502", "81050", "82075", "83013", "83987", "86077", "86078", "86079"),
        *("86910", "86960", "88125", "88240", "88241", "88304", "88305", "88311", "88312", "88313"),
        *("88314", "88329", "88720", "88738", "88740", "88741", "89049", "89220"),
    }
)


def _is_lens(service: str) -> bool:
    code = procedure(service)[1]
    return len(code) == 5 and "V2020" <= code <= "V2799"


def _is_laboratory(service: str) -> bool:
    """A laboratory test of which more than the reading is billed; QW is of `clia-number`."""
    parts = procedure(service)
    code = parts[1]
    if not code.isdecimal() or int(code) not in _LABORATORY or code in _UNCERTIFIED:
        return False
    return "26" not in parts[2:6] and "QW" not in parts[2:6]


def _is_oversight(service: str) -> bool:
    return procedure(service)[1] in _OVERSIGHT


def _is_medicare(claim: Branch, look: Look) -> bool:
    return at(about(claim, look).coverage, 9) in _MEDICARE


@edit(
    "secondary-reason",
    "why another payer comes before Medicare is said or not said in the wrong case",
    snip=4,
    set_id="837",
    loops="2300",
)
def secondary_reason(claim: Branch, look: Look) -> Iterator[Spot]:
    """SBR05 where SBR09 is Medicare and SBR01 is not P, and only there."""
    segment, level = about(claim, look).coverage, look.level
    is_asked = at(segment, 9) in _MEDICARE and at(segment, 1) != "P"
    if level is not None and bool(at(segment, 5)) is not is_asked:
        yield level, segment, "SBR05"


@edit(
    "facility-same",
    "where the service was given is where it is billed, and is named again",
    snip=4,
    set_id="837",
    loops="2310C",
)
def facility_same(branch: Branch, look: Look) -> Iterator[Spot]:
    """Loop 2310C is for another address than that of 2010AA."""
    level = branch.up("2000A")
    billing = level.child("2010AA") if level is not None else None
    street, place = first(branch, "N3"), first(branch, "N4")
    if street and place and (street, place) == (first(billing, "N3"), first(billing, "N4")):
        yield branch, street, "N301"


@edit(
    "referral-order",
    "a second referring provider is named, but no first",
    snip=4,
    set_id="837",
    loops="2310A",
    segment="NM1",
    only=one_of("P3"),
)
def referral_order(branch: Branch, look: Look) -> Iterator[Spot]:
    """NM1*P3 in 2310A only after NM1*DN."""
    for other in branch.parent.each("2310A") if branch.parent is not None else ():
        if at(first(other, "NM1"), 1) == "DN":
            return
        if other is branch:
            yield branch, first(branch, "NM1"), "NM101"
            return


@edit(
    "remaining-twice",
    "what is left to pay is given for the claim and for a line",
    snip=4,
    set_id="837",
    loops="2320",
    segment="AMT",
    only=one_of("EAF"),
)
def remaining_twice(other: Branch, look: Look) -> Iterator[Spot]:
    """AMT*EAF of one payer stands in 2320 or in 2430, not in both."""
    segment, claim = first(other, "AMT", "EAF"), other.parent
    if segment is None or claim is None:
        return
    number = at(first(other.child("2330B"), "NM1"), 9)
    for line in lines(claim):
        for decision in line.each("2430"):
            left = first(decision, "AMT", "EAF")
            if left is not None and at(first(decision, "SVD"), 1) == number:
                yield decision, left, "AMT01"


@edit(
    "recertification-date",
    "whether equipment is certified again and when do not agree",
    snip=4,
    set_id="837",
    loops="2400",
    segment="CR3",
)
def recertification_date(line: Branch, look: Look) -> Iterator[Spot]:
    """DTP*607 where CR301 is R or S, and only there."""
    segment = first(line, "CR3")
    if (at(segment, 1) in {"R", "S"}) is (first(line, "DTP", "607") is None):
        yield line, segment, "CR301"


@edit(
    "purchased-provider",
    "a service was bought, and it is not said of whom",
    snip=4,
    set_id="837",
    loops="2400",
    segment="PS1",
)
def purchased_provider(line: Branch, look: Look) -> Iterator[Spot]:
    """Loop 2420B where the line has PS1."""
    if line.child("2420B") is None:
        yield line, first(line, "PS1"), "PS101"


@edit(
    "rental-procedure",
    "the equipment rented is another than the service billed",
    snip=4,
    set_id="837",
    loops="2400",
    segment="SV5",
)
def rental_procedure(line: Branch, look: Look) -> Iterator[Spot]:
    """SV501-2 is SV101-2."""
    segment = first(line, "SV5")
    if at(segment, 1).split(":")[1:2] != [service(line, look).code]:
        yield line, segment, "SV501-2"


@edit(
    "ambulance-facility",
    "a transport names a place of service beside where it began and ended",
    snip=4,
    set_id="837",
    loops="2300",
    segment="CLM",
    only=where(5, is_ambulance),
)
def ambulance_facility(claim: Branch, look: Look) -> Iterator[Spot]:
    """No 2310C where the place of service is an ambulance: 2310E and 2310F say it."""
    facility = claim.child("2310C")
    if facility is not None:
        yield facility, None, "NM101"


@edit(
    "acute-date",
    "an acute complaint of the spine does not say since when",
    snip=4,
    set_id="837",
    loops="2300",
    segment="CR2",
)
def acute_date(claim: Branch, look: Look) -> Iterator[Spot]:
    """DTP*453 where CR208 is A or M and Medicare is billed."""
    segment = first(claim, "CR2")
    is_acute = at(segment, 8) in {"A", "M"} and _is_medicare(claim, look)
    if is_acute and first(claim, "DTP", "453") is None:
        yield claim, segment, "CR208"


@edit(
    "prescription-date",
    "lenses or frames do not say when they were prescribed",
    snip=4,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_lens),
)
def prescription_date(line: Branch, look: Look) -> Iterator[Spot]:
    """DTP*471 on the claim or the line with V2020 to V2799."""
    if first(line.parent, "DTP", "471") is None and first(line, "DTP", "471") is None:
        yield line, first(line, "SV1"), "SV101-2"


@edit(
    "laboratory-number",
    "a laboratory test names no CLIA number",
    snip=4,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_laboratory),
)
def laboratory_number(line: Branch, look: Look) -> Iterator[Spot]:
    """REF*X4 (or F4, of who was asked) for 80047 to 89398, unless only the reading is billed."""
    if not (first(line.parent, "REF", "X4") or first(line, "REF", "X4", "F4")):
        yield line, first(line, "SV1"), "SV101-2"


@edit(
    "oversight-number",
    "the agency whose care was overseen is not named",
    snip=4,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_oversight),
)
def oversight_number(line: Branch, look: Look) -> Iterator[Spot]:
    """REF*1J where Medicare is billed for G0181 or G0182; told of the first such line."""
    claim = line.parent
    if claim is None or not _is_medicare(claim, look) or first(claim, "REF", "1J") is not None:
        return
    overseen = (asked.line for asked in look.services.values() if asked.code in _OVERSIGHT)
    if next(overseen, None) is line:
        yield claim, look.head, "CLM01"


@edit(
    "beneficiary-form",
    "the number is none that Medicare gives",
    snip=5,
    set_id="837",
    loops="2300",
)
def beneficiary_form(claim: Branch, look: Look) -> Iterator[Spot]:
    """NM109 of 2010BA is a Medicare Beneficiary Identifier, since 2020 (CMS)."""
    if not _is_medicare(claim, look) or look.served is None or look.served.year < 2020:
        return
    person = look.level.child("2010BA") if look.level is not None else None
    segment = first(person, "NM1")
    if person is not None and at(segment, 8) == "MI" and not _BENEFICIARY.fullmatch(at(segment, 9)):
        yield person, segment, "NM109"


@edit(
    "pregnant-sex",
    "the patient is a man, and pregnant",
    snip=6,
    set_id="837",
    loops="2300",
)
def pregnant_sex(claim: Branch, look: Look) -> Iterator[Spot]:
    """PAT09 is of women."""
    level = claim.up("2000C") or claim.up("2000B")
    segment = first(level, "PAT")
    if level is not None and at(segment, 9) == "Y" and patient(claim)[1] == "M":
        yield level, segment, "PAT09"
