"""270 and 271 loops into inquiries and responses."""

from collections.abc import Callable, Iterator

from frontdesk.x12.bind import values as v
from frontdesk.x12.models.common import Extra, Member, Party, Period, Procedure
from frontdesk.x12.models.eligibility import (
    Benefit,
    BenefitDetail,
    Delivery,
    EligibilityInquiry,
    EligibilityResponse,
    Reject,
)
from frontdesk.x12.models.message import Body
from frontdesk.x12.tree import Branch


class InquiryReader:
    """Builds an inquiry for each person asked about."""

    unit = "none"

    def __init__(self, take: Callable[[Body], None]) -> None:
        """`take` receives each inquiry."""
        self._take = take

    def finish(self, root: Branch) -> None:
        """Walk the levels of the whole set."""
        opening = root.take("BHT")
        for source in root.each("2000A"):
            payer = _party(source.child("2100A"))
            for receiver in source.each("2000B"):
                provider = _party(receiver.child("2100B"))
                for level in receiver.each("2000C"):
                    for found in _inquiries(level, payer, provider):
                        found.reference = v.at(opening, 3)
                        found.at = v.moment(v.at(opening, 4), v.at(opening, 5))
                        self._take(found)


class ResponseReader:
    """Builds a response for each person answered about, or for a question refused whole."""

    unit = "none"

    def __init__(self, take: Callable[[Body], None]) -> None:
        """`take` receives each response."""
        self._take = take

    def finish(self, root: Branch) -> None:
        """Walk the levels of the whole set."""
        opening = root.take("BHT")
        for source in root.each("2000A"):
            for found in _responses(source):
                found.reference = v.at(opening, 3)
                found.at = v.moment(v.at(opening, 4), v.at(opening, 5))
                self._take(found)


def _inquiries(level: Branch, payer: Party, provider: Party) -> Iterator[EligibilityInquiry]:
    name = level.child("2100C")
    subscriber = _member(name)
    trace = level.take("TRN")
    dependents = list(level.each("2000D"))
    if not dependents or (name and name.child("2110C")):
        yield _inquiry(name, "2110C", trace, payer, provider, subscriber, None)
    for dependent in dependents:
        person = dependent.child("2100D")
        own = dependent.take("TRN") or trace
        member = _member(person)
        yield _inquiry(person, "2110D", own, payer, provider, subscriber, member)


def _inquiry(
    person: Branch | None,
    loop: str,
    trace: list[str] | None,
    payer: Party,
    provider: Party,
    subscriber: Member,
    dependent: Member | None,
) -> EligibilityInquiry:
    asked = dependent or subscriber
    service = next((p for p in asked.periods if p.qualifier == "291"), None)
    asked.periods = tuple(p for p in asked.periods if p is not service)
    types: list[str] = []
    procedures: list[Procedure] = []
    questions = list(person.each(loop)) if person else []
    for question in questions:
        head = question.take("EQ")
        types += [t for t in v.at(head, 1).split("^") if t]
        procedures += [v.procedure(v.at(head, 2))] if v.at(head, 2) else []
    return EligibilityInquiry(
        payer=payer,
        provider=provider,
        subscriber=subscriber,
        dependent=dependent,
        service_date=service.start if service else None,
        service_end=service.end if service else None,
        service_types=tuple(types),
        procedures=tuple(procedures),
        trace=v.at(trace, 2),
        trace_origin=v.at(trace, 3),
        extra=tuple(e for q in questions for e in v.deep_rest(q)) + _extra(person),
    )


def _responses(source: Branch) -> Iterator[EligibilityResponse]:
    name = source.child("2100A")
    rejects = _rejects(source, "payer") + (_rejects(name, "payer") if name else ())
    payer = _party(name)
    receivers = list(source.each("2000B"))
    if not receivers:
        yield EligibilityResponse(payer=payer, rejects=rejects)
    for receiver in receivers:
        asker = receiver.child("2100B")
        refused = rejects + (_rejects(asker, "provider") if asker else ())
        provider = _party(asker)
        levels = list(receiver.each("2000C"))
        if not levels:
            yield EligibilityResponse(payer=payer, provider=provider, rejects=refused)
        for level in levels:
            yield from _answers(level, payer, provider, refused)


