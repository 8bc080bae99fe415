"""Requests for review and the answers to them into the loops of a 278."""

from collections.abc import Iterator, Sequence

from frontdesk.x12.bind import parties as p
from frontdesk.x12.bind.draft import Draft, Value
from frontdesk.x12.bind.eligibility_writer import deliveries
from frontdesk.x12.models.authorization import (
    Attachment,
    AuthorizationRequest,
    AuthorizationResponse,
    Decision,
    Review,
    ReviewedEvent,
    ReviewedService,
    ReviewParty,
)
from frontdesk.x12.models.eligibility import Reject
from frontdesk.x12.schema.grammar import Guide

_DIAGNOSES_IN_AN_HI = 12


class _EventWriter:
    """What requests and answers have in common."""

    provider_loop = "2010F"
    place_loop = "2010EB"

    def __init__(self, guide: Guide) -> None:
        """Prepare for the guide."""
        self._write = p.Writer(guide)

    def _opening(self, root: Draft, body: ReviewedEvent, purpose: str, reference: str) -> None:
        at = body.at
        day, clock = (at.date(), at.time()) if at else (None, None)
        number = reference or body.reference or body.trace
        root.add("BHT", "0007", purpose, number, day, clock, body.transaction_type)

    def _party(self, draft: Draft, loop: str, party: ReviewParty, entity: str) -> None:
        inner = draft.open(loop)
        p.name(inner, party, party.entity or entity)
        self._write.details(inner, party)
        if party.role or party.taxonomy:
            system = "PXC" if party.taxonomy else ""
            inner.add("PRV", party.role or "PE", system, party.taxonomy)
        rejects(inner, party.rejects)

    def _patient(self, above: Draft, body: ReviewedEvent) -> tuple[Draft, Draft | None]:
        """The level of the patient, and the loop of the dependent's name if it is one."""
        level = above.open("2000C")
        level.add("HL", "22")
        if body.subscriber is not None:
            self._write.member(level, "2010C", body.subscriber, "IL")
        if body.dependent is None:
            return level, None
        level = level.open("2000D")
        level.add("HL", "23")
        name = self._write.member(level, "2010D", body.dependent, "QC")
        if body.dependent.relationship:
            name.add("INS", "N", body.dependent.relationship)
        return level, name

    def _event(self, level: Draft, body: ReviewedEvent) -> Draft:
        event = level.open("2000E")
        event.add("HL", "EV")
        _review(event, body.review)
        p.references(event, body.references)
        p.periods(event, body.periods)
        _diagnoses(event, body)
        deliveries(event, body.deliveries)
        _attachments(event, body.attachments)
        if body.message:
            event.add("MSG", body.message)
        for provider in body.providers:
            self._party(event, "2010EA", provider, "SJ")
        for place in body.places:
            self._party(event, self.place_loop, place, "PW")
        for service in body.services:
            self._service(event, service)
        return event

    def _service(self, event: Draft, service: ReviewedService) -> None:
        draft = event.open("2000F")
        draft.add("HL", "SS", "0")
        self._service_trace(draft, service)
        _review(draft, service.review)
        _decision(draft, service.decision)
        rejects(draft, service.rejects)
        p.references(draft, service.references)
        p.periods(draft, service.periods)
        _asked(draft, service)
        deliveries(draft, service.deliveries)
        _attachments(draft, service.attachments)
        if service.message:
            draft.add("MSG", service.message)
        for provider in service.providers:
            self._party(draft, self.provider_loop, provider, "SJ")
        draft.put_back(service.extra)

    def _service_trace(self, draft: Draft, service: ReviewedService) -> None:
        if service.trace:
            draft.add("TRN", self.trace_kind, service.trace, service.trace_origin)

    trace_kind = "1"


class ReviewRequestWriter(_EventWriter):
    """Writes each request into a transaction set of its own, as the guide asks."""

    def drafts(self, requests: Sequence[AuthorizationRequest], reference: str) -> Iterator[Draft]:
        """One draft a request."""
        for request in requests:
            yield self._set(request, reference)

    def _set(self, request: AuthorizationRequest, reference: str) -> Draft:
        root = Draft("")
        self._opening(root, request, request.purpose, reference)
        source = root.open("2000A")
        source.add("HL", "20")
        self._write.party(source, "2010A", request.reviewer, request.reviewer.entity or "X3")
        asker = source.open("2000B")
        asker.add("HL", "21")
        self._party(asker, "2010B", request.requester or ReviewParty(), "1P")
        level, _ = self._patient(asker, request)
        event = self._event(level, request)
        if request.trace:
            event.add("TRN", "1", request.trace, request.trace_origin)
        root.put_back(request.extra)
        return root


