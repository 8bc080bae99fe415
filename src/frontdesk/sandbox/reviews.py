"""How the sandbox's payers answer a 278: certified, in part, changed, denied, or still reviewed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from frontdesk import x12
from frontdesk.sandbox import eligibility
from frontdesk.sandbox.state import State
from frontdesk.sandbox.world import Member, Plan, World

VALID_DAYS = 90  # a certification counts, where the request names no last day
SHORTER_DAYS = 30  # one that was modified
_WHY = {
    "A2": "Fewer units are medically necessary.",
    "A3": "Conservative treatment is not documented.",
    "A4": "A nurse reviews the request.",
    "A6": "Approved for a shorter time.",
    "NA": "No authorization is required for this service.",
}
_GIVEN = frozenset({"A1", "A2", "A6"})


@dataclass(slots=True)
class _Answer:
    """What is decided of one request, kept by its trace: asked again, the same comes back."""

    action: str
    number: str
    services: list[tuple[str, str, int]]  # code, action, units


def answer(
    request: x12.AuthorizationRequest, *, sender: str, world: World, state: State, at: datetime
) -> x12.AuthorizationResponse:
    """Return the answer to one request; what is wrong with the question is said by AAA codes."""
    response = x12.AuthorizationResponse(
        reviewer=replace(request.reviewer),
        requester=request.requester,
        subscriber=request.subscriber,
        dependent=request.dependent,
        trace=request.trace,
        trace_origin=request.trace_origin,
        reference=request.reference,
        transaction_type="18",
        at=at,
    )
    member, rejects = eligibility.find(_as_inquiry(request), world, at)
    if member is None:
        response.rejects = [_at_level(one) for one in rejects]
        return response
    decided = _decide(request, member, world.plans[member.plan], sender, state, at)
    _tell(response, request, decided, member, state, at)
    return response


def turn_away(response: x12.AuthorizationResponse) -> None:
    """Make of an answer that the payer is away: ask again later."""
    response.rejects = [x12.Reject(level="payer", code="42", follow_up="R")]
    response.requester, response.decision, response.services = None, None, ()


def _as_inquiry(request: x12.AuthorizationRequest) -> x12.EligibilityInquiry:
    day = next((period.start for period in request.periods if period.start), None)
    return x12.EligibilityInquiry(
        payer=request.reviewer,
        provider=request.requester or x12.Party(),
        subscriber=request.subscriber or x12.Member(),
        dependent=request.dependent,
        service_date=day,
    )


def _at_level(reject: x12.Reject) -> x12.Reject:
    level = "requester" if reject.level == "provider" else reject.level
    return x12.Reject(level=level, code=reject.code, follow_up=reject.follow_up)


def _decide(
    request: x12.AuthorizationRequest,
    member: Member,
    plan: Plan,
    sender: str,
    state: State,
    at: datetime,
) -> _Answer:
    """Decide a request once: the same trace gets the same answer, a pended one in its time."""
    known = state.review(sender, request.trace)
    if known is not None:
        kept = _Answer(**json.loads(known[0]))
        return kept if known[1] <= at.timestamp() else _waiting(kept)
    first = [_service(one, plan, may_wait=True) for one in _asked(request)]
    final = _answer([_service(one, plan, may_wait=False) for one in _asked(request)], state)
    waits = any(action == "A4" for _, action, _ in first)
    due = at.timestamp() + plan.review_seconds if waits else 0
    state.keep_review(sender, request.trace, json.dumps(asdict(final)), due)
    return _waiting(final) if waits else final


def _answer(services: list[tuple[str, str, int]], state: State) -> _Answer:
    actions = {action for _, action, _ in services}
    number = f"SB{state.next_number('review'):08d}" if actions & _GIVEN else ""
    return _Answer(actions.pop() if len(actions) == 1 else "A2", number, services)


def _waiting(final: _Answer) -> _Answer:
    return _Answer("A4", "", [(code, "A4", units) for code, _, units in final.services])


def _asked(request: x12.AuthorizationRequest) -> list[tuple[str, int]]:
    asked = [(one.procedure.code, int(one.units or 1)) for one in request.services if one.procedure]
    visits = [int(one.quantity) for one in request.deliveries if one.quantity]
    return asked or [("", visits[0] if visits else 1)]


def _service(asked: tuple[str, int], plan: Plan, *, may_wait: bool) -> tuple[str, str, int]:
    code, units = asked
    is_wanted = not code or code in plan.needs_authorization
    is_wanted = is_wanted or plan.service(plan.service_type(code)).needs_authorization
    action = plan.reviews.get(code, "A1") if is_wanted else "NA"
    if action == "A4" and not may_wait:
        action = "A1"
    if action == "A2":
        units = max(units // 2, 1)
    return code, action, 0 if action == "A3" else units


def _tell(
    response: x12.AuthorizationResponse,
    request: x12.AuthorizationRequest,
    decided: _Answer,
    member: Member,
    state: State,
    at: datetime,
) -> None:
    response.review = request.review
    response.decision = x12.Decision(action=decided.action, number=decided.number)
    response.message = _WHY.get(decided.action, "")
    response.payer_traces = ((f"SBR{request.trace[-8:].upper()}", "9999999999"),)
    start, end = _days(request, decided.action, at)
    if decided.action in _GIVEN:
        response.periods = [x12.Period("007", start, end)]
    response.services = _told(request.services, decided)
    if decided.number:
        for code, action, _ in decided.services:
            if action in _GIVEN:
                state.permit(member, decided.number, code, start.isoformat(), end.isoformat())


def _days(request: x12.AuthorizationRequest, action: str, at: datetime) -> tuple[date, date]:
    period = next((one for one in request.periods if one.start), None)
    start = (period.start if period else None) or at.date()
    if action == "A6":
        return start, start + timedelta(days=SHORTER_DAYS)
    return start, (period.end if period else None) or start + timedelta(days=VALID_DAYS)


def _told(asked: Sequence[x12.ReviewedService], decided: _Answer) -> list[x12.ReviewedService]:
    by_code = {code: (action, units) for code, action, units in decided.services}
    told = []
    for one in asked:
        if one.procedure is None:
            continue
        action, units = by_code[one.procedure.code]
        told.append(
            x12.ReviewedService(
                procedure=one.procedure,
                unit="UN",
                units=Decimal(units) if units else one.units,
                trace=one.trace,
                trace_origin=one.trace_origin,
                decision=x12.Decision(
                    action="A6" if action == "A2" else action,  # of one service: modified
                    number=decided.number if action in _GIVEN else "",
                ),
                message=_WHY.get(action, ""),
            )
        )
    return told
