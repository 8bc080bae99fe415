"""Edits on professional claims: what one part of a claim asks of another (SNIP 4)."""

import operator
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from frontdesk.x12.edits.codes import COUNTRY, STATE, is_unlisted
from frontdesk.x12.edits.registry import (
    Look,
    Service,
    Spot,
    at,
    by_name,
    day,
    each,
    edit,
    first,
    one_of,
    where,
)
from frontdesk.x12.tree import Branch

_PADDING = ("",) * 7
_EARLIER = {"S": ("P",), "T": ("P", "S")}
_INPATIENT = frozenset({"21", "51", "61"})
_AMBULANCES = frozenset({"41", "42"})
_ACCIDENTS = frozenset({"AA", "EM", "OA"})
_SENT_LATER = frozenset({"BM", "EL", "EM", "FX", "FT"})
_FREQUENCIES_OF_CORRECTION = frozenset({"6", "7", "8"})


def lines(claim: Branch) -> Iterator[Branch]:
    """The service lines."""
    return claim.each("2400")


_DIAGNOSES = ("ABK:", "BK:", "ABF:", "BF:")


def about(claim: Branch, look: Look) -> Look:
    """The look, which now knows what several edits ask of this claim."""
    if look.claim is claim:
        return look
    look.claim = claim
    look.head = first(claim, "CLM") or []
    look.causes = at(look.head, 11).split(":")[:5]
    place = at(look.head, 5).split(":")
    look.place, look.frequency = place[0], place[2] if len(place) > 2 else ""
    look.level, look.dependent = claim.up("2000B"), claim.up("2000C")
    look.coverage = first(look.level, "SBR")
    look.services = {id(line): _service(line) for line in claim.each("2400")}
    look.served = day(min([s.days[:8] for s in look.services.values() if s.days], default=""))
    look.diagnoses = [
        (segment, number, *diagnosis(text))
        for segment in each(claim, "HI")
        if segment[1].startswith(_DIAGNOSES)
        for number, text in enumerate(segment[1:], start=1)
    ]
    return look


def _service(line: Branch) -> Service:
    segment = first(line, "SV1") or []
    return Service(line, segment, procedure(at(segment, 1)), first(line, "DTP", "472"))


@lru_cache(maxsize=4096)  # an office sends the same services and diagnoses again and again
def procedure(text: str) -> tuple[str, ...]:
    """The parts of SV101, at least seven: qualifier, code, four modifiers, words."""
    parts = tuple(text.split(":"))
    return parts + _PADDING[len(parts) :]


@lru_cache(maxsize=4096)
def diagnosis(text: str) -> tuple[str, str]:
    """The qualifier and the code of one element of HI."""
    parts = text.split(":")
    return parts[0], parts[1] if len(parts) > 1 else ""


def is_anesthesia(code: str) -> bool:
    """Whether a procedure is one of anesthesia."""
    return code.isdigit() and "00100" <= code <= "01999"


def is_ambulance(place: str) -> bool:
    """Whether CLM05 names an ambulance as the place of service."""
    return place.partition(":")[0] in _AMBULANCES


def _is_inpatient(place: str) -> bool:
    return place.partition(":")[0] in _INPATIENT


def _is_accident(causes: str) -> bool:
    return not _ACCIDENTS.isdisjoint(causes.split(":")[:3])


def _has_place(causes: str) -> bool:
    return any(causes.split(":")[3:])


def _is_unlisted(service: str) -> bool:
    parts = procedure(service)
    return is_unlisted(parts[1]) and not parts[6]


def _is_waived(service: str) -> bool:
    return "QW" in procedure(service)[2:6]


def service(line: Branch, look: Look) -> Service:
    """What several edits ask of one line."""
    claim = line.parent
    if claim is not None and look.claim is not claim:
        about(claim, look)
    return look.services[id(line)]


def coverage(claim: Branch) -> list[str] | None:
    """The SBR of the payer that is billed."""
    return first(claim.up("2000B"), "SBR")


@edit(
    "subscriber-demographics",
    "the subscriber is the patient, but birth date or address is missing",
    snip=4,
    set_id="837",
    loops="2300",
)
def subscriber_demographics(claim: Branch, look: Look) -> Iterator[Spot]:
    """N3, N4 and DMG in 2010BA where SBR02 is 18."""
    level = about(claim, look).level
    person = level.child("2010BA") if level is not None and look.dependent is None else None
    if person is None:
        return
    held = by_name(person)
    for name in ("N3", "N4", "DMG"):
        if name not in held:
            yield person, None, name
            return


@edit(
    "patient-relationship",
    "who the patient is does not agree with the levels",
    snip=4,
    set_id="837",
    loops="2300",
)
def patient_relationship(claim: Branch, look: Look) -> Iterator[Spot]:
    """SBR02 is 18 where the claim hangs on the subscriber, and empty where on a patient."""
    segment, level = about(claim, look).coverage, look.level
    if level is not None and (at(segment, 2) == "18") is (look.dependent is not None):
        yield level, segment, "SBR02"


