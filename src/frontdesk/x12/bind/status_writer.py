"""Questions about claims and their answers into the loops of a 276 and a 277."""

from collections.abc import Iterator, Sequence

from frontdesk.x12.bind import parties as p
from frontdesk.x12.bind.draft import Draft, Value
from frontdesk.x12.models.common import Member, Party, Period
from frontdesk.x12.models.status import (
    ClaimStatus,
    ClaimStatusInquiry,
    ClaimStatusResponse,
    StatusLine,
)
from frontdesk.x12.schema.grammar import Guide


class StatusInquiryWriter:
    """Writes each question into a transaction set of its own."""

    def __init__(self, guide: Guide) -> None:
        """Prepare for the guide."""
        self._write = p.Writer(guide)

    def drafts(self, inquiries: Sequence[ClaimStatusInquiry], reference: str) -> Iterator[Draft]:
        """One draft a question."""
        for inquiry in inquiries:
            yield self._set(inquiry, reference)

    def _set(self, inquiry: ClaimStatusInquiry, reference: str) -> Draft:
        root = Draft("")
        opening = reference or inquiry.reference or inquiry.trace
        _opening(root, inquiry, "13", opening, "")
        level = _asker_level(self._write, root, inquiry.payer, inquiry.receiver)
        level = _level(level, "2000C", "19")
        entity = inquiry.provider.entity or "1P"
        self._write.party(level, "2100C", inquiry.provider, entity)
        suffix, level = _patient_level(
            self._write, level, inquiry.subscriber, inquiry.dependent, with_birth=True
        )
        claim = level.open(f"2200{suffix}")
        claim.add("TRN", "1", inquiry.trace)
        p.references(claim, inquiry.references)
        if inquiry.charge is not None:
            claim.add("AMT", "T3", inquiry.charge)
        if inquiry.service_date is not None:
            end = inquiry.service_end
            p.period(claim, Period("472", inquiry.service_date, end))
        for line in inquiry.lines:
            _line(claim.open(f"2210{suffix}"), line)
        claim.put_back(inquiry.extra)
        return root


class StatusResponseWriter:
    """Writes each answer into a transaction set of its own."""

    def __init__(self, guide: Guide) -> None:
        """Prepare for the guide."""
        self._write = p.Writer(guide)

    def drafts(self, responses: Sequence[ClaimStatusResponse], reference: str) -> Iterator[Draft]:
        """One draft an answer."""
        for response in responses:
            yield self._set(response, reference)

    def _set(self, response: ClaimStatusResponse, reference: str) -> Draft:
        root = Draft("")
        opening = reference or response.reference or response.trace
        _opening(root, response, "08", opening, "DG")
        level = _asker_level(self._write, root, response.payer, response.receiver)
        if response.level == "receiver":
            _stated(level.open("2200B"), response, "2")
            return root
        level = _level(level, "2000C", "19")
        provider = response.provider or Party()
        self._write.party(level, "2100C", provider, provider.entity or "1P")
        if response.level == "provider":
            _stated(level.open("2200C"), response, "1")
            return root
        suffix, level = _patient_level(
            self._write,
            level,
            response.subscriber or Member(),
            response.dependent,
            with_birth=False,
        )
        claim = level.open(f"2200{suffix}")
        _stated(claim, response, "2")
        for line in response.lines:
            draft = claim.open(f"2220{suffix}")
            _line(draft, line)
        return root


def _opening(
    root: Draft,
    body: ClaimStatusInquiry | ClaimStatusResponse,
    purpose: str,
    reference: str,
    kind: str,
) -> None:
    at = body.at
    day, clock = (at.date(), at.time()) if at else (None, None)
    root.add("BHT", "0010", purpose, reference, day, clock, kind)


def _asker_level(write: p.Writer, root: Draft, payer: Party, receiver: Party) -> Draft:
    """The levels of the payer and of who asks; the latter is returned."""
    source = _level(root, "2000A", "20")
    write.party(source, "2100A", payer, payer.entity or "PR")
    level = _level(source, "2000B", "21")
    write.party(level, "2100B", receiver, receiver.entity or "41")
    return level


def _level(above: Draft, loop: str, code: str) -> Draft:
    level = above.open(loop)
    level.add("HL", code)
    return level


def _patient_level(
    write: p.Writer,
    above: Draft,
    subscriber: Member,
    dependent: Member | None,
    *,
    with_birth: bool,
) -> tuple[str, Draft]:
    """The level of the patient: the subscriber's, or the dependent's below it."""
    level = _level(above, "2000D", "22")
    write.member(level, "2100D", subscriber, "IL")
    _birth(level, subscriber, wanted=with_birth)
    if dependent is None:
        return "D", level
    level = level.open("2000E")
    level.add("HL", "23", "")
    write.member(level, "2100E", dependent, "QC")
    _birth(level, dependent, wanted=with_birth)
    return "E", level


def _birth(level: Draft, member: Member, *, wanted: bool) -> None:
    if wanted and (member.birth_date or member.sex):
        level.add("DMG", "D8" if member.birth_date else "", member.birth_date, member.sex)


def _stated(draft: Draft, response: ClaimStatusResponse, trace_kind: str) -> None:
    draft.add("TRN", trace_kind, response.trace)
    _statuses(draft, response.statuses)
    p.references(draft, response.references)
    p.periods(draft, response.periods)
    draft.put_back(response.extra)


def _line(draft: Draft, line: StatusLine) -> None:
    draft.add(
        "SVC",
        p.procedure(line.procedure),
        line.charge,
        line.paid,
        line.revenue_code,
        "",
        "",
        line.units,
    )
    _statuses(draft, line.statuses)
    p.references(draft, line.references)
    p.periods(draft, line.periods)


def _statuses(draft: Draft, statuses: Sequence[ClaimStatus]) -> None:
    for status in statuses:
        further: list[Value] = [tuple(one) for one in status.further]
        further += ["", ""]
        draft.add(
            "STC",
            (status.category, status.code, status.entity, status.code_list),
            status.on,
            status.action,
            status.amount,
            status.paid,
            status.finalized_on,
            "",
            status.paid_on,
            status.payment,
            further[0],
            further[1],
            status.message,
        )
