"""Authorizations ⇄ the 278: what is asked of a reviewer, and what its answer means."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from frontdesk import x12
from frontdesk.coverage.exchange.eligibility import (
    Unreadable,
    dependent_of,
    payer_party,
    subscriber_of,
)
from frontdesk.coverage.models import Authorization, AuthorizedService
from frontdesk.coverage.rules import reject_words, treats_as_unavailable
from frontdesk.coverage.rules.certified import certified
from frontdesk.practice.models import Practice

Status = Authorization.Status
_STATUS = {
    "A1": Status.APPROVED,
    "A2": Status.PARTIAL,
    "A6": Status.PARTIAL,
    "A3": Status.DENIED,
    "A4": Status.PENDED,
    "NA": Status.NOT_NEEDED,
}
_NO_DECISION = {
    "CT": "The payer wants to be called about it.",
    "C": "The payer says that the request was taken back.",
}
_MEDICAL, _CONSULTATION = "1", "3"  # X12 UM03


@dataclass(frozen=True, slots=True)
class ReviewedLine:
    """What was decided on one service; units are those approved, None where none were named."""

    action: str
    units: int | None = None


@dataclass(slots=True)
class Reviewed:
    """An answer to a request for review. Without a status a person must look: `because` says why.

    Lines are by the trace that we gave them, and by their code for payers that lose traces.
    """

    status: str | None
    action: str = ""
    number: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    because: str = ""
    reference: str = ""
    lines: dict[str, ReviewedLine] = field(default_factory=dict)
    by_code: dict[str, ReviewedLine] = field(default_factory=dict)


def review_bytes(
    authorization: Authorization,
    lines: Sequence[AuthorizedService],
    envelope: x12.Envelope,
    *,
    practice: Practice,
) -> bytes:
    """Return the whole 278 interchange; raise `x12.Unwritable` where something is missing."""
    return x12.write(envelope, [_request(authorization, lines, practice, envelope.at)])


def read_review(response: bytes, trace: str) -> Reviewed:
    """Read what came back to a request; raise `Unreadable` when it is cut short or no X12."""
    if b"IEA" not in response[-40:]:
        raise Unreadable("The answer was cut short.")
    bodies, is_refused = [], False
    try:
        for transaction in x12.read(response):
            is_refused = is_refused or transaction.set in {"999", "TA1", "997"}
            bodies += [b for b in transaction.bodies if isinstance(b, x12.AuthorizationResponse)]
    except x12.NotX12 as error:
        raise Unreadable("The answer is not an X12 message.") from error
    ours = next((b for b in bodies if b.trace == trace or (not b.trace and b.rejects)), None)
    if ours is not None:
        return _judge(ours)
    if bodies:
        return Reviewed(None, because="The answer belongs to another request. It was not used.")
    if is_refused:
        return Reviewed(None, because="The payer’s system refused our request as malformed.")
    return Reviewed(None, because="The answer holds no decision that we can read.")


def also_certified(response: str, trace: str) -> list[tuple[str, str]]:
    """Return what an answer says beyond the decision: each segment in words, and as it came."""
    try:
        transactions = list(x12.read(response.encode("latin-1")))
    except x12.NotX12:
        return []
    bodies = [
        body
        for transaction in transactions
        for body in transaction.bodies
        if isinstance(body, x12.AuthorizationResponse) and body.trace in ("", trace)
    ]
    extras = [
        extra
        for body in bodies
        for extra in (*body.extra, *(one for service in body.services for one in service.extra))
    ]
    told = [(certified(extra.elements), "*".join(extra.elements)) for extra in extras]
    return list(dict.fromkeys(told))


def _request(
    authorization: Authorization,
    lines: Sequence[AuthorizedService],
    practice: Practice,
    at: datetime,
) -> x12.AuthorizationRequest:
    policy = authorization.policy
    subscription = policy.subscription
    origin = f"9{practice.tax_id.replace('-', '')}"
    reviewer = payer_party(subscription.plan.payer)
    reviewer.entity = "X3"
    return x12.AuthorizationRequest(
        reviewer=reviewer,
        requester=x12.ReviewParty(
            name=practice.legal_name or practice.name,
            entity="1P",
            id_qualifier="XX",
            identifier=practice.npi,
        ),
        subscriber=subscriber_of(subscription, policy.patient if policy.is_own else None),
        dependent=None if policy.is_own else dependent_of(policy),
        trace=authorization.trace,
        trace_origin=origin,
        review=_review(authorization),
        periods=_periods(authorization),
        references=_references(authorization),
        diagnoses=[_diagnosis(code, place) for place, code in enumerate(authorization.diagnoses)],
        deliveries=_visits(lines),
        message=authorization.note,
        providers=_providers(authorization),
        services=[_service(line, origin) for line in lines if line.code],
        reference=authorization.trace[-20:],
        at=at,
    )


def _review(authorization: Authorization) -> x12.Review:
    is_referral = authorization.kind == Authorization.Kind.REFERRAL
    return x12.Review(
        category="SC" if is_referral else "HS",
        certification="R" if authorization.renews_id else "I",
        service_type=_CONSULTATION if is_referral else _MEDICAL,
        place="11",
        level_of_service="U" if authorization.is_urgent else "",
        release="Y",
    )


def _periods(authorization: Authorization) -> list[x12.Period]:
    starts = authorization.starts_on or authorization.service_on
    return [x12.Period("AAH", starts, authorization.ends_on)] if starts else []


def _references(authorization: Authorization) -> list[x12.Reference]:
    before = authorization.renews
    return [x12.Reference("BB", before.number)] if before and before.number else []


def _diagnosis(code: str, place: int) -> x12.ReviewDiagnosis:
    return x12.ReviewDiagnosis(code=code.replace(".", ""), qualifier="ABF" if place else "ABK")


def _visits(lines: Sequence[AuthorizedService]) -> list[x12.Delivery]:
    counted = [line.asked for line in lines if line.counts == line.Counts.VISITS and line.asked]
    return [x12.Delivery(quantity_qualifier="VS", quantity=Decimal(n)) for n in counted[:1]]


def _providers(authorization: Authorization) -> list[x12.ReviewParty]:
    found = []
    if doctor := authorization.provider:
        found.append(
            x12.ReviewParty(
                name=doctor.last_name,
                first=doctor.first_name,
                is_person=True,
                entity="SJ",
                id_qualifier="XX",
                identifier=doctor.npi,
            )
        )
    return found


def _service(line: AuthorizedService, origin: str) -> x12.ReviewedService:
    return x12.ReviewedService(
        procedure=x12.Procedure(code=line.code),
        unit="UN",
        units=Decimal(line.asked or 1),
        trace=line.pk.hex,
        trace_origin=origin,
    )


def _judge(body: x12.AuthorizationResponse) -> Reviewed:
    if body.rejects and body.decision is None and not body.services:
        return _rejected(body.rejects)
    lines = [(one, _line(one)) for one in body.services if one.decision is not None]
    action = body.decision.action if body.decision else _common([said for _, said in lines])
    period = body.effective
    told = Reviewed(
        _STATUS.get(action),
        action=action,
        number=body.number,
        starts_on=period.start if period else None,
        ends_on=period.end if period else None,
        because=_because(body, action),
        reference=next((number for number, _ in body.payer_traces), ""),
        lines={one.trace: said for one, said in lines if one.trace},
        by_code={one.procedure.code: said for one, said in lines if one.procedure},
    )
    if told.status in (Status.APPROVED, Status.PARTIAL) and not told.number:
        told.status, told.because = None, "The payer approved without a number: call for it."
    return told


def _line(service: x12.ReviewedService) -> ReviewedLine:
    action = service.decision.action if service.decision else ""
    units = None if service.units is None else int(service.units)
    return ReviewedLine(action, 0 if action == "A3" else units)


def _common(lines: Sequence[ReviewedLine]) -> str:
    """Return the decision on the whole where only its services have one."""
    actions = {line.action for line in lines}
    if len(actions) == 1:
        return actions.pop()
    if "A4" in actions:
        return "A4"
    return "A2" if actions & {"A1", "A2", "A6"} else "A3" if "A3" in actions else ""


def _because(body: x12.AuthorizationResponse, action: str) -> str:
    words = [_NO_DECISION.get(action, ""), body.message]
    words += [one.message for one in body.services]
    decided = [body.decision, *(one.decision for one in body.services)]
    codes = dict.fromkeys(code for one in decided if one for code in one.reasons)
    if codes:
        words.append(f"Reason {', '.join(codes)}")
    return ". ".join(dict.fromkeys(word.rstrip(".") for word in words if word))[:300]


def _rejected(rejects: Sequence[x12.Reject]) -> Reviewed:
    codes = [reject.code for reject in rejects]
    words = "; ".join(dict.fromkeys(reject_words(code) for code in codes))
    because = f"{words[:1].upper()}{words[1:]}."[:200]
    if any(treats_as_unavailable(code) for code in codes):
        raise Unreadable(because)
    return Reviewed(None, because=because)