class ReviewResponseWriter(_EventWriter):
    """Writes each answer into a transaction set of its own."""

    provider_loop = "2010FA"
    place_loop = "2010EC"
    trace_kind = "2"

    def drafts(self, answers: Sequence[AuthorizationResponse], reference: str) -> Iterator[Draft]:
        """One draft an answer."""
        for answer in answers:
            yield self._set(answer, reference)

    def _set(self, answer: AuthorizationResponse, reference: str) -> Draft:
        root = Draft("")
        self._opening(root, answer, "11", reference)
        source = root.open("2000A")
        source.add("HL", "20")
        rejects(source, answer.rejects, "set")
        reviewer = answer.reviewer
        name = self._write.party(source, "2010A", reviewer, reviewer.entity or "X3")
        rejects(name, answer.rejects, "payer")
        if answer.requester is not None:
            asker = source.open("2000B")
            asker.add("HL", "21")
            self._party(asker, "2010B", answer.requester, "1P")
            if answer.subscriber is not None:
                self._answered(asker, answer)
        root.put_back(answer.extra)
        return root

    def _answered(self, asker: Draft, answer: AuthorizationResponse) -> None:
        level, dependent = self._patient(asker, answer)
        subscriber = asker.children[-1].children[0]
        rejects(subscriber, answer.rejects, "subscriber")
        if dependent is not None:
            rejects(dependent, answer.rejects, "dependent")
        if not _has_event(answer):
            return
        event = self._event(level, answer)
        _decision(event, answer.decision)
        rejects(event, answer.rejects, "event")
        if answer.trace:
            event.add("TRN", "2", answer.trace, answer.trace_origin)
        for number, origin in answer.payer_traces:
            event.add("TRN", "1", number, origin)


def _has_event(answer: AuthorizationResponse) -> bool:
    """Whether an answer says anything about the event itself."""
    said = (answer.review, answer.decision, answer.services, answer.trace, answer.payer_traces)
    return any(said) or any(reject.level == "event" for reject in answer.rejects)


def rejects(draft: Draft, given: Sequence[Reject], level: str = "") -> None:
    """Add AAAs: those of a level, or all."""
    for reject in given:
        if not level or reject.level == level:
            valid = "Y" if reject.is_valid_request else "N"
            draft.add("AAA", valid, "", reject.code, reject.follow_up)


def _review(draft: Draft, given: Review | None) -> None:
    if given is None:
        return
    causes = [*given.related_causes, "", "", ""][:3]
    draft.add(
        "UM",
        given.category,
        given.certification,
        given.service_type,
        (given.place, given.place_qualifier) if given.place else "",
        (*causes, given.accident_state, given.accident_country) if causes[0] else "",
        given.level_of_service,
        given.condition,
        given.prognosis,
        given.release,
        given.delay_reason,
    )


def _decision(draft: Draft, given: Decision | None) -> None:
    if given is not None:
        reasons: Value = list(given.reasons) if given.reasons else ""
        draft.add("HCR", given.action, given.number, reasons, given.second_opinion)


def _diagnoses(draft: Draft, body: ReviewedEvent) -> None:
    given = body.diagnoses
    for start in range(0, len(given), _DIAGNOSES_IN_AN_HI):
        some = given[start : start + _DIAGNOSES_IN_AN_HI]
        composites: list[Value] = [
            (one.qualifier, one.code, "D8", one.on) if one.on else (one.qualifier, one.code)
            for one in some
        ]
        draft.add("HI", *composites)


def _attachments(draft: Draft, given: Sequence[Attachment]) -> None:
    for one in given:
        system = "AC" if one.control else ""
        draft.add(
            "PWK",
            one.report,
            one.transmission,
            "",
            "",
            system,
            one.control,
            one.description,
        )


def _asked(draft: Draft, service: ReviewedService) -> None:
    """SV1, SV2 or SV3."""
    procedure: Value = p.procedure(service.procedure) if service.procedure else ""
    pointers: Value = tuple(service.pointers) if service.pointers else ""
    blank = [""] * 8
    if service.kind == "professional":
        asked: list[Value] = [procedure, service.charge, service.unit, service.units, "", ""]
        asked += [pointers, "", "", "", service.epsdt, *blank, service.level_of_care]
        draft.add("SV1", *asked)
    elif service.kind == "institutional":
        asked = [service.revenue_code, procedure, service.charge, service.unit, service.units]
        asked += [service.rate, "", "", service.residential_status, service.level_of_care]
        draft.add("SV2", *asked)
    elif service.kind == "dental":
        cavity: Value = tuple(service.oral_cavity) if service.oral_cavity else ""
        asked = [procedure, service.charge, "", cavity, service.prosthesis, service.units]
        draft.add("SV3", *asked, service.description)