@edit(
    "admission-date",
    "an inpatient stay has no admission date",
    snip=4,
    set_id="837",
    loops="2300",
    segment="CLM",
    only=where(5, _is_inpatient),
)
def admission_date(claim: Branch, look: Look) -> Iterator[Spot]:
    """DTP*435 where the place of service is a hospital's ward."""
    if first(claim, "DTP", "435") is None:
        yield claim, first(claim, "CLM"), "CLM05-1"


@edit(
    "accident-date",
    "an accident has no date",
    snip=4,
    set_id="837",
    loops="2300",
    segment="CLM",
    only=where(11, _is_accident),
)
def accident_date(claim: Branch, look: Look) -> Iterator[Spot]:
    """DTP*439 where CLM11 names an accident."""
    if first(claim, "DTP", "439") is None:
        yield claim, first(claim, "CLM"), "CLM11"


@edit(
    "accident-cause",
    "an accident's date is given, but no cause",
    snip=4,
    set_id="837",
    loops="2300",
    segment="DTP",
    only=one_of("439"),
)
def accident_cause(claim: Branch, look: Look) -> Iterator[Spot]:
    """CLM11 where there is a DTP*439."""
    segment = first(claim, "DTP", "439")
    if segment is not None and not about(claim, look).causes[0]:
        yield claim, segment, "DTP03"


@edit(
    "accident-state",
    "a car accident has no state",
    snip=4,
    set_id="837",
    loops="2300",
    segment="CLM",
    only=where(11, _is_accident),
)
def accident_state(claim: Branch, look: Look) -> Iterator[Spot]:
    """CLM11-4 where a cause is AA, unless a country is given."""
    causes = about(claim, look).causes
    if "AA" in causes[:3] and not any(causes[3:]):
        yield claim, look.head, "CLM11-4"


@edit(
    "accident-place",
    "there is no such state or country of an accident",
    snip=5,
    set_id="837",
    loops="2300",
    segment="CLM",
    only=where(11, _has_place),
)
def accident_place(claim: Branch, look: Look) -> Iterator[Spot]:
    """CLM11-4 is a state, CLM11-5 a country."""
    for place, system in ((3, STATE), (4, COUNTRY)):
        code = about(claim, look).causes[place : place + 1]
        if any(code) and look.refuses(system, code[0], None):
            yield claim, look.head, f"CLM11-{place + 1}"


@edit(
    "work-accident",
    "a claim to workers' compensation names no employment accident",
    snip=4,
    set_id="837",
    loops="2300",
)
def work_accident(claim: Branch, look: Look) -> Iterator[Spot]:
    """CLM11 holds EM where SBR09 is WC."""
    if at(about(claim, look).coverage, 9) == "WC" and "EM" not in look.causes:
        yield claim, look.head, "CLM11"


@edit(
    "original-unwanted",
    "an original claim names an earlier claim",
    snip=4,
    set_id="837",
    loops="2300",
    segment="REF",
    only=one_of("F8"),
)
def original_unwanted(claim: Branch, look: Look) -> Iterator[Spot]:
    """No REF*F8 unless the claim corrects another."""
    segment = first(claim, "REF", "F8")
    if segment is not None and about(claim, look).frequency not in _FREQUENCIES_OF_CORRECTION:
        yield claim, segment, "REF01"


@edit(
    "other-payer-missing",
    "a later payer is billed, but no earlier one is named",
    snip=4,
    set_id="837",
    loops="2300",
)
def other_payer_missing(claim: Branch, look: Look) -> Iterator[Spot]:
    """A 2320 of P where SBR01 is S, of P and S where it is T; U may stand for either."""
    segment, level = about(claim, look).coverage, look.level
    needed = _EARLIER.get(at(segment, 1), ())
    if not needed or level is None:
        return
    ranks = [at(first(other, "SBR"), 1) for other in claim.each("2320")]
    if sum(one not in ranks for one in needed) > ranks.count("U"):
        yield level, segment, "SBR01"


@edit("payer-rank", "two payers have the same rank", snip=4, set_id="837", loops="2320")
def payer_rank(other: Branch, look: Look) -> Iterator[Spot]:
    """Nobody is primary twice; U (unknown) may repeat."""
    segment, claim = first(other, "SBR"), other.parent
    rank = at(segment, 1)
    if claim is not None and rank != "U":
        ranks = [at(first(one, "SBR"), 1) for one in _before(other)]
        if rank in {at(coverage(claim), 1), *ranks}:
            yield other, segment, "SBR01"


def _before(other: Branch) -> Iterator[Branch]:
    """The other payers named before this one."""
    for one in other.parent.each("2320") if other.parent is not None else ():
        if one is other:
            return
        yield one


@edit("payer-twice", "two other payers have the same number", snip=4, set_id="837", loops="2320")
def payer_twice(other: Branch, look: Look) -> Iterator[Spot]:
    """2330B NM109 tells the payers apart: SVD01 refers to it."""
    name = other.child("2330B")
    segment = first(name, "NM1")
    numbers = {at(first(one.child("2330B"), "NM1"), 9) for one in _before(other)}
    if name is not None and at(segment, 9) in numbers:
        yield name, segment, "NM109"


