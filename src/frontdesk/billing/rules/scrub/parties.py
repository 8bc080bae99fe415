"""Checks on who bills, who gave the service, who is insured, and who the patient is.

Sources: 005010X222A1 (45 CFR 162.1102), 45 CFR 162.406 (NPI).
"""

import re

from frontdesk.billing.rules.facts import ClaimFacts
from frontdesk.billing.rules.scrub.registry import HOLD, WARN, check
from frontdesk.practice.rules import is_npi, is_tax_id

PO_BOX = re.compile(r"\bp\.?\s*o\.?\s*box\b|\bpost office box\b", re.IGNORECASE)
TAXONOMY = re.compile(r"[0-9A-Z]{9}X")
MEMBER_ID = re.compile(r"[0-9A-Za-z]{2,30}")
NINE_DIGITS = 9


@check(
    "practice.npi",
    HOLD,
    "The practice has no valid NPI.",
    "Enter the practice's NPI in Settings, Practice. Its last digit is a check digit.",
)
def _(claim: ClaimFacts) -> bool:
    return not is_npi(claim.practice.npi)


@check(
    "practice.tax_id",
    HOLD,
    "The practice has no tax id.",
    "Enter the nine digits of the practice's tax id in Settings, Practice.",
)
def _(claim: ClaimFacts) -> bool:
    return not is_tax_id(claim.practice.tax_id)


@check(
    "practice.taxonomy",
    HOLD,
    "The practice has no taxonomy code.",
    "Enter the ten-character taxonomy code in Settings, Practice, as enrolled with the payer.",
)
def _(claim: ClaimFacts) -> bool:
    return not TAXONOMY.fullmatch(claim.practice.taxonomy)


@check(
    "practice.phone",
    HOLD,
    "The practice has no phone number that a payer could call.",
    "Enter a ten-digit phone number in Settings, Practice.",
)
def _(claim: ClaimFacts) -> bool:
    return len(re.sub(r"\D", "", claim.practice.phone)) < 10


@check(
    "practice.address",
    HOLD,
    "The practice's address is not complete.",
    "Enter street, city, state and ZIP in Settings, Practice.",
)
def _(claim: ClaimFacts) -> bool:
    return not claim.practice.address.is_whole


@check(
    "practice.po_box",
    HOLD,
    "The practice's address is a PO box. Payers want a street address here.",
    "Enter the street address in Settings, Practice. Payments can still go to a PO box.",
)
def _(claim: ClaimFacts) -> bool:
    address = claim.practice.address
    return bool(PO_BOX.search(f"{address.line1} {address.line2}"))


@check(
    "practice.zip",
    HOLD,
    "The practice's ZIP has no nine digits.",
    "Enter the ZIP with its last four digits, like 43215-1000, in Settings, Practice.",
)
def _(claim: ClaimFacts) -> bool:
    return len(claim.practice.address.zip_digits) != NINE_DIGITS


@check(
    "provider.npi",
    HOLD,
    "The provider has no valid NPI.",
    "Enter the provider's NPI in Settings, Providers. Its last digit is a check digit.",
)
def _(claim: ClaimFacts) -> bool:
    return not is_npi(claim.provider.npi)


@check(
    "provider.taxonomy",
    WARN,
    "The provider has no taxonomy code.",
    "Enter it in Settings, Providers, if this payer tells specialties apart.",
)
def _(claim: ClaimFacts) -> bool:
    return not TAXONOMY.fullmatch(claim.provider.taxonomy)


@check(
    "payer.id",
    HOLD,
    "The payer has no payer id.",
    "Enter the id under which the clearinghouse knows this payer, in Settings, Payers.",
)
def _(claim: ClaimFacts) -> bool:
    return not claim.payer.payer_id.strip()


@check(
    "payer.takes_claims",
    HOLD,
    "This payer takes no claims by computer.",
    "Print the claim and mail it, or turn electronic claims on in Settings, Payers.",
)
def _(claim: ClaimFacts) -> bool:
    return not claim.payer.takes_claims


@check(
    "payer.enrolment",
    HOLD,
    "The practice is not enrolled with this payer for claims",
    "Ask the payer or the clearinghouse for the enrolment, and note it under Settings, Payers, "
    "Enrolments. The claim goes by itself to the ready ones as soon as it counts.",
)
def _(claim: ClaimFacts) -> str:
    return claim.payer.not_enrolled


@check(
    "subscriber.member_id",
    HOLD,
    "The member id is missing or has characters that no payer uses.",
    "Read the member id from the insurance card and correct it in the patient's insurance.",
)
def _(claim: ClaimFacts) -> bool:
    return not MEMBER_ID.fullmatch(re.sub(r"[\s-]", "", claim.policy.member_id))


@check(
    "subscriber.name",
    HOLD,
    "The name of the insured person is not complete.",
    "Enter first and last name as on the insurance card.",
)
def _(claim: ClaimFacts) -> bool:
    return not (claim.subscriber.first.strip() and claim.subscriber.last.strip())


@check(
    "subscriber.birth_date",
    HOLD,
    "The birth date of the insured person is missing.",
    "Ask the patient, and enter it in the patient's insurance.",
)
def _(claim: ClaimFacts) -> bool:
    return claim.subscriber.birth_date is None


@check(
    "subscriber.address",
    HOLD,
    "The address of the insured person is not complete.",
    "Enter street, city, state and ZIP in the patient's chart or insurance.",
)
def _(claim: ClaimFacts) -> bool:
    return claim.is_subscriber and not claim.subscriber.address.is_whole


@check(
    "patient.address",
    HOLD,
    "The patient's address is not complete.",
    "Enter street, city, state and ZIP in the patient's chart.",
)
def _(claim: ClaimFacts) -> bool:
    return not claim.is_subscriber and not claim.patient.address.is_whole


@check(
    "patient.birth_date",
    HOLD,
    "The patient's birth date is missing or lies after the visit.",
    "Correct the birth date in the patient's chart.",
)
def _(claim: ClaimFacts) -> bool:
    born = claim.patient.birth_date
    return born is None or born > claim.on


@check(
    "patient.sex",
    WARN,
    "The patient's sex is not known. Some payers send such claims back.",
    "Ask the patient what their plan has on file, and enter it in the chart.",
)
def _(claim: ClaimFacts) -> bool:
    return claim.patient.sex not in {"F", "M"}


@check(
    "patient.died",
    HOLD,
    "The visit lies after the patient's death.",
    "Correct the day of the visit or the chart.",
)
def _(claim: ClaimFacts) -> bool:
    return claim.patient.died_on is not None and claim.on > claim.patient.died_on


@check(
    "patient.self_but_other_person",
    HOLD,
    "The insurance says the patient is the insured, but the birth dates differ.",
    "Correct the birth date, or choose the right relationship in the patient's insurance.",
)
def _(claim: ClaimFacts) -> bool:
    born = claim.subscriber.birth_date
    return claim.is_subscriber and born is not None and born != claim.patient.birth_date


@check(
    "patient.dependent_is_subscriber",
    WARN,
    "The patient is entered as a dependent, but has the insured person's name and birth date.",
    "Choose “Self” in the patient's insurance if the plan is their own.",
)
def _(claim: ClaimFacts) -> bool:
    patient, subscriber = claim.patient, claim.subscriber
    return not claim.is_subscriber and (
        (patient.first.casefold(), patient.last.casefold(), patient.birth_date)
        == (subscriber.first.casefold(), subscriber.last.casefold(), subscriber.birth_date)
    )
