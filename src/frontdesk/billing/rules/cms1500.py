"""A claim on paper: what stands where on the CMS-1500 (02/12), box by box.

The form has ten letters to the inch and six lines; `line` and `column` count from 1 at its upper
left corner of type. What goes into each box follows the NUCC's instructions for the 02/12 form;
Medicare's own way with boxes 4, 7 and 11 follows IOM 100-04, chapter 26, section 10.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from frontdesk.billing.rules.facts import (
    AddressFacts,
    BeginningFacts,
    ClaimFacts,
    LineFacts,
    PersonFacts,
    PriorFacts,
)
from frontdesk.core.money import ZERO
from frontdesk.visits.rules.superbill import CAR, OTHER, PREGNANCY, WORK

LINES_ON_A_FORM = 6
FIRST_SERVICE = 44  # the line of the first service; each takes two, the upper for the drug
ON_FILE = "SIGNATURE ON FILE"
_PROGRAMMES = {"MA": 1, "MB": 1, "16": 1, "MC": 8, "CH": 15, "VA": 24, "OF": 39}
_GROUP_PLAN, _OTHER_PROGRAMME = 31, 45
_NOT_GROUP = frozenset({"WC", "AM", "LM", "TV", "ZZ", "11"})
_RELATIONSHIPS = {"18": 33, "01": 38, "19": 42}
_OTHER_RELATION = 47
_YES, _NO = 35, 41  # of box 10
_MEDICARE = frozenset({"MA", "MB"})


@dataclass(frozen=True, slots=True)
class Typed:
    """Something typed on the form: the box it belongs to, where it begins, what it says."""

    box: str
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class PaperClaim:
    """One sheet of a claim, with the total of its own lines."""

    number: int
    of: int
    total: Decimal
    typed: Sequence[Typed]

    def value(self, box: str) -> str:
        """Return what stands in a box, from left to right."""
        return " ".join(one.text for one in self.typed if one.box == box)


def paper_claims(claim: ClaimFacts) -> list[PaperClaim]:
    """Return the sheets of a claim, six lines on each, every sheet complete by itself."""
    starts = range(0, max(len(claim.lines), 1), LINES_ON_A_FORM)
    sheets = [claim.lines[start : start + LINES_ON_A_FORM] for start in starts]
    return [
        PaperClaim(
            number,
            len(sheets),
            sum((line.charge for line in lines), ZERO),
            [_clean(one) for one in _sheet(claim, lines) if one.text],
        )
        for number, lines in enumerate(sheets, start=1)
    ]


def _sheet(claim: ClaimFacts, lines: Sequence[LineFacts]) -> Iterator[Typed]:
    yield from _payer(claim)
    yield from _patient(claim)
    yield from _insured(claim)
    yield from _other_insured(claim)
    yield from _condition(claim)
    for place, line in enumerate(lines):
        yield from _service(claim, line, FIRST_SERVICE + 2 * place)
    yield from _foot(claim, lines)


def _payer(claim: ClaimFacts) -> Iterator[Typed]:
    payer = claim.payer
    yield Typed("carrier", 2, 41, payer.name)
    yield Typed("carrier", 3, 41, payer.address.line1)
    yield Typed("carrier", 4, 41, payer.address.line2)
    yield Typed("carrier", 5, 41, _city_line(payer.address))
    filing = payer.filing
    usual = _OTHER_PROGRAMME if filing in _NOT_GROUP else _GROUP_PLAN
    yield Typed("1", 8, _PROGRAMMES.get(filing, usual), "X")
    yield Typed("1a", 8, 50, claim.policy.member_id[:29])


def _patient(claim: ClaimFacts) -> Iterator[Typed]:
    patient = claim.patient
    yield Typed("2", 10, 1, _name(patient)[:28])
    yield from _day("3", 10, (31, 34, 37), patient.birth_date)
    yield from _sex("3", 10, (42, 47), patient.sex)
    yield Typed("5", 12, 1, _street(patient.address)[:28])
    yield Typed("5", 14, 1, patient.address.city[:24])
    yield Typed("5", 14, 26, patient.address.state)
    yield Typed("5", 16, 1, patient.address.zip_code)
    if not _is_medicare_first(claim):
        column = _RELATIONSHIPS.get(claim.policy.relationship, _OTHER_RELATION)
        yield Typed("6", 12, column, "X")


def _insured(claim: ClaimFacts) -> Iterator[Typed]:
    """The holder of this plan; Medicare wants it only where another plan pays first."""
    if _is_medicare_first(claim):
        yield Typed("11", 18, 50, "NONE")
        return
    holder = claim.subscriber
    yield Typed("4", 10, 50, _name(holder)[:29])
    yield Typed("7", 12, 50, _street(holder.address)[:29])
    yield Typed("7", 14, 50, holder.address.city[:23])
    yield Typed("7", 14, 74, holder.address.state)
    yield Typed("7", 16, 50, holder.address.zip_code)
    first = claim.prior if claim.payer.filing in _MEDICARE else None
    person, policy = (first.subscriber, first.policy) if first else (holder, claim.policy)
    group = policy.group_number or (policy.member_id if first else "")
    yield Typed("11", 18, 50, (group or ("NONE" if first else ""))[:29])
    if claim.began.case_number:
        yield Typed("11b", 22, 50, "Y4")
        yield Typed("11b", 22, 53, claim.began.case_number[:28])
    yield from _day("11a", 20, (53, 56, 59), person.birth_date)
    yield from _sex("11a", 20, (68, 75), person.sex)
    yield Typed("11c", 24, 50, policy.plan_name[:29])
    if claim.payer.filing not in _MEDICARE:
        yield Typed("11d", 26, 52 if claim.prior else 57, "X")


def _other_insured(claim: ClaimFacts) -> Iterator[Typed]:
    """The plan that paid before this one, and its holder."""
    prior = claim.prior
    if prior is None or claim.payer.filing in _MEDICARE:
        return
    yield Typed("9", 18, 1, _name(prior.subscriber)[:28])
    yield Typed("9a", 20, 1, (prior.policy.group_number or prior.policy.member_id)[:28])
    yield Typed("9d", 26, 1, (prior.policy.plan_name or prior.payer.name)[:28])


def _condition(claim: ClaimFacts) -> Iterator[Typed]:
    for box, line, cause in (("10a", 20, WORK), ("10b", 22, CAR), ("10c", 24, OTHER)):
        yield Typed(box, line, _YES if claim.began.cause == cause else _NO, "X")
    if claim.began.cause == CAR:
        yield Typed("10b", 22, 45, claim.began.state)
    yield Typed("12", 29, 7, ON_FILE)
    yield Typed("13", 29, 55, ON_FILE)
    yield from _beginning(claim.began)
    yield from _referring(claim)
    yield Typed("20", 36, 57, "X")
    yield Typed("21", 37, 42, "0")  # ICD-10-CM
    for place, diagnosis in enumerate(claim.diagnoses[:12]):
        column = 3 + 13 * (place % 4)
        yield Typed("21", 38 + place // 4, column, diagnosis.code.replace(".", ""))
    if claim.frequency != "1":
        yield Typed("22", 38, 50, claim.frequency)
        yield Typed("22", 38, 62, claim.payer_control_number[:18])
    yield Typed("23", 40, 50, (claim.authorization_number or claim.clia_number)[:29])


def _beginning(began: BeginningFacts) -> Iterator[Typed]:
    """When it began (14: 431, or 484 the last period), and the day of an accident (15: 439)."""
    if began.on is None:
        return
    yield from _day("14", 32, (2, 5, 8), began.on)
    yield Typed("14", 32, 17, "484" if began.cause == PREGNANCY else "431")
    if began.is_accident:
        yield Typed("15", 32, 31, "439")
        yield from _day("15", 32, (37, 40, 43), began.on)


def _referring(claim: ClaimFacts) -> Iterator[Typed]:
    """Who referred the patient, known by the NPI."""
    if claim.referred_by and claim.referred_by_npi:
        yield Typed("17", 34, 1, "DN")
        yield Typed("17", 34, 4, claim.referred_by.removeprefix("Dr. ")[:24])
        yield Typed("17b", 34, 33, claim.referred_by_npi)


def _service(claim: ClaimFacts, line: LineFacts, at: int) -> Iterator[Typed]:
    if line.ndc:
        amount = f"{line.ndc_quantity.normalize():f}" if line.ndc_quantity else ""
        ndc = line.ndc.replace("-", "")
        yield Typed("24", at - 1, 1, f"N4{ndc} {line.ndc_unit or 'UN'}{amount}")
    day = f"{line.on:%m %d %y}"
    yield Typed("24A", at, 1, day)
    yield Typed("24A", at, 10, day)
    yield Typed("24B", at, 19, claim.place_of_service)
    yield Typed("24D", at, 25, line.code)
    for place, modifier in enumerate(line.modifiers[:4]):
        yield Typed("24D", at, 33 + 3 * place, modifier)
    yield Typed("24E", at, 45, line.pointers[:4])
    yield Typed("24F", at, 50, _dollars(line.charge))
    yield Typed("24G", at, 59, str(line.units))
    if claim.payer.filing == "MC" and claim.provider.taxonomy:
        yield Typed("24I", at - 1, 65, "ZZ")
        yield Typed("24J", at - 1, 68, claim.provider.taxonomy)
    yield Typed("24J", at, 68, claim.provider.npi)


def _foot(claim: ClaimFacts, lines: Sequence[LineFacts]) -> Iterator[Typed]:
    practice, site = claim.practice, claim.site
    yield Typed("25", 56, 1, practice.tax_id.replace("-", ""))
    yield Typed("25", 56, 19, "X")
    yield Typed("26", 56, 23, claim.number[:14])
    yield Typed("27", 56, 38, "X")
    yield Typed("28", 56, 52, _dollars(sum((line.charge for line in lines), ZERO)))
    yield Typed("29", 56, 62, _dollars(_paid_before(claim.prior, lines)) if claim.prior else "")
    phone = "".join(sign for sign in practice.phone if sign.isdigit())[-10:]
    yield Typed("33", 57, 66, phone[:3])
    yield Typed("33", 57, 70, f"{phone[3:6]}-{phone[6:]}" if phone else "")
    yield from _place("32", 23, site.name, site.address, site.npi)
    yield from _place("33", 50, practice.name, practice.address, practice.npi)
    if claim.payer.filing == "MC" and practice.taxonomy:
        yield Typed("33b", 61, 63, f"ZZ{practice.taxonomy}")
    yield Typed("31", 60, 1, f"{claim.provider.first} {claim.provider.last}"[:21])
    yield Typed("31", 61, 6, f"{claim.today:%m %d %y}")


def _place(box: str, column: int, name: str, address: AddressFacts, npi: str) -> Iterator[Typed]:
    yield Typed(box, 58, column, name[:26])
    yield Typed(box, 59, column, _street(address)[:26])
    yield Typed(box, 60, column, _city_line(address)[:26])
    yield Typed(f"{box}a", 61, column, npi)


def _paid_before(prior: PriorFacts | None, lines: Sequence[LineFacts]) -> Decimal:
    """What the plan before paid for the lines of this sheet."""
    if prior is None:
        return ZERO
    places = {line.place for line in lines}
    return sum((line.paid for line in prior.lines if line.place in places), ZERO)


def _is_medicare_first(claim: ClaimFacts) -> bool:
    return claim.payer.filing in _MEDICARE and claim.prior is None


def _day(box: str, line: int, columns: tuple[int, int, int], day: date | None) -> Iterator[Typed]:
    if day is not None:
        for column, text in zip(columns, (f"{day:%m}", f"{day:%d}", f"{day:%Y}"), strict=True):
            yield Typed(box, line, column, text)


def _sex(box: str, line: int, columns: tuple[int, int], sex: str) -> Iterator[Typed]:
    if sex in {"M", "F"}:
        yield Typed(box, line, columns[0] if sex == "M" else columns[1], "X")


def _name(person: PersonFacts) -> str:
    """LAST SUFFIX, FIRST, MIDDLE, as the NUCC writes names."""
    last = f"{person.last} {person.suffix}".strip()
    return ", ".join(part for part in (last, person.first, person.middle[:1]) if part)


def _street(address: AddressFacts) -> str:
    return f"{address.line1} {address.line2}".strip()


def _city_line(address: AddressFacts) -> str:
    return f"{address.city} {address.state} {address.zip_code}".strip()


def _dollars(amount: Decimal) -> str:
    """Dollars and cents without a point, the dollars right-justified: "    148 00"."""
    return f"{amount:9.2f}".replace(".", " ")[-8:]


def _clean(one: Typed) -> Typed:
    """No punctuation but what names, phones and dates need; capitals."""
    text = one.text.upper()
    if one.box not in {"2", "4", "9", "33", "24"}:
        text = text.replace(".", "").replace("#", "")
    return replace(one, text=text)
