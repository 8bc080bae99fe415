"""Edits on professional claims: what is said though nothing asks for it, or said twice."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from frontdesk.x12.edits.claim import about, is_anesthesia, lines, service
from frontdesk.x12.edits.registry import Look, Spot, at, each, edit, first, one_of
from frontdesk.x12.tree import Branch

_MEDICARE = frozenset({"MA", "MB"})
_CLIA = re.compile(r"\d\dD\d{7}")
# Loops and references of a line that are for another than the claim's: who rendered, where, who
# supervised, with the loop that names them for the whole claim.
_AGAIN = {"2420A": "2310B", "2420C": "2310C", "2420D": "2310D"}
_PROVIDERS = ("82", "77", "DQ")
_REFERENCES = ("G1", "9F", "X4")
_MANIPULATIONS = frozenset({"98940", "98941", "98942"})
_MAMMOGRAMS = frozenset({"77063", "77065", "77066", "77067"})


def _is_transport(code: str) -> bool:
    return code.startswith("A0")


# A segment of the claim (or of a line), its qualifier, and the services that ask for it.
_OF_SERVICES: tuple[tuple[str, str, str, Callable[[str], bool]], ...] = (
    ("claim", "CR1", "", _is_transport),
    ("claim", "CRC", "07", _is_transport),
    ("claim", "CR2", "", _MANIPULATIONS.__contains__),
    ("claim", "DTP", "455", _MANIPULATIONS.__contains__),
    ("claim", "REF", "EW", _MAMMOGRAMS.__contains__),
    ("line", "QTY", "PT", _is_transport),
    ("line", "QTY", "FL", is_anesthesia),
)


@edit(
    "service-unbilled",
    "something is said that belongs to a service which is not billed",
    snip=6,
    set_id="837",
    loops="2300",
)
def service_unbilled(claim: Branch, look: Look) -> Iterator[Spot]:
    """Transport, manipulation, mammogram and anesthesia: what is theirs comes with one of them."""
    codes = [asked.code for asked in about(claim, look).services.values()]
    for where, name, qualifier, fits in _OF_SERVICES:
        for branch in (claim,) if where == "claim" else lines(claim):
            segment = first(branch, name, qualifier) if qualifier else first(branch, name)
            if segment is not None and not any(map(fits, codes)):
                yield branch, segment, f"{name}01"
    for segment in each(claim, "HI", "BP"):
        if not any(map(is_anesthesia, codes)):
            yield claim, segment, "HI01-1"


@edit(
    "minutes-unwanted",
    "minutes are counted of what is no anesthesia",
    snip=6,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=one_of("MJ", place=3),
)
def minutes_unwanted(line: Branch, look: Look) -> Iterator[Spot]:
    """SV103 is MJ for anesthesia only."""
    asked = service(line, look)
    if asked.code.isdigit() and not is_anesthesia(asked.code):
        yield line, asked.segment, "SV103"


@edit(
    "acute-date-unwanted",
    "the day of an acute complaint is given, but none is told of",
    snip=4,
    set_id="837",
    loops="2300",
    segment="DTP",
    only=one_of("453"),
)
def acute_date_unwanted(claim: Branch, look: Look) -> Iterator[Spot]:
    """DTP*453 only where CR208 is A or M."""
    segment = first(claim, "DTP", "453")
    if segment is not None and at(first(claim, "CR2"), 8) not in {"A", "M"}:
        yield claim, segment, "DTP01"


@edit(
    "said-again",
    "a line says what the claim says for all lines",
    snip=4,
    set_id="837",
    loops=" ".join(["2400", *_AGAIN]),
    segment="REF NM1",
    only=one_of(*_REFERENCES, *_PROVIDERS),
)
def said_again(branch: Branch, look: Look) -> Iterator[Spot]:
    """Providers and numbers of a line are for another than those of the claim."""
    line = branch if branch.id == "2400" else branch.parent
    claim = line.parent if line is not None else None
    if claim is None:
        return
    if branch is not line:
        name = first(branch, "NM1")
        if at(name, 9) and at(name, 9) == at(first(claim.child(_AGAIN[branch.id]), "NM1"), 9):
            yield branch, name, "NM109"
        return
    told = set()
    for number in each(branch, "REF"):
        if number[1] not in _REFERENCES or number[1] in told:
            continue
        told.add(number[1])
        if number == first(claim, "REF", number[1]):
            yield branch, number, "REF02"


@edit(
    "pay-to-same",
    "where payment is sent is the billing provider's address, and is given again",
    snip=4,
    set_id="837",
    loops="2010AB",
)
def pay_to_same(branch: Branch, look: Look) -> Iterator[Spot]:
    """Loop 2010AB is for another address than that of 2010AA."""
    level, street = branch.parent, first(branch, "N3")
    billing = level.child("2010AA") if level is not None else None
    if street and street == first(billing, "N3") and first(branch, "N4") == first(billing, "N4"):
        yield branch, street, "N301"


@edit(
    "pay-to-plan",
    "a plan is to be paid, but the batch is none of a plan's own claims",
    snip=4,
    set_id="837",
    loops="2010AC",
)
def pay_to_plan(branch: Branch, look: Look) -> Iterator[Spot]:
    """Loop 2010AC only where BHT06 is 31 (subrogation)."""
    if at(first(branch.up(""), "BHT"), 6) != "31":
        yield branch, None, "NM101"


@edit(
    "contact-repeated",
    "the billing provider's contact is the submitter's, and is given again",
    snip=4,
    set_id="837",
    loops="2010AA",
    segment="PER",
)
def contact_repeated(branch: Branch, look: Look) -> Iterator[Spot]:
    """PER of 2010AA is for another than that of 1000A."""
    root = branch.up("")
    submitter = root.child("1000A") if root is not None else None
    known = each(submitter, "PER") if submitter is not None else ()
    for segment in each(branch, "PER"):
        if segment in known:
            yield branch, segment, "PER01"


@edit(
    "licence-unwanted",
    "a licence is given beside the NPI",
    snip=4,
    set_id="837",
    loops="2010AA",
    segment="REF",
    only=one_of("0B", "1G"),
)
def licence_unwanted(branch: Branch, look: Look) -> Iterator[Spot]:
    """REF*0B and 1G of 2010AA are for a provider without an NPI."""
    segment = first(branch, "REF", "0B", "1G")
    if segment is not None and at(first(branch, "NM1"), 9):
        yield branch, segment, "REF01"


@edit(
    "currency-home",
    "dollars of the United States are declared as foreign",
    snip=4,
    set_id="837",
    loops="2000A",
    segment="CUR",
    only=one_of("USD", place=2),
)
def currency_home(branch: Branch, look: Look) -> Iterator[Spot]:
    """CUR is for other currencies."""
    segment = first(branch, "CUR")
    if at(segment, 2) == "USD":
        yield branch, segment, "CUR02"


@edit(
    "uncovered-total",
    "what no payer covers is not the claim's charge",
    snip=4,
    set_id="837",
    loops="2320",
    segment="AMT",
    only=one_of("A8"),
)
def uncovered_total(other: Branch, look: Look) -> Iterator[Spot]:
    """AMT*A8 is CLM02."""
    segment = first(other, "AMT", "A8")
    charge = at(first(other.parent, "CLM"), 2)
    if segment is not None and Decimal(at(segment, 2)) != Decimal(charge):
        yield other, segment, "AMT02"


@edit(
    "referral-unsaid",
    "there is a referral's number, but nobody who referred",
    snip=4,
    set_id="837",
    loops="2300",
    segment="REF",
    only=one_of("9F"),
)
def referral_unsaid(claim: Branch, look: Look) -> Iterator[Spot]:
    """Loop 2310A (or 2420F) where there is REF*9F."""
    segment = first(claim, "REF", "9F")
    if segment is None or claim.child("2310A") is not None:
        return
    if not any(line.child("2420F") is not None for line in lines(claim)):
        yield claim, segment, "REF01"


@edit(
    "tax-above-charge",
    "the tax is more than the charge it is part of",
    snip=6,
    set_id="837",
    loops="2400",
    segment="AMT",
    only=one_of("T"),
)
def tax_above_charge(line: Branch, look: Look) -> Iterator[Spot]:
    """AMT*T is in SV102."""
    segment = first(line, "AMT", "T")
    if segment is not None and Decimal(at(segment, 2)) > Decimal(at(first(line, "SV1"), 2) or "0"):
        yield line, segment, "AMT02"


@edit(
    "laboratory-number-form",
    "the number is none of a laboratory",
    snip=5,
    set_id="837",
    loops="2300 2400",
    segment="REF",
    only=one_of("X4", "F4"),
)
def laboratory_number_form(branch: Branch, look: Look) -> Iterator[Spot]:
    """A CLIA number (X4, F4): two digits, a D, seven digits."""
    for segment in each(branch, "REF", "X4", "F4"):
        if not _CLIA.fullmatch(at(segment, 2)):
            yield branch, segment, "REF02"


@edit(
    "social-security-medicare",
    "a social security number is sent to Medicare",
    snip=4,
    set_id="837",
    loops="2300",
)
def social_security_medicare(claim: Branch, look: Look) -> Iterator[Spot]:
    """No REF*SY in 2010BA for federal programs."""
    if at(about(claim, look).coverage, 9) not in _MEDICARE:
        return
    person = look.level.child("2010BA") if look.level is not None else None
    if person is None:
        return
    segment = first(person, "REF", "SY")
    if segment is not None:
        yield person, segment, "REF01"
