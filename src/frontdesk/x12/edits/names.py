"""Edits on names, numbers and days, the same in every transaction set."""

import operator
import re
from collections.abc import Iterator
from decimal import Decimal

from frontdesk.x12.edits.codes import TAXONOMY
from frontdesk.x12.edits.registry import Look, Spot, at, day, each, edit, first, one_of, where
from frontdesk.x12.tree import Branch

_TAXONOMY = re.compile(r"[1-4][0-9]{2}[0-9A-Z]{6}X")  # NUCC: groups 10 to 44
_HOME = {"", "US", "USA"}
_BOX = re.compile(r"\b(?:P\.?\s*O\.?|POST\s+OFFICE)\s*BOX\b|^BOX\s+\d", re.IGNORECASE)
_SPANS = {"RD8": 8, "RDT": 12}
_PAIRS = (
    ("435", "096"),
    ("360", "361"),
    ("090", "091"),
    ("297", "296"),  # last worked, return to work
    ("007", "036"),
    ("346", "347"),
    ("348", "349"),
    ("356", "357"),
)
# What stands for a member number that nobody knew.
_NO_NUMBER = frozenset({"UNKNOWN", "UNK", "NONE", "NA", "N/A", "PENDING", "TBD", "SELF", "TEST"})
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_AHEAD = {"444", "471", "304", "454", "431", "484", "439", "573", "455", "050", "096"}


@edit(
    "taxonomy-form",
    "the provider's speciality is no taxonomy code",
    snip=5,
    set_id="*",
    segment="PRV",
    alone=True,
)
def taxonomy_form(branch: Branch, look: Look) -> Iterator[Spot]:
    """PRV03 has ten characters, the last an X; with a code list, it is one of it."""
    for segment in each(branch, "PRV"):
        code = at(segment, 3)
        if at(segment, 2) == "PXC" and (
            not _TAXONOMY.fullmatch(code) or look.refuses(TAXONOMY, code, look.made_on)
        ):
            yield branch, segment, "PRV03"


@edit(
    "span-reversed",
    "the span of days ends before it begins",
    snip=6,
    set_id="*",
    segment="DTP",
    only=one_of(*_SPANS, place=2),
)
def span_reversed(branch: Branch, look: Look) -> Iterator[Spot]:
    """The second day of an RD8 is not before the first."""
    for segment in each(branch, "DTP"):
        size = _SPANS.get(at(segment, 2))
        if size is not None:
            start, _, end = at(segment, 3).partition("-")
            if end[:size] < start[:size]:
                yield branch, segment, "DTP03"


@edit(
    "end-before-start",
    "something ends before it begins",
    snip=6,
    set_id="*",
    segment="DTP",
    only=one_of(*(ends for _, ends in _PAIRS)),
)
def end_before_start(branch: Branch, look: Look) -> Iterator[Spot]:
    """Discharge after admission, and the like, where both stand in one loop."""
    for begins, ends in _PAIRS:
        start, end = first(branch, "DTP", begins), first(branch, "DTP", ends)
        if start is not None and end is not None and at(end, 3)[:8] < at(start, 3)[:8]:
            yield branch, end, "DTP03"


@edit(
    "born-later", "somebody is born after the message was made", snip=6, set_id="*", segment="DMG"
)
def born_later(branch: Branch, look: Look) -> Iterator[Spot]:
    """A birth date is not after the day of the message, nor 130 years before it."""
    for segment in each(branch, "DMG"):
        born = day(at(segment, 2))
        made = look.made_on
        if born and made and (born > made or made.year - born.year > 130):
            yield branch, segment, "DMG02"


@edit(
    "date-ahead",
    "something that has happened is dated after the message",
    snip=6,
    set_id="*",
    segment="DTP",
    only=one_of(*_AHEAD),
)
def date_ahead(branch: Branch, look: Look) -> Iterator[Spot]:
    """Onset, accident, last visit, adjudication: none is after the day of the message."""
    made = look.made_on
    for segment in each(branch, "DTP"):
        if made and at(segment, 1) in _AHEAD and (day(at(segment, 3)) or made) > made:
            yield branch, segment, "DTP03"


@edit(
    "organization-first-name",
    "an organization has no first name",
    snip=4,
    set_id="*",
    loops="2010AA 2010BA 2310B 2330A 2420A 2100A 2100B 2100C 2010A 2010B",
    segment="NM1",
    only=one_of("2", place=2),
)
def organization_first_name(branch: Branch, look: Look) -> Iterator[Spot]:
    """NM104 is for people."""
    for segment in each(branch, "NM1"):
        if at(segment, 2) == "2" and at(segment, 4):
            yield branch, segment, "NM104"


@edit("reference-repeated", "the same number is given twice", snip=6, set_id="*", segment="REF")
def reference_repeated(branch: Branch, look: Look) -> Iterator[Spot]:
    """No REF is said twice in one loop."""
    seen: set[tuple[str, ...]] = set()
    for segment in each(branch, "REF"):
        said = tuple(segment)
        if said in seen:
            yield branch, segment, "REF02"
        seen.add(said)


@edit(
    "number-form",
    "the number does not have the form of its kind",
    snip=5,
    set_id="*",
    loops="2010AA 2010AC 2010BA 2010CA 2330A 2100B 2100C 1000B 2010B",
    segment="REF",
    only=one_of("EI", "SY"),
)
def number_form(branch: Branch, look: Look) -> Iterator[Spot]:
    """A tax id (EI) and a social security number (SY) have nine digits, without signs between."""
    for segment in each(branch, "REF", "EI", "SY"):
        digits = at(segment, 2)
        if len(digits) != 9 or not digits.isdigit() or len(set(digits)) == 1:
            yield branch, segment, "REF02"


