"""Edits on professional claims: what a kind of service asks for, and what two parts deny."""

from collections.abc import Iterator

from frontdesk.x12.edits.claim import about, coverage, diagnosis, lines, procedure
from frontdesk.x12.edits.claim_sense import patient
from frontdesk.x12.edits.registry import Look, Spot, at, day, each, edit, first, one_of, where
from frontdesk.x12.tree import Branch

_MANIPULATIONS = frozenset({"98940", "98941", "98942"})
_MAMMOGRAMS = frozenset({"77063", "77065", "77066", "77067"})
_MEDICARE = "MB"
# Categories of ICD-10-CM that hold nothing but what other diseases lead to.
_MANIFESTATIONS = tuple(
    category
    for line in (
        "F02 G01 G02 G13 G26 G32 G53 G55 G59 G63 G94 G99 H22 H28 H32 H36 H42 I32 I39 I41 I43 I52",
        "I68 I79 J17 J99 K23 K67 K77 K87 L14 L45 L54 L62 L86 L99 M01 M36 M49 M63 M90 N08 N16 N22",
        "N29 N33 N37 N51 N74",
    )
    for category in line.split()
)
# Operations of one sex only: from and to which code.
_OF_WOMEN, _OF_MEN = (("56405", "59899"),), (("54000", "55899"),)


def _read(text: list[str] | None) -> str:
    return at(text, 3)[:8]


@edit(
    "served-after-death",
    "a service was given after the patient had died",
    snip=6,
    set_id="837",
    loops="2300",
)
def served_after_death(claim: Branch, look: Look) -> Iterator[Spot]:
    """DTP*472 is not after PAT06."""
    level = claim.up("2000C") or claim.up("2000B")
    died = day(at(first(level, "PAT"), 6))
    if died is None:
        return
    for line in lines(claim):
        segment = first(line, "DTP", "472")
        served = day(_read(segment))
        if served and served > died:
            yield line, segment, "DTP03"


def _is_manifestation(text: str) -> bool:
    qualifier, code = diagnosis(text)
    return qualifier == "ABK" and code.startswith(_MANIFESTATIONS)


def _is_sent_on(service: str) -> bool:
    return "90" in procedure(service)[2:6]


def _is_manipulation(service: str) -> bool:
    return procedure(service)[1] in _MANIPULATIONS


def _is_mammogram(service: str) -> bool:
    """A mammogram of which more than the reading is billed."""
    parts = procedure(service)
    return parts[1] in _MAMMOGRAMS and "26" not in parts[2:6]


@edit(
    "first-treatment-date",
    "a spinal manipulation does not say when the treatment began",
    snip=4,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_manipulation),
)
def first_treatment_date(line: Branch, look: Look) -> Iterator[Spot]:
    """DTP*454 on the claim or the line where Medicare is billed for 98940 to 98942."""
    claim = line.parent
    if claim is None or at(coverage(claim), 9) != _MEDICARE:
        return
    if first(claim, "DTP", "454") is None and first(line, "DTP", "454") is None:
        yield line, first(line, "SV1"), "SV101-2"


@edit(
    "mammography-number",
    "a mammogram does not name the certification of who made it",
    snip=4,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_mammogram),
)
def mammography_number(line: Branch, look: Look) -> Iterator[Spot]:
    """REF*EW on the claim or the line, unless only the reading is billed (26)."""
    if first(line.parent, "REF", "EW") is None and first(line, "REF", "EW") is None:
        yield line, first(line, "SV1"), "SV101-2"


@edit("procedure-sex", "the procedure is of the other sex", snip=6, set_id="837", loops="2300")
def procedure_sex(claim: Branch, look: Look) -> Iterator[Spot]:
    """Operations on reproductive organs, and births; KX says that it is meant."""
    others = {"M": _OF_WOMEN, "F": _OF_MEN}.get(patient(claim)[1], ())
    services = about(claim, look).services
    for line in lines(claim):
        service = services[id(line)]
        if len(service.code) != 5 or "KX" in service.parts[2:6]:
            continue
        if service.code.isdigit() and any(a <= service.code <= b for a, b in others):
            yield line, service.segment, "SV101-2"


