"""Looking for coverage by name, birth date and sex: the question, and who it found."""

from dataclasses import dataclass
from datetime import date, datetime

from frontdesk import x12
from frontdesk.coverage.exchange.eligibility import (
    Unreadable,
    fact_of,
    payer_party,
)
from frontdesk.coverage.models import Payer
from frontdesk.coverage.rules import reject_words, standing_of, treats_as_unavailable
from frontdesk.people.models import Patient
from frontdesk.practice.models import Practice

WHOLE_PLAN = ("30",)


@dataclass(frozen=True, slots=True)
class Sought:
    """What a payer said of a person it was only described."""

    is_found: bool
    because: str = ""
    member_id: str = ""
    plan_name: str = ""
    begins_on: date | None = None
    segment: int = 0


def seeking_bytes(
    patient: Patient,
    payer: Payer,
    outer: x12.Envelope,
    *,
    practice: Practice,
    service_on: date,
    trace: str,
    at: datetime,
) -> bytes:
    """Return the 270 that describes a person without a member id (X279A1: name and birth date)."""
    question = x12.EligibilityInquiry(
        payer=payer_party(payer),
        provider=x12.Party(
            name=practice.legal_name or practice.name, id_qualifier="XX", identifier=practice.npi
        ),
        subscriber=x12.Member(
            name=patient.last_name,
            first=patient.first_name,
            middle=patient.middle_name,
            birth_date=patient.birth_date,
            sex=patient.sex if patient.sex in {"F", "M"} else "",
        ),
        service_date=service_on,
        service_types=WHOLE_PLAN,
        trace=trace,
        trace_origin=f"9{practice.tax_id.replace('-', '')}",
        reference=trace[-20:],
        at=at,
    )
    return x12.write(outer, [question])


def read_sought(response: bytes, trace: str, patient: Patient) -> Sought:
    """Read what came back; raise `Unreadable` when it is worth asking again.

    A person is found only where birth date and last name agree and the plan is in force.
    """
    body = _own(response, trace)
    if body is None:
        return Sought(False, "The answer holds nothing about this patient.")
    if body.rejects and not body.benefits:
        codes = [reject.code for reject in body.rejects]
        if any(treats_as_unavailable(code) for code in codes):
            raise Unreadable(reject_words(codes[0]))
        return Sought(False, "; ".join(dict.fromkeys(reject_words(code) for code in codes))[:200])
    return _judge(body, patient)


def _judge(body: x12.EligibilityResponse, patient: Patient) -> Sought:
    person, holder = body.dependent or body.subscriber, body.subscriber
    if person is None or holder is None or not holder.identifier:
        return Sought(False, "The payer names no member ID.")
    same_name = person.name.casefold() == patient.last_name.casefold()
    if person.birth_date != patient.birth_date or not same_name:
        return Sought(False, "The payer answered about somebody else.")
    if standing_of([fact_of(one) for one in body.benefits], WHOLE_PLAN) != "active":
        return Sought(False, "The plan is not active.")
    told = next((one for one in body.benefits if one.code == "1"), body.benefits[0])
    begun = [one.start for one in person.periods if one.qualifier in {"346", "356", "291"}]
    return Sought(
        True,
        member_id=holder.identifier[:30],
        plan_name=told.plan_description[:80],
        begins_on=begun[0] if begun else None,
        segment=told.segment,
    )


def _own(response: bytes, trace: str) -> x12.EligibilityResponse | None:
    if b"IEA" not in response[-40:]:
        raise Unreadable("The answer was cut short.")
    try:
        for transaction in x12.read(response):
            for body in transaction.bodies:
                if isinstance(body, x12.EligibilityResponse) and body.trace in {trace, ""}:
                    return body
    except x12.NotX12 as error:
        raise Unreadable("The answer is not an X12 message.") from error
    return None
