"""Where a claim stands: the question to the payer (276) and its answer (277). No wire."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from frontdesk import x12
from frontdesk.billing.exchange.claims import clean
from frontdesk.billing.rules.facts import ClaimFacts
from frontdesk.billing.rules.words import standing_fix, standing_words


class UnreadableStatus(ValueError):
    """What came back is no answer to this question; it is worth asking again."""


@dataclass(frozen=True, slots=True)
class StatusSaid:
    """What a payer says of a claim: category and code, in words, with the money where it is paid.

    `segment` is the status as it came (STC), so that the words can be compared with it.
    """

    category: str
    code: str
    words: str
    how_to_fix: str
    segment: str
    payer_control: str = ""
    paid: Decimal | None = None
    paid_on: date | None = None
    payment: str = ""

    @property
    def is_unknown(self) -> bool:
        """Whether the payer does not find the claim."""
        return self.category in {"A4", "D0"}

    @property
    def is_decided(self) -> bool:
        """Whether the payer has decided the claim."""
        return self.category.startswith("F")


def status_request(
    claim: ClaimFacts, envelope: x12.Envelope, *, trace: str, payer_control: str
) -> bytes:
    """Return the 276 that asks for one claim; `trace` comes back in the answer."""
    days = [line.on for line in claim.lines] or [claim.on]
    references = [x12.Reference("EJ", claim.number)]
    if payer_control:
        references.insert(0, x12.Reference("1K", payer_control))
    inquiry = x12.ClaimStatusInquiry(
        payer=x12.Party(
            name=clean(claim.payer.name),
            id_qualifier="PI",
            identifier=claim.payer.payer_id,
        ),
        receiver=_organization(claim, "46", envelope.sender),
        provider=_organization(claim, "XX", claim.practice.npi),
        subscriber=x12.Member(
            name=clean(claim.subscriber.last),
            first=clean(claim.subscriber.first),
            id_qualifier="MI",
            identifier=clean(claim.policy.member_id).replace(" ", "").replace("-", ""),
            birth_date=claim.subscriber.birth_date,
            sex=claim.subscriber.sex,
        ),
        dependent=None if claim.is_subscriber else _dependent(claim),
        trace=trace,
        references=references,
        charge=claim.total,
        service_date=min(days),
        service_end=max(days) if max(days) != min(days) else None,
        at=envelope.at,
    )
    return x12.write(envelope, [inquiry])


def status_answer(content: bytes, *, trace: str) -> StatusSaid:
    """Return what a 277 says in answer to the question with this trace."""
    try:
        bodies = [body for transaction in x12.read(content) for body in transaction.bodies]
    except x12.NotX12 as error:
        raise UnreadableStatus("The answer is no X12 message.") from error
    answers = [body for body in bodies if isinstance(body, x12.ClaimStatusResponse)]
    ours = next((one for one in answers if one.trace == trace), None)
    if ours is None:
        raise UnreadableStatus("There is no answer to this question in what came back.")
    if not ours.statuses:
        raise UnreadableStatus("The answer names no status.")
    said = next((one for one in ours.statuses if one.is_final), ours.statuses[0])
    return StatusSaid(
        category=said.category,
        code=said.code,
        words=standing_words(said.category, said.code),
        how_to_fix=standing_fix(said.category, said.code),
        segment=_segment(said),
        payer_control=ours.payer_control,
        paid=said.paid,
        paid_on=said.paid_on,
        payment=said.payment,
    )


def _organization(claim: ClaimFacts, qualifier: str, identifier: str) -> x12.Party:
    return x12.Party(name=clean(claim.practice.name), id_qualifier=qualifier, identifier=identifier)


def _dependent(claim: ClaimFacts) -> x12.Member:
    return x12.Member(
        name=clean(claim.patient.last),
        first=clean(claim.patient.first),
        birth_date=claim.patient.birth_date,
        sex=claim.patient.sex,
    )


def _segment(said: x12.ClaimStatus) -> str:
    """The status as the payer wrote it: category, code, entity, day, charge, payment."""
    parts = [
        f"{said.category}:{said.code}" + (f":{said.entity}" if said.entity else ""),
        f"{said.on:%Y%m%d}" if said.on else "",
        "",
        str(said.amount) if said.amount is not None else "",
        str(said.paid) if said.paid is not None else "",
    ]
    return "STC*" + "*".join(parts).rstrip("*")
