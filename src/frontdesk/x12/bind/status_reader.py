"""276 and 277 loops into questions about claims and their answers."""

from collections.abc import Callable, Iterator, Sequence

from frontdesk.x12.bind import values as v
from frontdesk.x12.models.common import Member, Party
from frontdesk.x12.models.message import Body
from frontdesk.x12.models.status import (
    ClaimStatus,
    ClaimStatusInquiry,
    ClaimStatusResponse,
    StatusLine,
)
from frontdesk.x12.tree import Branch


class StatusInquiryReader:
    """Builds a question for each claim asked about."""

    unit = "none"

    def __init__(self, take: Callable[[Body], None]) -> None:
        """`take` receives each question."""
        self._take = take

    def finish(self, root: Branch) -> None:
        """Walk the levels of the whole set."""
        opening = root.take("BHT")
        for found in _inquiries(root):
            found.reference = v.at(opening, 3)
            found.at = v.moment(v.at(opening, 4), v.at(opening, 5))
            self._take(found)


class StatusResponseReader:
    """Builds an answer for each claim answered about, or for a question refused whole."""

    unit = "none"

    def __init__(self, take: Callable[[Body], None]) -> None:
        """`take` receives each answer."""
        self._take = take

    def finish(self, root: Branch) -> None:
        """Walk the levels of the whole set."""
        opening = root.take("BHT")
        for found in _answers(root):
            found.reference = v.at(opening, 3)
            found.at = v.moment(v.at(opening, 4), v.at(opening, 5))
            self._take(found)


def _inquiries(root: Branch) -> Iterator[ClaimStatusInquiry]:
    for source in root.each("2000A"):
        payer = _party(source.child("2100A"))
        for receiver in source.each("2000B"):
            asker = _party(receiver.child("2100B"))
            for level in receiver.each("2000C"):
                yield from _provider_inquiries(level, payer, asker)


def _provider_inquiries(level: Branch, payer: Party, asker: Party) -> Iterator[ClaimStatusInquiry]:
    provider = _party(level.child("2100C"))
    for subscriber in level.each("2000D"):
        insured = _member(subscriber, "2100D")
        for claim in subscriber.each("2200D"):
            yield _inquiry(claim, payer, asker, provider, insured, None)
        for dependent in subscriber.each("2000E"):
            patient = _member(dependent, "2100E")
            for claim in dependent.each("2200E"):
                yield _inquiry(claim, payer, asker, provider, insured, patient)


def _inquiry(
    claim: Branch,
    payer: Party,
    asker: Party,
    provider: Party,
    subscriber: Member,
    dependent: Member | None,
) -> ClaimStatusInquiry:
    served = next(iter(v.periods(claim.take_all("DTP"))), None)
    return ClaimStatusInquiry(
        payer=payer,
        receiver=asker,
        provider=provider,
        subscriber=subscriber,
        dependent=dependent,
        trace=v.at(claim.take("TRN"), 2),
        references=v.references(claim.take_all("REF")),
        charge=v.number(v.at(claim.take("AMT"), 2)),
        service_date=served.start if served else None,
        service_end=served.end if served else None,
        lines=tuple(_line(line) for line in claim.each("2210D", "2210E")),
        extra=v.rest(claim),
        segment=claim.number,
    )


def _answers(root: Branch) -> Iterator[ClaimStatusResponse]:
    for source in root.each("2000A"):
        payer = _party(source.child("2100A"))
        for receiver in source.each("2000B"):
            asker = _party(receiver.child("2100B"))
            trace = receiver.child("2200B")
            if trace is not None:
                found = ClaimStatusResponse(payer=payer, receiver=asker, level="receiver")
                yield _stated(found, trace)
            for level in receiver.each("2000C"):
                yield from _provider_answers(level, payer, asker)


def _provider_answers(level: Branch, payer: Party, asker: Party) -> Iterator[ClaimStatusResponse]:
    provider = _party(level.child("2100C"))
    trace = level.child("2200C")
    if trace is not None:
        found = ClaimStatusResponse(
            payer=payer, receiver=asker, provider=provider, level="provider"
        )
        yield _stated(found, trace)
    for subscriber in level.each("2000D"):
        insured = _member(subscriber, "2100D")
        for claim in subscriber.each("2200D"):
            yield _answer(claim, payer, asker, provider, insured, None)
        for dependent in subscriber.each("2000E"):
            patient = _member(dependent, "2100E")
            for claim in dependent.each("2200E"):
                yield _answer(claim, payer, asker, provider, insured, patient)


def _answer(
    claim: Branch,
    payer: Party,
    asker: Party,
    provider: Party,
    subscriber: Member,
    dependent: Member | None,
) -> ClaimStatusResponse:
    found = ClaimStatusResponse(
        payer=payer,
        receiver=asker,
        provider=provider,
        subscriber=subscriber,
        dependent=dependent,
        lines=tuple(_line(line) for line in claim.each("2220D", "2220E")),
    )
    return _stated(found, claim)


def _stated(found: ClaimStatusResponse, branch: Branch) -> ClaimStatusResponse:
    found.trace = v.at(branch.take("TRN"), 2)
    found.statuses = _statuses(branch)
    found.references = v.references(branch.take_all("REF"))
    found.periods = v.periods(branch.take_all("DTP"))
    found.extra = v.rest(branch)
    found.segment = branch.number
    return found


def _line(branch: Branch) -> StatusLine:
    head = branch.take("SVC")
    return StatusLine(
        procedure=v.procedure(v.at(head, 1)),
        charge=v.money(v.at(head, 2)),
        paid=v.number(v.at(head, 3)),
        revenue_code=v.at(head, 4),
        units=v.money(v.at(head, 7)),
        statuses=_statuses(branch),
        references=v.references(branch.take_all("REF")),
        periods=v.periods(branch.take_all("DTP")),
    )


def _statuses(branch: Branch) -> tuple[ClaimStatus, ...]:
    return tuple(_status(segment) for segment in branch.take_all("STC"))


def _status(segment: Sequence[str]) -> ClaimStatus:
    category, code, entity, code_list = [*v.at(segment, 1).split(":"), "", "", "", ""][:4]
    return ClaimStatus(
        category=category,
        code=code,
        entity=entity,
        code_list=code_list,
        on=v.day(v.at(segment, 2)),
        action=v.at(segment, 3),
        amount=v.number(v.at(segment, 4)),
        paid=v.number(v.at(segment, 5)),
        finalized_on=v.day(v.at(segment, 6)),
        paid_on=v.day(v.at(segment, 8)),
        payment=v.at(segment, 9),
        message=v.at(segment, 12),
        further=tuple(_triple(v.at(segment, i)) for i in (10, 11) if v.at(segment, i)),
    )


def _triple(text: str) -> tuple[str, str, str]:
    first, second, third = [*text.split(":"), "", "", ""][:3]
    return first, second, third


def _party(branch: Branch | None) -> Party:
    return v.party(branch) if branch else Party()


def _member(level: Branch, loop: str) -> Member:
    """A person whose birth date stands beside, not under, the name."""
    name = level.child(loop)
    found = v.member(name) if name is not None else Member()
    demographics = level.take("DMG")
    if demographics is not None:
        found.birth_date, found.sex = v.day(v.at(demographics, 2)), v.at(demographics, 3)
    return found
