"""Acknowledgements into the loops of a 277CA and a 999, and into a TA1."""

from collections.abc import Iterator, Sequence

from frontdesk.x12.bind import parties as p
from frontdesk.x12.bind.draft import Draft, Value
from frontdesk.x12.models.acknowledgement import (
    AcknowledgedClaim,
    AcknowledgedLine,
    AcknowledgedProvider,
    ClaimAcknowledgement,
    FunctionalAcknowledgement,
    InterchangeAcknowledgement,
    SegmentNote,
    Status,
    TransactionNote,
)
from frontdesk.x12.models.common import Party
from frontdesk.x12.schema.grammar import Guide


class ClaimAcknowledgementWriter:
    """Writes each claim acknowledgement into a transaction set of its own."""

    def __init__(self, guide: Guide) -> None:
        """Prepare for the guide."""
        self._write = p.Writer(guide)

    def drafts(self, bodies: Sequence[ClaimAcknowledgement], reference: str) -> Iterator[Draft]:
        """One draft an acknowledgement."""
        for body in bodies:
            yield self._set(body, reference)

    def _set(self, body: ClaimAcknowledgement, reference: str) -> Draft:
        root = Draft("")
        at = body.at
        day, clock = (at.date(), at.time()) if at else (None, None)
        root.add("BHT", "0085", "08", reference or body.reference, day, clock, "TH")
        source = root.open("2000A")
        source.add("HL", "20")
        self._write.party(source, "2100A", body.source, body.source.entity or "PR")
        trace = source.open("2200A")
        trace.add("TRN", "1", body.source_trace or reference or body.reference)
        for qualifier, on in (("050", body.received_on), ("009", body.sent_on)):
            if on is not None:
                trace.add("DTP", qualifier, "D8", on)
        receiver = source.open("2000B")
        receiver.add("HL", "21")
        self._write.party(receiver, "2100B", body.receiver, "41")
        batch = receiver.open("2200B")
        batch.add("TRN", "2", body.batch)
        _statuses(batch, body.statuses)
        p.quantities(batch, body.quantities)
        p.amounts(batch, body.amounts)
        for provider in body.providers:
            self._provider(receiver, provider)
        return root

    def _provider(self, receiver: Draft, body: AcknowledgedProvider) -> None:
        level = receiver.open("2000C")
        level.add("HL", "19")
        self._write.party(level, "2100C", body.provider, "85")
        if body.trace or body.statuses:
            trace = level.open("2200C")
            trace.add("TRN", "1", body.trace or "0")
            _statuses(trace, body.statuses)
            p.references(trace, body.references)
            p.quantities(trace, body.quantities)
            p.amounts(trace, body.amounts)
        for claim in body.claims:
            self._claim(level, claim)

    def _claim(self, above: Draft, claim: AcknowledgedClaim) -> None:
        level = above.open("2000D")
        level.add("HL", "PT", "")
        self._write.party(level, "2100D", claim.patient or Party(is_person=True), "QC")
        draft = level.open("2200D")
        draft.add("TRN", "2", claim.number)
        _statuses(draft, claim.statuses)
        p.references(draft, claim.references)
        p.periods(draft, claim.periods)
        for line in claim.lines:
            _line(draft, line)


class FunctionalWriter:
    """Writes each functional acknowledgement into a 999."""

    def __init__(self, guide: Guide) -> None:
        """A 999 names no party; the guide is not needed."""

    def drafts(
        self, bodies: Sequence[FunctionalAcknowledgement], reference: str
    ) -> Iterator[Draft]:
        """One draft an acknowledgement."""
        for body in bodies:
            root = Draft("")
            root.add("AK1", body.group, body.control, body.version)
            for transaction in body.transactions:
                _transaction(root, transaction)
            root.add(
                "AK9", body.status, body.included, body.received, body.accepted, *body.codes[:5]
            )
            yield root


def interchange_segment(body: InterchangeAcknowledgement) -> list[str]:
    """The elements of a TA1."""
    control = body.control.zfill(9)
    return ["TA1", control, f"{body.at:%y%m%d}", f"{body.at:%H%M}", body.status, body.note]


def _statuses(draft: Draft, statuses: Sequence[Status]) -> None:
    for status in statuses:
        further: list[Value] = list(status.further[:2])
        further += [""] * (2 - len(further))
        draft.add(
            "STC",
            (status.category, status.code, status.entity),
            status.on,
            status.action,
            status.amount,
            *[""] * 5,
            *further,
            status.message,
        )


def _line(above: Draft, line: AcknowledgedLine) -> None:
    draft = above.open("2220D")
    draft.add(
        "SVC",
        p.procedure(line.procedure) if line.procedure else "",
        line.charge,
        "",
        line.revenue_code,
        "",
        "",
        line.units,
    )
    _statuses(draft, line.statuses)
    p.references(draft, line.references)
    p.periods(draft, line.periods)


def _transaction(root: Draft, body: TransactionNote) -> None:
    draft = root.open("2000")
    draft.add("AK2", body.set, body.control, body.version)
    for segment in body.segments:
        _segment(draft, segment)
    draft.add("IK5", body.status, *body.codes[:5])


def _segment(above: Draft, body: SegmentNote) -> None:
    """Where and what; an element's bad value is left out: it may be a patient's."""
    draft = above.open("2100")
    draft.add("IK3", body.id, body.position, body.loop, body.code)
    for context in body.contexts:
        parts = (tuple(part.split(":")) for part in context.split("*"))
        draft.add("CTX", *parts)
    for element in body.elements:
        inner = draft.open("2110")
        place = (element.position, element.component, element.repetition)
        inner.add("IK4", place, element.reference, element.code)
