"""Edits on professional claims: what a kind of service asks for, and what two parts deny."""

from collections.abc import Iterator

from frontdesk.x12.edits.claim import about, coverage, lines, procedure
from frontdesk.x12.edits.claim_sense import patient
from frontdesk.x12.edits.registry import Look, Spot, at, day, each, edit, first, one_of, where
from frontdesk.x12.tree import Branch

_MANIPULATIONS = frozenset({"98940", "98941", "98942"})
_MAMMOGRAMS = frozenset({"77063", "77065", "77066", "77067"})
_MEDICARE = "MB"
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