@edit(
    "billing-address-box",
    "the billing provider's address is a post office box",
    snip=4,
    set_id="837",
    loops="2010AA 2310C 2420C",
)
def billing_address_box(branch: Branch, look: Look) -> Iterator[Spot]:
    """Where services are given and who bills is a street, not a box (005010X222)."""
    for segment in each(branch, "N3"):
        if _BOX.search(at(segment, 1)) or _BOX.search(at(segment, 2)):
            yield branch, segment, "N301"


@edit(
    "billing-postal-code",
    "the billing provider's postal code has nine digits",
    snip=4,
    set_id="837",
    loops="2010AA 2310C",
)
def billing_postal_code(branch: Branch, look: Look) -> Iterator[Spot]:
    """A full nine-digit code where services are billed and given (005010X222)."""
    for segment in each(branch, "N4"):
        if at(segment, 4) in _HOME and len(at(segment, 3)) != 9:
            yield branch, segment, "N403"


@edit(
    "provider-unidentified",
    "the provider has neither an NPI nor another number",
    snip=4,
    set_id="837",
    loops="2010AA 2310A 2310B 2310D 2420A 2420D 2420F",
    segment="NM1",
    only=where(9, operator.not_),
)
def provider_unidentified(branch: Branch, look: Look) -> Iterator[Spot]:
    """NM109, or a REF of the payer's own."""
    name = first(branch, "NM1")
    if not at(name, 9) and first(branch, "REF", "0B", "1G", "G2", "LU") is None:
        yield branch, name, "NM109"


@edit(
    "amount-sense",
    "an amount of this kind is not negative",
    snip=6,
    set_id="837",
    loops="2300 2320 2400 2430",
)
def amount_sense(branch: Branch, look: Look) -> Iterator[Spot]:
    """Nobody is charged or pays less than nothing on a claim."""
    for name, place in (("CLM", 2), ("AMT", 2), ("SV1", 2), ("SVD", 2)):
        for segment in each(branch, name):
            if at(segment, place).startswith("-") and Decimal(at(segment, place)) < 0:
                yield branch, segment, f"{name}{place:02}"


@edit("phone-form", "the number is not one of ten digits", snip=5, set_id="*", segment="PER")
def phone_form(branch: Branch, look: Look) -> Iterator[Spot]:
    """PER04, 06 and 08 after TE or FX: area code and number, without signs between."""
    for segment in each(branch, "PER"):
        for place in (3, 5, 7):
            number = at(segment, place + 1)
            if at(segment, place) in ("TE", "FX") and not (len(number) == 10 and number.isdigit()):
                yield branch, segment, f"PER{place + 1:02}"


@edit(
    "first-name-missing",
    "a person has no first name",
    snip=4,
    set_id="837",
    loops="2010AA 2010BA 2010CA 2310A 2310B 2310D 2330A 2420A 2420D 2420E 2420F",
    segment="NM1",
    only=where(4, operator.not_),
)
def first_name_missing(branch: Branch, look: Look) -> Iterator[Spot]:
    """NM104 is given for whoever has one; hardly anybody has none."""
    segment = first(branch, "NM1")
    if at(segment, 2) == "1" and not at(segment, 4):
        yield branch, segment, "NM104"


@edit(
    "death-ahead", "somebody dies after the message was made", snip=6, set_id="837", segment="PAT"
)
def death_ahead(branch: Branch, look: Look) -> Iterator[Spot]:
    """PAT06 is no day to come."""
    for segment in each(branch, "PAT"):
        died = day(at(segment, 6))
        if died and look.made_on and died > look.made_on:
            yield branch, segment, "PAT06"


@edit("mail-form", "the address is none of electronic mail", snip=5, set_id="*", segment="PER")
def mail_form(branch: Branch, look: Look) -> Iterator[Spot]:
    """PER04, 06 and 08 after EM: a name, an at sign and a domain."""
    for segment in each(branch, "PER"):
        for place in (3, 5, 7):
            if at(segment, place) == "EM" and not _MAIL.fullmatch(at(segment, place + 1)):
                yield branch, segment, f"PER{place + 1:02}"


@edit(
    "member-number-filler",
    "the member number stands for none",
    snip=6,
    set_id="*",
    loops="2010BA 2330A 2100C",
)
def member_number_filler(branch: Branch, look: Look) -> Iterator[Spot]:
    """NM109 of a member is no word that fills the place, nor one sign many times."""
    segment = first(branch, "NM1")
    number = at(segment, 9)
    is_one_sign = len(number) > 4 and len(set(number)) == 1
    if at(segment, 8) == "MI" and (number in _NO_NUMBER or is_one_sign):
        yield branch, segment, "NM109"


@edit("extension-alone", "an extension follows no telephone", snip=4, set_id="*", segment="PER")
def extension_alone(branch: Branch, look: Look) -> Iterator[Spot]:
    """EX belongs to the TE right before it."""
    for segment in each(branch, "PER"):
        for place in (3, 5, 7):
            if at(segment, place) == "EX" and (place == 3 or at(segment, place - 2) != "TE"):
                yield branch, segment, f"PER{place:02}"


@edit(
    "trace-company",
    "who gave the trace is not told in the form asked for",
    snip=4,
    set_id="*",
    loops="2000C 2000D 2000E 2000F",
    segment="TRN",
)
def trace_company(branch: Branch, look: Look) -> Iterator[Spot]:
    """TRN03 begins with 1 (EIN), 3 (DUNS) or 9 (one's own number)."""
    for segment in each(branch, "TRN"):
        if at(segment, 3) and at(segment, 3)[0] not in "139":
            yield branch, segment, "TRN03"
