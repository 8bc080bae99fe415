"""Inquiries and responses into the loops of a 270 and a 271."""

from collections.abc import Iterator, Sequence

from frontdesk.x12.bind import parties as p
from frontdesk.x12.bind.draft import Draft
from frontdesk.x12.models.common import Member, Party, Period
from frontdesk.x12.models.eligibility import (
    Benefit,
    Delivery,
    EligibilityInquiry,
    EligibilityResponse,
    Reject,
)
from frontdesk.x12.schema.grammar import Guide


class InquiryWriter:
    """Writes each inquiry into a transaction set of its own, as real time asks for."""

    def __init__(self, guide: Guide) -> None:
        """Prepare for the guide."""
        self._write = p.Writer(guide)

    def drafts(self, inquiries: Sequence[EligibilityInquiry], reference: str) -> Iterator[Draft]:
        """One draft an inquiry."""
        for inquiry in inquiries:
            yield self._set(inquiry, reference)

    def _set(self, inquiry: EligibilityInquiry, reference: str) -> Draft:
        root = Draft("")
        _opening(root, "13", reference or inquiry.reference or inquiry.trace, inquiry)
        source = root.open("2000A")
        source.add("HL", "20")
        self._write.party(source, "2100A", inquiry.payer, inquiry.payer.entity or "PR")
        receiver = source.open("2000B")
        receiver.add("HL", "21")
        self._write.party(receiver, "2100B", inquiry.provider, inquiry.provider.entity or "1P")
        level = receiver.open("2000C")
        level.add("HL", "22")
        name = self._member(level, "2100C", inquiry.subscriber, "IL", "Y")
        loop = "2110C"
        if inquiry.dependent is not None:
            level = level.open("2000D")
            level.add("HL", "23")
            name = self._member(level, "2100D", inquiry.dependent, "03", "N")
            loop = "2110D"
        if inquiry.trace:
            level.add("TRN", "1", inquiry.trace, inquiry.trace_origin)
        _service_date(name, inquiry)
        _questions(name, loop, inquiry)
        name.put_back(inquiry.extra)
        return root

    def _member(
        self, level: Draft, loop: str, member: Member, entity: str, is_subscriber: str
    ) -> Draft:
        name = self._write.member(level, loop, member, entity)
        p.periods(name, member.periods)
        _kin(name, member, is_subscriber)
        return name


class ResponseWriter:
    """Writes each response into a transaction set of its own."""

    def __init__(self, guide: Guide) -> None:
        """Prepare for the guide."""
        self._write = p.Writer(guide)

    def drafts(self, responses: Sequence[EligibilityResponse], reference: str) -> Iterator[Draft]:
        """One draft a response."""
        for response in responses:
            yield self._set(response, reference)

    def _set(self, response: EligibilityResponse, reference: str) -> Draft:
        root = Draft("")
        _opening(root, "11", reference or response.reference or response.trace, response)
        source = root.open("2000A")
        source.add("HL", "20")
        payer = self._write.party(source, "2100A", response.payer, response.payer.entity or "PR")
        if response.provider is None:
            _rejects(payer, response.rejects, "payer")
            return root
        _rejects(payer, response.rejects, "payer")
        receiver = source.open("2000B")
        receiver.add("HL", "21")
        entity = response.provider.entity or "1P"
        provider = self._write.party(receiver, "2100B", response.provider, entity)
        _rejects(provider, response.rejects, "provider")
        if response.subscriber is not None:
            self._subscriber(receiver, response, response.subscriber)
        return root

    def _subscriber(
        self, receiver: Draft, response: EligibilityResponse, subscriber: Member
    ) -> None:
        level = receiver.open("2000C")
        level.add("HL", "22")
        name = self._member(level, "2100C", subscriber, "IL", "Y")
        _rejects(name, response.rejects, "subscriber")
        if response.dependent is not None:
            level = level.open("2000D")
            level.add("HL", "23")
            name = self._member(level, "2100D", response.dependent, "03", "N")
            _rejects(name, response.rejects, "dependent")
        if response.trace:
            level.add("TRN", "2", response.trace, response.trace_origin)
        if response.payer_trace:
            level.add("TRN", "1", response.payer_trace, response.payer_trace_origin)
        suffix = "D" if response.dependent is not None else "C"
        for benefit in response.benefits:
            self._benefit(name, suffix, benefit)
        name.put_back(response.extra)

    def _member(
        self, level: Draft, loop: str, member: Member, entity: str, is_subscriber: str
    ) -> Draft:
        name = self._write.member(level, loop, member, entity)
        p.periods(name, member.periods)
        _kin(name, member, is_subscriber)
        return name

    def _benefit(self, name: Draft, suffix: str, benefit: Benefit) -> None:
        draft = name.open(f"2110{suffix}")
        _head(draft, benefit)
        deliveries(draft, benefit.deliveries)
        p.references(draft, benefit.references)
        p.periods(draft, benefit.periods)
        _rejects(draft, benefit.rejects, "benefit")
        for message in benefit.messages:
            draft.add("MSG", message)
        for detail in benefit.details:
            where = draft.open(f"2115{suffix}")
            where.add("III", detail.qualifier, detail.code, detail.category, detail.text)
        if benefit.related:
            self._related(draft, suffix, benefit.related)

    def _related(self, draft: Draft, suffix: str, parties: Sequence[Party]) -> None:
        """Entities related to a benefit stand between LS and LE."""
        draft.add("LS", "2120")
        for party in parties:
            self._write.party(draft, f"2120{suffix}", party, party.entity)
        draft.add("LE", "2120")


