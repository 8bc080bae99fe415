"""Reading a source into typed models, leniently and one transaction set at a time."""

from collections.abc import Callable, Iterator
from typing import Protocol

from frontdesk.x12.bind.acknowledgement_reader import (
    ClaimAcknowledgementReader,
    FunctionalReader,
    interchange_acknowledgement,
)
from frontdesk.x12.bind.claim_reader import ClaimReader
from frontdesk.x12.bind.eligibility_reader import InquiryReader, ResponseReader
from frontdesk.x12.bind.remittance_reader import RemittanceReader
from frontdesk.x12.bind.review_reader import ReviewRequestReader, ReviewResponseReader
from frontdesk.x12.bind.status_reader import StatusInquiryReader, StatusResponseReader
from frontdesk.x12.edits.codes import CodeSets
from frontdesk.x12.edits.inspector import Inspector
from frontdesk.x12.errors import NotX12
from frontdesk.x12.models.claim import Claim
from frontdesk.x12.models.envelope import Delimiters
from frontdesk.x12.models.message import Body, Transaction
from frontdesk.x12.progress import defect
from frontdesk.x12.scan import GUIDES, Finished, Scanner
from frontdesk.x12.schema.grammar import Guide
from frontdesk.x12.tokens import Source
from frontdesk.x12.tree import Branch, Builder, take_apart


class _Reader(Protocol):
    """What turns finished loops into models."""

    unit: str

    def __init__(self, take: Callable[[Body], None]) -> None: ...

    def finish(self, branch: Branch) -> None: ...


_READERS: dict[tuple[str, str, str], type[_Reader]] = {
    ("270", "005010X279A1", ""): InquiryReader,
    ("271", "005010X279A1", ""): ResponseReader,
    ("276", "005010X212", ""): StatusInquiryReader,
    ("277", "005010X212", ""): StatusResponseReader,
    ("277", "005010X214", ""): ClaimAcknowledgementReader,
    ("278", "005010X217", "request"): ReviewRequestReader,
    ("278", "005010X217", "response"): ReviewResponseReader,
    ("835", "005010X221A1", ""): RemittanceReader,
    ("837", "005010X222A1", ""): ClaimReader,
    ("999", "005010X231A1", ""): FunctionalReader,
}


class _Bodies(Builder):
    """A builder that keeps the models made of it, and counts those that failed."""

    def __init__(
        self, reader: type[_Reader], delimiters: Delimiters, inspector: Inspector | None
    ) -> None:
        self.made: list[Body] = []
        self.failed: list[Branch] = []
        self._reader = reader(self.made.append)
        self._inspector = inspector
        super().__init__(delimiters, self._reader.unit, self._build)

    def end(self) -> None:
        """Close what is open, and let go of what was read: no model needs its loops."""
        super().end()
        take_apart(self.root)

    def _build(self, branch: Branch) -> None:
        if self._inspector is not None:
            self._inspector.judge(branch)
        try:
            self._reader.finish(branch)
        except (ValueError, ArithmeticError, LookupError):
            # Broken content: the defects name it; this body is left out, the others are kept.
            self.failed.append(branch)


def read(source: Source, *, snip: int = 3, codes: CodeSets | None = None) -> Iterator[Transaction]:
    """Yield the transaction sets of a source, each with its models and its defects.

    With `snip` 4 to 6 the edits up to that type are judged too (see `check`).

    Reading is lenient: a broken set is yielded with its `errors` and the bodies that could
    still be built, and the next set is read. A TA1 is yielded as a transaction of its own.
    Raises `NotX12` where there is no interchange, `OSError` where the source cannot be read.
    """
    edits = (snip, codes) if snip > GUIDES else None
    scanner = Scanner(source, _make_builder, edits=edits, keeps=False)
    return (_transaction(finished) for finished in _sets(scanner))


def read_with_trees(source: Source) -> Iterator[tuple[Transaction, Branch | None]]:
    """Yield what `read` does, with the tree of loops of each set that has no models."""
    for finished in _sets(Scanner(source, _make_any_builder, keeps=False)):
        builder = finished.builder
        is_bare = builder is not None and not isinstance(builder, _Bodies)
        yield _transaction(finished), builder.root if builder and is_bare else None


def claims(source: Source) -> Iterator[Claim]:
    """Yield the claims of the 837Ps in a source one at a time, in constant memory.

    Claims of a broken set are yielded too where they can be built; use `check` for a verdict.
    Raises `NotX12` where there is no interchange.
    """
    builders: list[_Bodies] = []

    def make(guide: Guide, delimiters: Delimiters, inspector: Inspector | None) -> Builder | None:
        builder = _make_builder(guide, delimiters, None) if guide.set_id == "837" else None
        builders[:] = [builder] if builder else []
        return builder

    scanner = Scanner(source, make, keeps=False)
    for _ in scanner.finished():
        for builder in builders:
            waiting, builder.made[:] = builder.made[:], []
            yield from (body for body in waiting if isinstance(body, Claim))
    if not scanner.report.interchanges:
        raise NotX12("the source holds no interchange")


def _sets(scanner: Scanner) -> Iterator[Finished]:
    for finished in scanner.finished():
        if finished is not None:
            yield finished
    if not scanner.report.interchanges:
        raise NotX12("the source holds no interchange")


def _make_builder(
    guide: Guide, delimiters: Delimiters, inspector: Inspector | None
) -> _Bodies | None:
    reader = _READERS.get((guide.set_id, guide.version, guide.kind))
    return _Bodies(reader, delimiters, inspector) if reader else None


def _make_any_builder(guide: Guide, delimiters: Delimiters, inspector: Inspector | None) -> Builder:
    """A builder of models where there are any for this guide, else one of the bare tree."""
    bodies = _make_builder(guide, delimiters, inspector)
    return bodies or Builder(delimiters, "none", lambda branch: None)


def _transaction(finished: Finished) -> Transaction:
    head, interchange, group = finished.report, finished.interchange, finished.group
    envelope = interchange.envelope
    builder = finished.builder
    defects = list(finished.defects)
    bodies: tuple[Body, ...] = ()
    if isinstance(builder, _Bodies):
        bodies = tuple(builder.made)
        # The builder stands in a circle with its own method: what it kept would wait for whoever
        # looks for circles, long after the caller has let the models go.
        builder.made.clear()
        defects += [defect("body-unreadable", b.id, "", b.number, "") for b in builder.failed]
    elif finished.acknowledgement:
        acknowledgement = interchange_acknowledgement(finished.acknowledgement)
        bodies = (acknowledgement,) if acknowledgement else ()
    return Transaction(
        set=head.set,
        version=head.version,
        control=head.control,
        group_control=group.control if group else "",
        interchange_control=interchange.control,
        sender=envelope.sender if envelope else "",
        receiver=envelope.receiver if envelope else "",
        usage=envelope.usage if envelope else "",
        bodies=bodies,
        defects=defects,
        segments=head.segments,
        start=finished.start,
        end=finished.end,
        envelope=envelope,
    )
