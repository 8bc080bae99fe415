"""Writing models as one interchange, which is checked before it leaves."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from frontdesk.x12.bind.acknowledgement_writer import (
    ClaimAcknowledgementWriter,
    FunctionalWriter,
    interchange_segment,
)
from frontdesk.x12.bind.claim_writer import ClaimWriter
from frontdesk.x12.bind.draft import Assembler, Draft
from frontdesk.x12.bind.eligibility_writer import InquiryWriter, ResponseWriter
from frontdesk.x12.bind.remittance_writer import RemittanceWriter
from frontdesk.x12.bind.review_writer import ReviewRequestWriter, ReviewResponseWriter
from frontdesk.x12.bind.status_writer import StatusInquiryWriter, StatusResponseWriter
from frontdesk.x12.checking import check
from frontdesk.x12.edits.codes import CodeSets
from frontdesk.x12.errors import Unwritable
from frontdesk.x12.models.acknowledgement import (
    ClaimAcknowledgement,
    FunctionalAcknowledgement,
    InterchangeAcknowledgement,
)
from frontdesk.x12.models.authorization import AuthorizationRequest, AuthorizationResponse
from frontdesk.x12.models.claim import Claim
from frontdesk.x12.models.eligibility import EligibilityInquiry, EligibilityResponse
from frontdesk.x12.models.envelope import Delimiters, Envelope
from frontdesk.x12.models.message import Body
from frontdesk.x12.models.remittance import Remittance
from frontdesk.x12.models.status import ClaimStatusInquiry, ClaimStatusResponse
from frontdesk.x12.scan import GUIDES
from frontdesk.x12.schema import find
from frontdesk.x12.schema.grammar import Guide

_USUAL = Delimiters()
_CODES = 5  # SNIP type of the edits that ask code sets
_LARGEST_CONTROL = 999_999_999


class _Writer(Protocol):
    """What lays models of one kind out as drafts of transaction sets."""

    def __init__(self, guide: Guide) -> None: ...

    # The models of one kind only; `write` sees to it.
    def drafts(self, bodies: Sequence[Any], reference: str) -> Iterator[Draft]: ...


_WRITERS: dict[type, tuple[str, str, type[_Writer]]] = {
    EligibilityInquiry: ("270", "005010X279A1", InquiryWriter),
    EligibilityResponse: ("271", "005010X279A1", ResponseWriter),
    ClaimStatusInquiry: ("276", "005010X212", StatusInquiryWriter),
    ClaimStatusResponse: ("277", "005010X212", StatusResponseWriter),
    ClaimAcknowledgement: ("277", "005010X214", ClaimAcknowledgementWriter),
    AuthorizationRequest: ("278", "005010X217", ReviewRequestWriter),
    AuthorizationResponse: ("278", "005010X217", ReviewResponseWriter),
    Remittance: ("835", "005010X221A1", RemittanceWriter),
    Claim: ("837", "005010X222A1", ClaimWriter),
    FunctionalAcknowledgement: ("999", "005010X231A1", FunctionalWriter),
}
# BHT02, where it chooses between two guides of one version.
_PURPOSES: dict[type, str] = {AuthorizationRequest: "13", AuthorizationResponse: "11"}

_READY: dict[type, tuple[Guide, _Writer]] = {}


def write(
    envelope: Envelope,
    bodies: Sequence[Body],
    *,
    delimiters: Delimiters = _USUAL,
    transaction_control: int = 1,
    reference: str = "",
    codes: CodeSets | None = None,
) -> bytes:
    """Write models of one kind as an interchange of one functional group.

    Claims of one submitter and receiver share a transaction set (at most 5,000, as the guide
    recommends); every other model has its own. The sets are numbered from
    `transaction_control`. `reference` is BHT03 where the models do not say it. Moments that a
    model leaves open are those of the envelope. The bytes are checked strictly before they
    are returned: `Unwritable` names what is missing or wrong, never a value. With `codes` the
    edits of SNIP 4 and 5 are asked too, by these code sets.
    """
    if not bodies:
        raise Unwritable("there is nothing to write")
    kinds = {type(body) for body in bodies}
    if len(kinds) > 1:
        raise Unwritable("one group holds models of one kind only")
    data = compose(envelope, bodies, delimiters, transaction_control, reference)
    report = check(data, strict=True, snip=GUIDES if codes is None else _CODES, codes=codes)
    if not report.valid:
        defects = [*report.errors, *(e for t in report.transactions for e in t.errors)]
        raise Unwritable("the message would not be valid", defects)
    return data


def compose(
    envelope: Envelope,
    bodies: Sequence[Body],
    delimiters: Delimiters = _USUAL,
    transaction_control: int = 1,
    reference: str = "",
) -> bytes:
    """Lay out an interchange without judging it: TA1s first, then one group."""
    notes = [body for body in bodies if isinstance(body, InterchangeAcknowledgement)]
    models = [body for body in bodies if not isinstance(body, InterchangeAcknowledgement)]
    texts = [_isa(envelope, delimiters)]
    sign = delimiters.element
    texts += [sign.join(interchange_segment(note)) for note in notes]
    if models:
        texts += _group(envelope, models, delimiters, transaction_control, reference)
    texts.append(sign.join(["IEA", "1" if models else "0", _control(envelope.control)]))
    return (delimiters.segment.join(texts) + delimiters.segment).encode("ascii")


def _group(
    envelope: Envelope,
    models: Sequence[Body],
    delimiters: Delimiters,
    transaction_control: int,
    reference: str,
) -> Iterator[str]:
    set_id, version, _ = _WRITERS[type(models[0])]
    guide, writer = _tools(type(models[0]))
    assembler = Assembler(guide, delimiters)
    sign = delimiters.element
    control = str(envelope.group_control or envelope.control)
    at = envelope.at
    yield sign.join(
        [
            "GS",
            guide.group,
            envelope.group_sender or envelope.sender,
            envelope.group_receiver or envelope.receiver,
            f"{at:%Y%m%d}",
            f"{at:%H%M}",
            control,
            "X",
            version,
        ]
    )
    count = 0
    for draft in writer.drafts(models, reference):
        number = f"{transaction_control + count:04}"
        _date_opening(draft, envelope, number)
        texts = assembler.texts(draft)
        head = ["ST", set_id, number, *([version] if guide.names_version else [])]
        yield sign.join(head)
        yield from texts
        yield sign.join(["SE", str(len(texts) + 2), number])
        count += 1
    yield sign.join(["GE", str(count), control])


def _tools(kind: type) -> tuple[Guide, _Writer]:
    """The guide and the writer for a kind of model, prepared once."""
    set_id, version, writer = _WRITERS[kind]
    if kind not in _READY:
        guide = find(set_id, version, _PURPOSES.get(kind, ""))
        if guide is None:
            raise Unwritable(f"no guide is held for {set_id} {version}")
        _READY[kind] = guide, writer(guide)
    return _READY[kind]


def _date_opening(draft: Draft, envelope: Envelope, number: str) -> None:
    """A BHT without its own reference or moment takes the set's and the envelope's."""
    for segment in draft.segments:
        if segment[0] == "BHT":
            segment[3] = segment[3] or f"{envelope.control}-{number}"
            segment[4] = segment[4] or envelope.at.date()
            segment[5] = segment[5] or f"{envelope.at:%H%M}"


def _isa(envelope: Envelope, delimiters: Delimiters) -> str:
    at = envelope.at
    for what, text in (("sender", envelope.sender), ("receiver", envelope.receiver)):
        if not text or len(text) > 15:
            raise Unwritable(f"the {what} of an envelope has 1 to 15 characters")
    return delimiters.element.join(
        [
            "ISA",
            "00",
            " " * 10,
            "00",
            " " * 10,
            envelope.sender_qualifier,
            envelope.sender.ljust(15),
            envelope.receiver_qualifier,
            envelope.receiver.ljust(15),
            f"{at:%y%m%d}",
            f"{at:%H%M}",
            delimiters.repetition,
            "00501",
            _control(envelope.control),
            "1" if envelope.wants_acknowledgement else "0",
            envelope.usage,
            delimiters.component,
        ]
    )


def _control(number: int) -> str:
    if not 0 < number <= _LARGEST_CONTROL:
        raise Unwritable("an interchange control number is 1 to 999,999,999")
    return f"{number:09}"