@edit(
    "decision-date-twice",
    "the day of another payer's decision is given for the claim and for a line",
    snip=4,
    set_id="837",
    loops="2320",
)
def decision_date_twice(other: Branch, look: Look) -> Iterator[Spot]:
    """DTP*573 stands in 2330B or in 2430, not in both."""
    payer, claim = other.child("2330B"), other.parent
    if claim is None or first(payer, "DTP", "573") is None:
        return
    number = at(first(payer, "NM1"), 9)
    for line in lines(claim):
        for decision in line.each("2430"):
            segment = first(decision, "DTP", "573")
            if segment is not None and at(first(decision, "SVD"), 1) == number:
                yield decision, segment, "DTP03"


@edit(
    "referral-condition",
    "whether there was a referral and what came of it do not agree",
    snip=4,
    set_id="837",
    segment="CRC",
    only=one_of("ZZ"),
)
def referral_condition(branch: Branch, look: Look) -> Iterator[Spot]:
    """CRC*ZZ (well-child check): NU goes with N, and only with N."""
    for segment in each(branch, "CRC", "ZZ"):
        if (at(segment, 2) == "N") != (at(segment, 3) == "NU"):
            yield branch, segment, "CRC03"


@edit(
    "disability-span",
    "a disability is given from and to, but only one day is told",
    snip=4,
    set_id="837",
    loops="2300",
    segment="DTP",
    only=one_of("314"),
)
def disability_span(claim: Branch, look: Look) -> Iterator[Spot]:
    """DTP*314 is an RD8; a lone first or last day is 360 or 361 (005010X222A1)."""
    for segment in each(claim, "DTP", "314"):
        if at(segment, 2) == "D8":
            yield claim, segment, "DTP02"


@edit(
    "patient-misplaced",
    "what is said of the patient is said of the subscriber, who is another",
    snip=4,
    set_id="837",
    loops="2300",
)
def patient_misplaced(claim: Branch, look: Look) -> Iterator[Spot]:
    """No PAT in 2000B where the patient has a level of their own (005010X222A1)."""
    level = about(claim, look).level
    segment = first(level, "PAT") if look.dependent is not None else None
    if level is not None and segment is not None:
        yield level, segment, "PAT01"


@edit(
    "manifestation-principal",
    "what a disease leads to stands where the disease stands",
    snip=6,
    set_id="837",
    loops="2300",
    segment="HI",
    only=where(1, _is_manifestation),
)
def manifestation_principal(claim: Branch, look: Look) -> Iterator[Spot]:
    """Codes "in diseases classified elsewhere" are never first (ICD-10-CM guidelines, I.A.13)."""
    for segment in each(claim, "HI"):
        if _is_manifestation(segment[1]):
            yield claim, segment, "HI01-2"


@edit(
    "certificate-unsaid",
    "what a certificate of medical necessity says is given, but no certificate",
    snip=4,
    set_id="837",
    loops="2400",
    segment="CRC DTP",
    only=one_of("09", "463", "607"),
)
def certificate_unsaid(line: Branch, look: Look) -> Iterator[Spot]:
    """CRC*09, DTP*463 and DTP*607 come with CR3, PWK*CT or loop 2440 (005010X222A1)."""
    segment = first(line, "CRC", "09") or first(line, "DTP", "463", "607")
    if segment is None or line.child("2440") is not None:
        return
    if first(line, "CR3") is None and first(line, "PWK", "CT") is None:
        yield line, segment, f"{segment[0]}01"


@edit(
    "reference-laboratory",
    "a test was sent on to another laboratory, which is not named by its CLIA number",
    snip=4,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_sent_on),
)
def reference_laboratory(line: Branch, look: Look) -> Iterator[Spot]:
    """REF*F4 where a line has the modifier 90 (005010X222A1, CMS on reference laboratories)."""
    if first(line, "REF", "F4") is None:
        yield line, first(line, "SV1"), "SV101"