def deliveries(draft: Draft, given: Sequence[Delivery]) -> None:
    """Add HSDs."""
    for one in given:
        draft.add(
            "HSD",
            one.quantity_qualifier,
            one.quantity,
            one.unit,
            one.sample,
            one.period_qualifier,
            one.periods,
            one.calendar,
            one.pattern,
        )


def _opening(
    root: Draft, purpose: str, reference: str, body: EligibilityInquiry | EligibilityResponse
) -> None:
    at = body.at
    root.add(
        "BHT", "0022", purpose, reference, at.date() if at else None, at.time() if at else None
    )


def _service_date(name: Draft, inquiry: EligibilityInquiry) -> None:
    if inquiry.service_date is not None:
        end = inquiry.service_end if inquiry.service_end != inquiry.service_date else None
        p.period(name, Period("291", inquiry.service_date, end))


def _questions(name: Draft, loop: str, inquiry: EligibilityInquiry) -> None:
    """One EQ for all service types, one for each procedure."""
    if inquiry.service_types:
        name.open(loop).add("EQ", list(inquiry.service_types))
    for procedure in inquiry.procedures:
        name.open(loop).add("EQ", "", p.procedure(procedure))


def _kin(name: Draft, member: Member, is_subscriber: str) -> None:
    """INS: for a subscriber only the relationship 18 can be said, and it says nothing."""
    if is_subscriber == "N" and member.relationship:
        name.add("INS", "N", member.relationship)
    elif is_subscriber == "Y" and member.relationship == "18":
        name.add("INS", "Y", "18")


def _rejects(draft: Draft, rejects: Sequence[Reject], level: str) -> None:
    for reject in rejects:
        if reject.level == level:
            valid = "Y" if reject.is_valid_request else "N"
            draft.add("AAA", valid, "", reject.code, reject.follow_up)


def _head(draft: Draft, benefit: Benefit) -> None:
    draft.add(
        "EB",
        benefit.code,
        benefit.coverage_level,
        list(benefit.service_types) if benefit.service_types else "",
        benefit.insurance_type,
        benefit.plan_description,
        benefit.period_qualifier,
        benefit.amount,
        benefit.percent,
        benefit.quantity_qualifier,
        benefit.quantity,
        benefit.authorization_required,
        benefit.in_network,
        p.procedure(benefit.procedure) if benefit.procedure else "",
    )
