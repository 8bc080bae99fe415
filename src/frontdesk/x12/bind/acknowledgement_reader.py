"""277CA, 999 and TA1 into acknowledgements."""

from collections.abc import Callable, Sequence
from datetime import datetime

from frontdesk.x12.bind import values as v
from frontdesk.x12.models.acknowledgement import (
    AcknowledgedClaim,
    AcknowledgedLine,
    AcknowledgedProvider,
    ClaimAcknowledgement,
    ElementNote,
    FunctionalAcknowledgement,
    InterchangeAcknowledgement,
    SegmentNote,
    Status,
    TransactionNote,
)
from frontdesk.x12.models.common import Party
from frontdesk.x12.models.message import Body
from frontdesk.x12.tree import Branch


class ClaimAcknowledgementReader:
    """Builds a claim acknowledgement of each information receiver."""

    unit = "none"

    def __init__(self, take: Callable[[Body], None]) -> None:
        """`take` receives each acknowledgement."""
        self._take = take

    def finish(self, root: Branch) -> None:
        """Walk the levels of the whole set."""
        opening = root.take("BHT")
        for source in root.each("2000A"):
            for receiver in source.each("2000B"):
                found = _acknowledgement(source, receiver)
                found.reference = v.at(opening, 3)
                found.at = v.moment(v.at(opening, 4), v.at(opening, 5))
                self._take(found)


class FunctionalReader:
    """Builds the functional acknowledgement of a 999."""

    unit = "none"

    def __init__(self, take: Callable[[Body], None]) -> None:
        """`take` receives the acknowledgement."""
        self._take = take

    def finish(self, root: Branch) -> None:
        """Read the whole set."""
        head, tail = root.take("AK1"), root.take("AK9")
        self._take(
            FunctionalAcknowledgement(
                group=v.at(head, 1),
                control=v.at(head, 2),
                version=v.at(head, 3),
                status=v.at(tail, 1),
                included=int(v.at(tail, 2) or 0),
                received=int(v.at(tail, 3) or 0),
                accepted=int(v.at(tail, 4) or 0),
                codes=tuple(code for code in (tail or [])[5:] if code),
                transactions=tuple(_transaction(b) for b in root.each("2000")),
            )
        )


def interchange_acknowledgement(parts: Sequence[str]) -> InterchangeAcknowledgement | None:
    """A TA1, or nothing where its date cannot be read."""
    try:
        at = datetime.strptime(v.at(parts, 2) + v.at(parts, 3), "%y%m%d%H%M")  # noqa: DTZ007 - X12 has no zone
    except ValueError:
        return None
    return InterchangeAcknowledgement(
        control=v.at(parts, 1), at=at, status=v.at(parts, 4), note=v.at(parts, 5)
    )


def _acknowledgement(source: Branch, receiver: Branch) -> ClaimAcknowledgement:
    origin, trace = source.child("2200A"), receiver.child("2200B")
    found = ClaimAcknowledgement(
        source=_party(source.child("2100A")), receiver=_party(receiver.child("2100B"))
    )
    if origin is not None:
        dates = {p.qualifier: p.start for p in v.periods(origin.take_all("DTP"))}
        found.source_trace = v.at(origin.take("TRN"), 2)
        found.received_on, found.sent_on = dates.get("050"), dates.get("009")
    if trace is not None:
        found.batch = v.at(trace.take("TRN"), 2)
        found.statuses = _statuses(trace)
        found.quantities = v.quantities(trace.take_all("QTY"))
        found.amounts = v.amounts(trace.take_all("AMT"))
    found.providers = tuple(_provider(level) for level in receiver.each("2000C"))
    return found


def _provider(level: Branch) -> AcknowledgedProvider:
    found = AcknowledgedProvider(provider=_party(level.child("2100C")))
    trace = level.child("2200C")
    if trace is not None:
        found.trace = v.at(trace.take("TRN"), 2)
        found.statuses = _statuses(trace)
        found.references = v.references(trace.take_all("REF"))
        found.quantities = v.quantities(trace.take_all("QTY"))
        found.amounts = v.amounts(trace.take_all("AMT"))
    found.claims = tuple(
        _claim(claim, patient, found.provider)
        for patient in level.each("2000D")
        for claim in patient.each("2200D")
    )
    return found


def _claim(branch: Branch, level: Branch, provider: Party) -> AcknowledgedClaim:
    name = level.child("2100D")
    segment = next((s for s in name.segments if s[0] == "NM1"), None) if name else None
    return AcknowledgedClaim(
        number=v.at(branch.take("TRN"), 2),
        statuses=_statuses(branch),
        patient=v.named(segment) if segment else None,
        provider=provider,
        references=v.references(branch.take_all("REF")),
        periods=v.periods(branch.take_all("DTP")),
        lines=tuple(_line(line) for line in branch.each("2220D")),
        segment=branch.number,
    )


def _line(branch: Branch) -> AcknowledgedLine:
    head = branch.take("SVC")
    return AcknowledgedLine(
        procedure=v.procedure(v.at(head, 1)) if v.at(head, 1) else None,
        charge=v.number(v.at(head, 2)),
        revenue_code=v.at(head, 4),
        units=v.number(v.at(head, 7)),
        statuses=_statuses(branch),
        references=v.references(branch.take_all("REF")),
        periods=v.periods(branch.take_all("DTP")),
    )


def _statuses(branch: Branch) -> tuple[Status, ...]:
    return tuple(_status(segment) for segment in branch.take_all("STC"))


def _status(segment: Sequence[str]) -> Status:
    category, code, entity = _triple(v.at(segment, 1))
    return Status(
        category=category,
        code=code,
        entity=entity,
        on=v.day(v.at(segment, 2)),
        action=v.at(segment, 3),
        amount=v.number(v.at(segment, 4)),
        message=v.at(segment, 12),
        further=tuple(_triple(v.at(segment, i)) for i in (10, 11) if v.at(segment, i)),
    )


def _triple(text: str) -> tuple[str, str, str]:
    first, second, third = [*text.split(":"), "", "", ""][:3]
    return first, second, third


def _transaction(branch: Branch) -> TransactionNote:
    head, tail = branch.take("AK2"), branch.take("IK5")
    return TransactionNote(
        set=v.at(head, 1),
        control=v.at(head, 2),
        version=v.at(head, 3),
        status=v.at(tail, 1),
        codes=tuple(code for code in (tail or [])[2:] if code),
        segments=tuple(_segment(b) for b in branch.each("2100")),
    )


def _segment(branch: Branch) -> SegmentNote:
    head = branch.take("IK3")
    return SegmentNote(
        id=v.at(head, 1),
        position=int(v.at(head, 2) or 0),
        loop=v.at(head, 3),
        code=v.at(head, 4),
        contexts=tuple("*".join(s[1:]) for s in branch.take_all("CTX")),
        elements=tuple(_element(b) for b in branch.each("2110")),
    )


def _element(branch: Branch) -> ElementNote:
    head = branch.take("IK4")
    place, component, repetition = _triple(v.at(head, 1))
    return ElementNote(
        position=int(place or 0),
        component=int(component) if component else None,
        repetition=int(repetition) if repetition else None,
        reference=v.at(head, 2),
        code=v.at(head, 3),
        value=v.at(head, 4),
    )


def _party(branch: Branch | None) -> Party:
    return v.party(branch) if branch else Party()