@edit(
    "decision-date",
    "another payer has decided, but it is not said when",
    snip=4,
    set_id="837",
    loops="2320",
)
def decision_date(other: Branch, look: Look) -> Iterator[Spot]:
    """DTP*573 with the payer or with its line decisions where it paid or adjusted."""
    paid, name, claim = first(other, "AMT", "D"), other.child("2330B"), other.parent
    has_decided = paid is not None or first(other, "CAS") is not None
    if not has_decided or claim is None or first(name, "DTP", "573") is not None:
        return
    number = at(first(name, "NM1"), 9)
    if not any(at(first(d, "SVD"), 1) == number for x in lines(claim) for d in x.each("2430")):
        yield other, paid, "AMT02"


@edit(
    "payer-paid",
    "another payer has decided, but it is not said what it paid",
    snip=4,
    set_id="837",
    loops="2320",
)
def payer_paid(other: Branch, look: Look) -> Iterator[Spot]:
    """AMT*D where 2320 holds a CAS or a line a decision of that payer; nothing paid is 0."""
    claim = other.parent
    if claim is None or first(other, "AMT", "D") is not None:
        return
    number = at(first(other.child("2330B"), "NM1"), 9)
    decisions = (first(d, "SVD") for x in lines(claim) for d in x.each("2430"))
    if first(other, "CAS") is not None or any(at(s, 1) == number for s in decisions):
        yield other, None, "AMT02"


@edit(
    "filing-indicator",
    "it is not said of what kind a plan is",
    snip=4,
    set_id="837",
    loops="2000B 2320",
    segment="SBR",
    only=where(9, operator.not_),
)
def filing_indicator(level: Branch, look: Look) -> Iterator[Spot]:
    """SBR09 until plans have numbers of their own, which is still so (005010X222)."""
    yield level, first(level, "SBR"), "SBR09"


@edit(
    "discharge-alone",
    "a discharge is dated, but no admission",
    snip=4,
    set_id="837",
    loops="2300",
    segment="DTP",
    only=one_of("096"),
)
def discharge_alone(claim: Branch, look: Look) -> Iterator[Spot]:
    """DTP*096 ends what DTP*435 begins."""
    if first(claim, "DTP", "435") is None:
        yield claim, first(claim, "DTP", "096"), "DTP01"


@edit(
    "attachment-number",
    "further information is announced without its number",
    snip=4,
    set_id="*",
    segment="PWK",
    only=one_of(*_SENT_LATER, place=2),
)
def attachment_number(branch: Branch, look: Look) -> Iterator[Spot]:
    """PWK06 where PWK02 says that something is sent."""
    for segment in each(branch, "PWK"):
        if at(segment, 2) in _SENT_LATER and not at(segment, 6):
            yield branch, segment, "PWK06"


@edit(
    "unlisted-words",
    "an unlisted service is not described",
    snip=4,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_unlisted),
)
def unlisted_words(line: Branch, look: Look) -> Iterator[Spot]:
    """SV101-7 (or a note) where the code itself says nothing (005010X222A1, SV101-7)."""
    if first(line, "NTE") is None:
        yield line, first(line, "SV1"), "SV101-7"


@edit(
    "ambulance-transport",
    "a transport is not described",
    snip=4,
    set_id="837",
    loops="2300",
    segment="CLM",
    only=where(5, is_ambulance),
)
def ambulance_transport(claim: Branch, look: Look) -> Iterator[Spot]:
    """CR1, pick-up and drop-off where the place of service is an ambulance."""
    has_words = first(claim, "CR1") is not None
    has_words = has_words or any(first(line, "CR1") is not None for line in lines(claim))
    has_places = all(
        claim.child(of_claim) is not None
        or any(line.child(of_line) is not None for line in lines(claim))
        for of_claim, of_line in (("2310E", "2420G"), ("2310F", "2420H"))
    )
    if not has_words or not has_places:
        yield claim, first(claim, "CLM"), "CLM05-1"


@edit(
    "clia-number",
    "a waived test names no CLIA number",
    snip=4,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_waived),
)
def clia_number(line: Branch, look: Look) -> Iterator[Spot]:
    """REF*X4 where a line has the modifier QW."""
    if not (first(line.parent, "REF", "X4") or first(line, "REF", "X4")):
        yield line, first(line, "SV1"), "SV101"


@edit(
    "epsdt-referral",
    "a screening does not say whom it referred to",
    snip=4,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=one_of("Y", place=11),
)
def epsdt_referral(line: Branch, look: Look) -> Iterator[Spot]:
    """CRC*ZZ where a line has SV111."""
    if first(line.parent, "CRC", "ZZ") is None:
        yield line, first(line, "SV1"), "SV111"


@edit(
    "drug-quantity",
    "nothing of a drug was given",
    snip=4,
    set_id="837",
    loops="2410",
    segment="CTP",
)
def drug_quantity(drug: Branch, look: Look) -> Iterator[Spot]:
    """CTP04 is more than nothing."""
    segment = first(drug, "CTP")
    if at(segment, 4) and Decimal(at(segment, 4)) <= 0:
        yield drug, segment, "CTP04"