def _answers(
    level: Branch, payer: Party, provider: Party, rejects: tuple[Reject, ...]
) -> Iterator[EligibilityResponse]:
    name = level.child("2100C")
    rejects += _rejects(name, "subscriber") if name else ()
    subscriber = _member(name)
    dependents = list(level.each("2000D"))
    mine = tuple(_benefits(name, "2110C")) if name else ()
    if not dependents or mine:
        answer = EligibilityResponse(
            payer=payer, provider=provider, subscriber=subscriber, benefits=mine, rejects=rejects
        )
        _trace(answer, level)
        answer.extra = _extra(name)
        yield answer
    for dependent in dependents:
        person = dependent.child("2100D")
        refused = rejects + (_rejects(person, "dependent") if person else ())
        answer = EligibilityResponse(
            payer=payer,
            provider=provider,
            subscriber=subscriber,
            dependent=_member(person),
            benefits=tuple(_benefits(person, "2110D")) if person else (),
            rejects=refused,
        )
        _trace(answer, dependent if any(s[0] == "TRN" for s in dependent.segments) else level)
        answer.extra = _extra(person)
        yield answer


def _trace(answer: EligibilityResponse, level: Branch) -> None:
    """TRN*2 is the asker's own trace coming back, TRN*1 the payer's."""
    for trace in level.take_all("TRN"):
        if v.at(trace, 1) == "2":
            answer.trace, answer.trace_origin = v.at(trace, 2), v.at(trace, 3)
        else:
            answer.payer_trace, answer.payer_trace_origin = v.at(trace, 2), v.at(trace, 3)


def _benefits(person: Branch, loop: str) -> Iterator[Benefit]:
    for branch in person.each(loop):
        yield _benefit(branch)


def _benefit(branch: Branch) -> Benefit:
    head = branch.take("EB") or []
    branch.take_all("LS")
    branch.take_all("LE")
    found = Benefit(
        code=v.at(head, 1),
        coverage_level=v.at(head, 2),
        service_types=tuple(t for t in v.at(head, 3).split("^") if t),
        insurance_type=v.at(head, 4),
        plan_description=v.at(head, 5),
        period_qualifier=v.at(head, 6),
        amount=v.number(v.at(head, 7)),
        percent=v.number(v.at(head, 8)),
        quantity_qualifier=v.at(head, 9),
        quantity=v.number(v.at(head, 10)),
        authorization_required=v.at(head, 11),
        in_network=v.at(head, 12),
        procedure=v.procedure(v.at(head, 13)) if v.at(head, 13) else None,
        loop=branch.id,
        segment=branch.number,
        position=branch.offset,
    )
    if branch.segments:
        found.deliveries = tuple(delivery(s) for s in branch.take_all("HSD"))
        found.references = v.references(branch.take_all("REF"))
        found.periods = v.periods(branch.take_all("DTP"))
        found.rejects = _rejects(branch, "benefit")
        found.messages = tuple(v.at(s, 1) for s in branch.take_all("MSG"))
    found.details = tuple(_detail(b) for b in branch.each("2115C", "2115D"))
    found.related = tuple(v.party(b) for b in branch.each("2120C", "2120D"))
    return found


def delivery(segment: list[str]) -> Delivery:
    """An HSD."""
    periods = v.at(segment, 6)
    return Delivery(
        quantity_qualifier=v.at(segment, 1),
        quantity=v.number(v.at(segment, 2)),
        unit=v.at(segment, 3),
        sample=v.number(v.at(segment, 4)),
        period_qualifier=v.at(segment, 5),
        periods=int(periods) if periods else None,
        calendar=v.at(segment, 7),
        pattern=v.at(segment, 8),
    )


def _detail(branch: Branch) -> BenefitDetail:
    segment = branch.take("III")
    return BenefitDetail(
        qualifier=v.at(segment, 1),
        code=v.at(segment, 2),
        category=v.at(segment, 3),
        text=v.at(segment, 4),
    )


def _rejects(branch: Branch, level: str) -> tuple[Reject, ...]:
    return tuple(
        Reject(
            level=level,
            code=v.at(s, 3),
            follow_up=v.at(s, 4),
            is_valid_request=v.at(s, 1) == "Y",
            segment=branch.number,
        )
        for s in branch.take_all("AAA")
    )


def _party(branch: Branch | None) -> Party:
    return v.party(branch) if branch else Party()


def _member(branch: Branch | None) -> Member:
    if branch is None:
        return Member()
    found = v.member(branch)
    found.periods = _periods(branch)
    kin = branch.take("INS")
    found.relationship = v.at(kin, 2)
    return found


def _periods(branch: Branch) -> tuple[Period, ...]:
    return v.periods(branch.take_all("DTP"))


def _extra(person: Branch | None) -> tuple[Extra, ...]:
    return v.rest(person) if person else ()
