"""A claim as an 837P (005010X222A1), and the envelope it travels in. No database, no wire."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from frontdesk import x12
from frontdesk.billing.rules.facts import (
    AddressFacts,
    AttachmentFacts,
    ClaimFacts,
    LineFacts,
    PayerFacts,
    PersonFacts,
    PriorFacts,
)
from frontdesk.billing.rules.scrub import HOLD, Finding
from frontdesk.core.money import ZERO
from frontdesk.practice.rules import is_npi
from frontdesk.visits.rules.superbill import CAR, PREGNANCY

LETTERS = "ABCDEFGHIJKL"
RANKS = {1: "P", 2: "S", 3: "T"}
_LONGEST_WORDS = 80  # SV101-7


def envelope(
    *, sender: str, receiver: str, control: int, at: datetime, is_production: bool
) -> x12.Envelope:
    """Return the envelope of a batch; `control` is never used twice by a practice."""
    return x12.Envelope(
        sender=sender,
        receiver=receiver,
        control=control,
        at=at,
        usage="P" if is_production else "T",
        wants_acknowledgement=True,
    )


def batch(
    claims: Sequence[ClaimFacts],
    envelope: x12.Envelope,
    *,
    receiver: str,
    reference: str,
    codes: x12.CodeSets | None = None,
) -> bytes:
    """Return the 837P of the claims; raise `x12.Unwritable` where one lacks what it needs.

    With `codes` a code that these do not know is wrong too.
    """
    bodies = [claim_body(claim, sender=envelope.sender, receiver=receiver) for claim in claims]
    return x12.write(envelope, bodies, reference=reference, codes=codes)


def unwritable(
    claim: ClaimFacts, envelope: x12.Envelope, codes: x12.CodeSets | None = None
) -> list[Finding]:
    """Return what keeps the claim from being written at all: the last of the checks."""
    try:
        batch([claim], envelope, receiver=envelope.receiver, reference="CHECK", codes=codes)
    except x12.Unwritable as error:
        return [
            Finding(
                rule="claim.form",
                severity=HOLD,
                words=f"The claim cannot be written in the payer's form: {error}"[:300],
                how_to_fix="Correct what is named in the chart, the insurance or the superbill.",
            )
        ]
    return []


def unwritable_among(
    claims: Sequence[ClaimFacts], envelope: x12.Envelope, codes: x12.CodeSets | None = None
) -> list[list[Finding]]:
    """Return what `unwritable` finds of each: all are tried in one file, alone where it fails."""
    if len(claims) > 1:
        try:
            batch(claims, envelope, receiver=envelope.receiver, reference="CHECK", codes=codes)
        except x12.Unwritable:
            pass
        else:
            return [[] for _ in claims]
    return [unwritable(claim, envelope, codes) for claim in claims]


def claim_body(claim: ClaimFacts, *, sender: str, receiver: str) -> x12.Claim:
    """Return the claim in the words of the 837P."""
    return x12.Claim(
        number=claim.number,
        charge=claim.total,
        submitter=_submitter(claim, sender),
        receiver=x12.Party(name="CLEARINGHOUSE", id_qualifier="46", identifier=receiver),
        billing=_billing(claim),
        subscriber=_subscriber(claim),
        patient=None if _is_self(claim) else _dependent(claim),
        payer=_payer(claim.payer),
        responsibility=RANKS.get(claim.level, "P"),
        insurance_type=claim.msp_type if claim.level > 1 else "",
        group_number=clean(claim.policy.group_number),
        filing=claim.payer.filing,
        diagnoses=[
            x12.Diagnosis(code=d.code.replace(".", ""), qualifier="ABF" if place else "ABK")
            for place, d in enumerate(claim.diagnoses)
        ],
        lines=[_line(line, before_of(claim)) for line in claim.lines],
        place_of_service=claim.place_of_service,
        frequency=claim.frequency,
        payer_control=claim.payer_control_number,
        accident_causes=(claim.began.cause,) if claim.began.is_accident else (),
        accident_state=claim.began.state if claim.began.cause == CAR else "",
        periods=_periods(claim),
        references=_references(claim),
        providers=_providers(claim),
        other_payers=[_other_payer(prior) for prior in before_of(claim)],
        extra=[_attachment(one) for one in claim.attachments],
        at=claim.built_at,
    )


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """Return text as the basic character set of X12 allows it: no delimiters, no line ends."""
    plain = "".join(_PLAIN.get(letter, letter) for letter in text.upper())
    return " ".join("".join(c if c in _ALLOWED else " " for c in plain).split())


_ALLOWED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"&'()+,-./;?=#@$%_")
_PLAIN = {
    "Á": "A", "À": "A", "Ä": "A", "Â": "A", "Ã": "A", "Å": "A", "Ç": "C", "É": "E", "È": "E",
    "Ê": "E", "Ë": "E", "Í": "I", "Ì": "I", "Î": "I", "Ï": "I", "Ñ": "N", "Ó": "O", "Ò": "O",
    "Ô": "O", "Ö": "O", "Õ": "O", "Ø": "O", "Ú": "U", "Ù": "U", "Û": "U", "Ü": "U", "Ý": "Y",
}  # fmt: skip


def _is_self(claim: ClaimFacts) -> bool:
    return claim.is_subscriber


def _submitter(claim: ClaimFacts, sender: str) -> x12.Party:
    return x12.Party(
        name=clean(claim.practice.name),
        id_qualifier="46",
        identifier=sender,
        contacts=[x12.Contact(name="BILLING", phone=_phone(claim.practice.phone))],
    )


def _billing(claim: ClaimFacts) -> x12.Party:
    return x12.Party(
        name=clean(claim.practice.name),
        id_qualifier="XX",
        identifier=claim.practice.npi,
        taxonomy=claim.practice.taxonomy,
        address=_address(claim.practice.address),
        references=[x12.Reference("EI", claim.practice.tax_id.replace("-", ""))],
    )


def _subscriber(claim: ClaimFacts) -> x12.Member:
    is_self = _is_self(claim)
    member = _member(claim.subscriber, claim.policy.member_id, with_details=is_self)
    member.references = _case(claim) if is_self else ()
    return member


def _member(
    person: PersonFacts, member_id: str, *, with_details: bool, relationship: str = "18"
) -> x12.Member:
    return x12.Member(
        name=clean(person.last),
        first=clean(person.first),
        middle=clean(person.middle),
        suffix=clean(person.suffix),
        id_qualifier="MI",
        identifier=clean(member_id).replace(" ", "").replace("-", ""),
        birth_date=person.birth_date if with_details else None,
        sex=person.sex if with_details else "",
        relationship=relationship if with_details else "",
        address=_address(person.address) if with_details else None,
    )


def _dependent(claim: ClaimFacts) -> x12.Member:
    patient = claim.patient
    return x12.Member(
        name=clean(patient.last),
        first=clean(patient.first),
        middle=clean(patient.middle),
        suffix=clean(patient.suffix),
        birth_date=patient.birth_date,
        sex=patient.sex,
        relationship=claim.policy.relationship,
        address=_address(patient.address),
        references=_case(claim),
    )


def _payer(payer: PayerFacts) -> x12.Party:
    return x12.Party(
        name=clean(payer.name),
        id_qualifier="PI",
        identifier=payer.payer_id,
        address=_address(payer.address) if payer.address.is_whole else None,
    )


def _providers(claim: ClaimFacts) -> list[x12.Party]:
    found = _referring(claim)
    if claim.provider.npi != claim.practice.npi:
        found.append(
            x12.Party(
                entity="82",
                is_person=True,
                name=clean(claim.provider.last),
                first=clean(claim.provider.first),
                id_qualifier="XX",
                identifier=claim.provider.npi,
                taxonomy=claim.provider.taxonomy,
            )
        )
    if claim.site.address.is_whole and claim.site.address != claim.practice.address:
        found.append(
            x12.Party(
                entity="77",
                name=clean(claim.site.name),
                id_qualifier="XX" if claim.site.npi else "",
                identifier=claim.site.npi,
                address=_address(claim.site.address),
            )
        )
    return found


def _referring(claim: ClaimFacts) -> list[x12.Party]:
    """Who referred the patient: only with an NPI, which alone says who it is."""
    first, _, last = clean(claim.referred_by.removeprefix("Dr. ")).rpartition(" ")
    if not (last and is_npi(claim.referred_by_npi)):
        return []
    npi = claim.referred_by_npi
    return [
        x12.Party(
            entity="DN", is_person=True, name=last, first=first, id_qualifier="XX", identifier=npi
        )
    ]


def _references(claim: ClaimFacts) -> list[x12.Reference]:
    found = []
    if claim.authorization_number:
        found.append(x12.Reference("G1", clean(claim.authorization_number)))
    if claim.referral_number:
        found.append(x12.Reference("9F", clean(claim.referral_number)))
    if claim.clia_number:
        found.append(x12.Reference("X4", clean(claim.clia_number)))
    if claim.chart_number:
        found.append(x12.Reference("EA", clean(claim.chart_number)))
    return found


def _periods(claim: ClaimFacts) -> list[x12.Period]:
    """The day of the accident or of the last period, or the first day ill if before the visit.

    Source: 005010X222A1 loop 2300, DTP*439, *484 and *431 (where it differs from the service).
    """
    began = claim.began
    if began.on is None:
        return []
    if began.cause == PREGNANCY:
        return [x12.Period("484", began.on)]
    if began.is_accident:
        return [x12.Period("439", began.on)]
    return [x12.Period("431", began.on)] if began.on < claim.on else []


def _case(claim: ClaimFacts) -> list[x12.Reference]:
    """The number of the accident's case at its insurance, at the patient's level."""
    number = claim.began.case_number
    return [x12.Reference("Y4", clean(number))] if number else []


def _attachment(one: AttachmentFacts) -> x12.Extra:
    """A document sent apart: its number (PWK06) brings it back to the claim."""
    number = () if one.way == "AA" else ("", "", "AC", clean(one.control))
    return x12.Extra("2300", ("PWK", one.report, one.way, *number))


def before_of(claim: ClaimFacts) -> list[PriorFacts]:
    """Return the plans that decided before this one, the first plan first."""
    nearest = [claim.prior] if claim.prior else []
    return sorted([*claim.earlier, *nearest], key=lambda prior: prior.level)


def _line(line: LineFacts, priors: Sequence[PriorFacts]) -> x12.ServiceLine:
    procedure = x12.Procedure(code=line.code, modifiers=tuple(line.modifiers))
    # Only where the code says nothing: else the guide has no words sent (005010X222A1, SV101-7).
    words = clean(line.description)[:_LONGEST_WORDS] if x12.is_unlisted(line.code) else ""
    return x12.ServiceLine(
        procedure=replace(procedure, description=words) if words else procedure,
        charge=line.charge,
        units=Decimal(line.units),
        service_date=line.on,
        pointers=tuple(LETTERS.index(letter) + 1 for letter in line.pointers),
        control=line.control,
        drug=_drug(line),
        payments=_prior_payments(line, priors, procedure),
    )


def _drug(line: LineFacts) -> x12.Drug | None:
    if not line.ndc:
        return None
    return x12.Drug(ndc=line.ndc, quantity=line.ndc_quantity, unit=line.ndc_unit or "UN")


def _prior_payments(
    line: LineFacts, priors: Sequence[PriorFacts], procedure: x12.Procedure
) -> list[x12.LinePayment]:
    """What the plans before decided on the line, with their own reasons, for this one to read."""
    return [
        x12.LinePayment(
            payer_id=prior.payer.payer_id,
            paid=decided.paid,
            procedure=procedure,
            units=Decimal(line.units),
            adjustments=[x12.Adjustment(*one) for one in sorted(decided.adjustments, key=_group)],
            paid_on=decided.paid_on,
        )
        for prior in priors
        for decided in prior.lines
        if decided.place == line.place
    ]


def _group(adjustment: tuple[str, str, Decimal]) -> str:
    """Reasons of one group stand together: a line has room for each group once (CAS)."""
    return adjustment[0]


def _other_payer(prior: PriorFacts) -> x12.OtherPayer:
    share = sum(
        (amount for line in prior.lines for group, _, amount in line.adjustments if group == "PR"),
        ZERO,
    )
    return x12.OtherPayer(
        responsibility=RANKS.get(prior.level, "P"),
        payer=_payer(prior.payer),
        subscriber=_member(
            prior.subscriber,
            prior.policy.member_id,
            with_details=True,
            relationship=prior.policy.relationship,
        ),
        group_number=clean(prior.policy.group_number),
        filing=prior.payer.filing,
        paid=prior.paid,
        remaining=share if share > ZERO else None,
    )


def _address(address: AddressFacts) -> x12.Address:
    return x12.Address(
        line1=clean(address.line1),
        line2=clean(address.line2),
        city=clean(address.city),
        state=address.state.upper(),
        postal_code=address.zip_digits,
    )


def _phone(number: str) -> str:
    return "".join(c for c in number if c.isdigit())[-10:]
