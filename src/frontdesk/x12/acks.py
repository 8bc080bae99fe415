"""Answering a source from the report on it: TA1 for envelopes, 999 for groups."""

from collections.abc import Sequence
from itertools import groupby

from frontdesk.x12.errors import Unwritable
from frontdesk.x12.findings import KINDS
from frontdesk.x12.models.acknowledgement import (
    ElementNote,
    FunctionalAcknowledgement,
    InterchangeAcknowledgement,
    SegmentNote,
    TransactionNote,
)
from frontdesk.x12.models.envelope import Envelope
from frontdesk.x12.models.message import (
    Body,
    Defect,
    GroupReport,
    InterchangeReport,
    Report,
    TransactionReport,
)
from frontdesk.x12.schema import data_element
from frontdesk.x12.writing import compose

# TA105 by the element of the ISA that is wrong.
_ISA_NOTES = {
    "ISA01": "010",
    "ISA02": "011",
    "ISA03": "012",
    "ISA04": "013",
    "ISA05": "005",
    "ISA06": "006",
    "ISA07": "007",
    "ISA08": "008",
    "ISA09": "014",
    "ISA10": "015",
    "ISA11": "016",
    "ISA12": "017",
    "ISA13": "018",
    "ISA14": "019",
    "ISA15": "020",
}
_UNREADABLE = "024"
_MOST_SEGMENTS = 100
# IK303 has room for four characters; 2010AA does not fit, and half of it would mislead.
_LONGEST_LOOP = 4
# Sets that are themselves answers: they are never answered with a 999.
_ANSWERS = frozenset({"FA"})


def acknowledge(report: Report, envelope: Envelope, *, interchange: bool = False) -> bytes:
    """Answer a checked source: a 999 for each group, a TA1 where an envelope asks for one.

    A TA1 is written where an envelope has an error, asked for it (ISA14) or `interchange` is
    true. A group of 999s is not answered. `envelope` is the answer's own (see
    `Envelope.answered`). Raises `Unwritable` where there is nothing to answer.
    """
    notes: list[Body] = [
        note
        for found in report.interchanges
        if (note := _interchange_note(found, wanted=interchange)) is not None
    ]
    groups: list[Body] = [
        functional_acknowledgement(group)
        for found in report.interchanges
        for group in found.groups
        if group.functional_id and group.functional_id not in _ANSWERS
    ]
    if not notes and not groups:
        raise Unwritable("there is nothing to answer")
    return compose(envelope, [*notes, *groups])


def functional_acknowledgement(group: GroupReport) -> FunctionalAcknowledgement:
    """The verdict on one group: accepted, partly accepted or rejected, with every reason."""
    transactions = [_transaction_note(t) for t in group.transactions if t.set != "TA1"]
    accepted = sum(note.is_accepted for note in transactions)
    codes = _codes(group.errors, "group")
    has_error = any(defect.severity == "error" for defect in group.errors)
    if accepted == len(transactions) and not has_error:
        status = "A"
    elif accepted == 0 or has_error:
        status = "R"
    else:
        status = "P"
    return FunctionalAcknowledgement(
        group=group.functional_id,
        control=group.control,
        version=group.version,
        status=status,
        included=group.declared or len(transactions),
        received=len(transactions),
        accepted=accepted if status != "R" else 0,
        codes=codes,
        transactions=transactions,
    )


def interchange_acknowledgement(found: InterchangeReport) -> InterchangeAcknowledgement | None:
    """The verdict on one envelope, or nothing where there was none to speak of."""
    if found.envelope is None:
        return None
    note = next((_note_code(d) for d in _envelope_errors(found)), "000")
    return InterchangeAcknowledgement(
        control=found.control,
        at=found.envelope.at,
        status="A" if note == "000" else "R",
        note=note,
    )


def _interchange_note(
    found: InterchangeReport, *, wanted: bool
) -> InterchangeAcknowledgement | None:
    if found.envelope is None or (found.acknowledgements and not found.groups):
        return None  # a TA1 is never answered
    if _envelope_errors(found) or wanted or found.envelope.wants_acknowledgement:
        return interchange_acknowledgement(found)
    return None


def _envelope_errors(found: InterchangeReport) -> list[Defect]:
    """The errors a TA1 tells: of the envelope, and of group headers that a 999 cannot name."""
    errors = [d for d in found.errors if d.severity == "error"]
    for group in found.groups:
        errors += [d for d in group.errors if d.severity == "error" and not KINDS[d.code].group]
    return errors


def _note_code(defect: Defect) -> str:
    if defect.id == "ISA" and defect.element in _ISA_NOTES:
        return "025" if defect.code == "isa-duplicate" else _ISA_NOTES[defect.element]
    return KINDS[defect.code].note or _UNREADABLE


def _transaction_note(transaction: TransactionReport) -> TransactionNote:
    segments = [
        _segment_note(list(defects))
        for _, defects in groupby(
            (d for d in transaction.errors if KINDS[d.code].segment),
            key=lambda d: (d.segment, d.id, d.loop, KINDS[d.code].segment),
        )
    ][:_MOST_SEGMENTS]
    codes = list(_codes(transaction.errors, "set"))
    if segments:
        codes.append("5")
    return TransactionNote(
        set=transaction.set,
        control=transaction.control,
        version=transaction.version,
        status="A" if transaction.valid else "R",
        codes=codes[:5],
        segments=segments,
    )


def _segment_note(defects: Sequence[Defect]) -> SegmentNote:
    first = defects[0]
    return SegmentNote(
        id=first.id if first.id.isalnum() else "ZZZ",
        position=max(first.segment, 1),
        loop=first.loop if len(first.loop) <= _LONGEST_LOOP else "",
        code=KINDS[first.code].segment,
        elements=[_element_note(d) for d in defects if d.element and KINDS[d.code].element],
    )


def _element_note(defect: Defect) -> ElementNote:
    place, _, component = defect.element[len(defect.id) :].partition("-")
    position = int(place) if place.isdigit() else 1
    return ElementNote(
        position=position,
        component=int(component) if component else None,
        reference=data_element(defect.id, position),
        code=KINDS[defect.code].element,
    )


def _codes(defects: Sequence[Defect], place: str) -> tuple[str, ...]:
    found = (getattr(KINDS[d.code], place) for d in defects if d.severity == "error")
    return tuple(dict.fromkeys(code for code in found if code))
