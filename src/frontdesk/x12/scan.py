"""The way through a source: envelopes outside, transaction sets inside, one at a time."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate

from frontdesk.x12.compile.explain import explain
from frontdesk.x12.compile.machines import control_matches, table_for
from frontdesk.x12.compile.table import Table
from frontdesk.x12.edits.codes import CodeSets
from frontdesk.x12.edits.inspector import Inspector
from frontdesk.x12.models.envelope import Delimiters, Envelope
from frontdesk.x12.models.message import (
    Defect,
    GroupReport,
    InterchangeReport,
    Report,
    TransactionReport,
)
from frontdesk.x12.numbers import Numbers
from frontdesk.x12.progress import SetInProgress, defect, shown
from frontdesk.x12.schema import group_of, has_purposes
from frontdesk.x12.schema.envelope import CONTROL
from frontdesk.x12.schema.grammar import Guide
from frontdesk.x12.tokens import Block, Source, blocks
from frontdesk.x12.tree import Builder

_REAL_TIME = frozenset({"270", "271", "276", "277"})
# The claim acknowledgement is a 277 too, but always comes in a batch.
_BATCHED = "005010X214"
# The SNIP types that the guides and the balances are.
GUIDES = 3
_NO_ERROR = "000"  # TA105
# Up to which SNIP type edits are judged, and with which code sets.
Edits = tuple[int, CodeSets | None]
# Makes the builder for a transaction set, by its guide and delimiters.
BuilderMaker = Callable[[Guide, Delimiters, Inspector | None], Builder | None]


@dataclass(slots=True)
class Finished:
    """A transaction set (or a lone TA1) that is over, and where it stood."""

    report: TransactionReport
    interchange: InterchangeReport
    group: GroupReport | None
    defects: Sequence[Defect]
    start: int
    end: int
    builder: Builder | None = None
    acknowledgement: Sequence[str] = ()


@dataclass(slots=True)
class _Held:
    """How many sets a group held, and how many of them were questions and answers of the moment.

    Those are matched by trace: gateways renumber their envelope on the way and often forget its
    trailer.
    """

    sets: int = 0
    of_the_moment: int = 0

    @property
    def is_real_time(self) -> bool:
        """Whether it held nothing else."""
        return 0 < self.sets == self.of_the_moment

    def count(self, head: TransactionReport) -> None:
        """Take one more set into account."""
        self.sets += 1
        self.of_the_moment += head.set in _REAL_TIME and head.version != _BATCHED


class Scanner:
    """Reads a source once; `report` grows as `finished` is consumed."""

    def __init__(
        self,
        source: Source,
        make_builder: BuilderMaker | None = None,
        *,
        strict: bool = False,
        edits: Edits | None = None,
        keeps: bool = True,
    ) -> None:
        """Read nothing yet. Where the report `keeps` nothing that is over, memory stays flat."""
        self.report = Report()
        self._keeps = keeps
        self._source = source
        self._make_builder = make_builder
        self._strict = strict
        self._inspect = edits
        self._delimiters = Delimiters()
        self._interchange: InterchangeReport | None = None
        self._group: GroupReport | None = None
        self._set: SetInProgress | None = None
        self._head: TransactionReport | None = None
        self._builder: Builder | None = None
        self._start = 0
        self._total = 0
        self._seen = {"ISA": Numbers(), "GS": Numbers(), "ST": Numbers()}
        self._groups = 0
        self._held = _Held()
        self._are_real_time = True
        self._next: str | None = None
        self._waiting: tuple[str, list[str], int, int, int] | None = None
        self._methods = {
            "ISA": self._isa,
            "GS": self._gs,
            "ST": self._st,
            "SE": self._se,
            "GE": self._ge,
            "IEA": self._iea,
            "TA1": self._ta1,
        }

    def finished(self) -> Iterator[Finished | None]:
        """Yield every set as it ends, and nothing (None) where a block of the source ends."""
        for block in blocks(self._source):
            if block.opens:
                yield from self._break_off()
                self._close_interchange()
                self._delimiters = block.delimiters
            if block.junk:
                self._outside("junk")
            yield from self._block(block)
            yield None
        yield from self._break_off()
        self._close_interchange()
        if not self.report.interchanges:
            self._outside("isa-missing", "ISA")

    def _block(self, block: Block) -> Iterator[Finished]:
        texts = block.texts
        offsets = _offsets(block) if self._make_builder or self._inspect else ()
        index = 0
        if self._waiting is not None and texts:
            yield from self._start_waiting(texts[0])
        while index < len(texts):
            if self._set is not None:
                with _uncollected():
                    index = self._set.follow(texts, index, offsets)
                if index == len(texts):
                    break
            place = offsets[index] + index if offsets else 0
            after = place + len(block.raw[index]) + 1
            self._number = self._total + index + 1
            self._next = texts[index + 1] if index + 1 < len(texts) else None
            yield from self._control(texts[index], place, after)
            index += 1
        self._total += len(texts)

    def _control(self, text: str, place: int, after: int) -> Iterator[Finished]:
        text = text.strip(" \t") if text[:1] in " \t" else text
        parts = text.split(self._delimiters.element)
        method = self._methods.get(parts[0].upper() if parts[0].upper() == "ISA" else parts[0])
        if method is not None:
            yield from method(text, parts, place, after)
        elif text.strip():
            self._wrong("segment-outside", shown(parts[0]))

    def _isa(self, text: str, parts: list[str], place: int, after: int) -> Iterator[Finished]:
        control = _part(parts, 13)
        self._interchange = InterchangeReport(envelope=_envelope(parts), control=control)
        if not self._keeps:
            self.report.interchanges.clear()
        self.report.interchanges.append(self._interchange)
        self._groups = 0
        self._are_real_time = True
        self._seen["GS"] = Numbers()
        if len(parts) != 17:
            self._wrong("isa-form", "ISA")
        self._explain("ISA", text)
        if not self._seen["ISA"].take(control):
            self._wrong("isa-duplicate", "ISA", "ISA13")
        return iter(())

    def _gs(self, text: str, parts: list[str], place: int, after: int) -> Iterator[Finished]:
        yield from self._break_off()
        self._close_group()
        self._groups += 1
        control = _part(parts, 6)
        version = _part(parts, 8)
        group = GroupReport(functional_id=_part(parts, 1), control=control, version=version)
        interchange = self._open_group(group)
        if interchange.envelope is not None and len(parts) > 6:
            interchange.envelope.group_sender = parts[2]
            interchange.envelope.group_receiver = parts[3]
            interchange.envelope.group_control = int(control) if control.isdigit() else 0
        self._explain("GS", text)
        if not self._seen["GS"].take(control):
            self._wrong("gs-duplicate", "GS", "GS06")

    def _st(self, text: str, parts: list[str], place: int, after: int) -> Iterator[Finished]:
        yield from self._break_off()
        set_id, control, version = _part(parts, 1), _part(parts, 2), _part(parts, 3)
        if self._next is None and has_purposes(set_id):
            # The segment that tells which guide is meant comes with the next block.
            self._waiting = text, parts, place, after, self._number
            return
        group = self._group or self._groupless()
        purpose = self._purpose(self._next) if has_purposes(set_id) else ""
        table = table_for(set_id, group.version, self._delimiters, purpose)
        known = table or table_for(set_id, version, self._delimiters, purpose)
        guide = known.guide.version if known else version or group.version
        self._head = TransactionReport(set=set_id, version=guide, control=control)
        inspector, builder = self._tools(known)
        self._set = SetInProgress(
            known, self._delimiters, builder, inspector=inspector, strict=self._strict
        )
        self._builder, self._start = builder, place
        self._judge_version(self._set, table, known, version)
        if group.functional_id != group_of(set_id, group.functional_id):
            self._wrong("set-in-wrong-group", "GS", "GS01")
        if not control_matches(self._delimiters)["ST"](text):
            self._set.control("ST", text, 1)
        if not self._seen["ST"].take(control):
            self._set.note("st-duplicate", "", "ST", 1, "ST02")

    def _tools(self, known: Table | None) -> tuple[Inspector | None, Builder | None]:
        """What judges a set where edits are asked for, and what grows its tree."""
        inspector = builder = None
        if known is not None and self._inspect is not None:
            inspector = Inspector(known.guide, *self._inspect)
        if known is not None and self._make_builder is not None:
            builder = self._make_builder(known.guide, self._delimiters, inspector)
        if builder is None and inspector is not None:
            builder = Builder(self._delimiters, inspector.unit, inspector.judge)
        return inspector, builder

    @staticmethod
    def _judge_version(
        current: SetInProgress, table: Table | None, known: Table | None, version: str
    ) -> None:
        """The group names a guide we hold, and the set the same one."""
        if table is None:
            current.note("guide-unknown", "", "ST" if known is None else "GS", 1, "GS08")
        elif not version and table.guide.names_version:
            current.note("element-missing", "", "ST", 1, "ST03")
        elif version and version not in table.guide.accepts:
            current.note("st-version", "", "ST", 1, "ST03")

    def _se(self, text: str, parts: list[str], place: int, after: int) -> Iterator[Finished]:
        current, head = self._set, self._head
        if current is None or head is None:
            self._wrong("segment-outside", "SE")
            return
        current.end()
        number = current.number = current.number + 1
        if not control_matches(self._delimiters)["SE"](text):
            current.control("SE", text, number)
        else:
            if int(parts[1]) != number:
                current.note("se-count", "", "SE", number, "SE01")
            if parts[2] != head.control:
                current.note("se-control", "", "SE", number, "SE02")
        yield self._finish(after)

    def _ge(self, text: str, parts: list[str], place: int, after: int) -> Iterator[Finished]:
        yield from self._break_off()
        group = self._group
        if group is None:
            self._wrong("segment-outside", "GE")
            return
        self._explain("GE", text)
        declared = _part(parts, 1)
        group.declared = int(declared) if declared.isdigit() else 0
        if group.declared != self._held.sets:
            self._wrong("ge-count", "GE", "GE01")
        if _part(parts, 2) != group.control:
            self._wrong("ge-control", "GE", "GE02", lenient=self._held.is_real_time)
        self._leave_group()

    def _iea(self, text: str, parts: list[str], place: int, after: int) -> Iterator[Finished]:
        yield from self._break_off()
        self._close_group()
        interchange = self._inside()
        self._explain("IEA", text)
        declared = _part(parts, 1)
        if not declared.isdigit() or int(declared) != self._groups:
            self._wrong("iea-count", "IEA", "IEA01")
        if _part(parts, 2) != interchange.control:
            self._wrong("iea-control", "IEA", "IEA02", lenient=self._are_real_time)
        self._interchange = None

    def _ta1(self, text: str, parts: list[str], place: int, after: int) -> Iterator[Finished]:
        yield from self._break_off()
        interchange = self._inside()
        interchange.acknowledgements += 1
        self._explain("TA1", text)
        if (_part(parts, 4) == "A") is not (_part(parts, 5) == _NO_ERROR):
            self._wrong("ta1-note", "TA1", "TA105")
        head = TransactionReport(set="TA1", version="", control=_part(parts, 1), segments=1)
        yield Finished(head, interchange, None, (), place, after, acknowledgement=parts)

    def _start_waiting(self, following: str) -> Iterator[Finished]:
        """Begin a set whose ST was the last segment of its block."""
        if self._waiting is not None:
            text, parts, place, after, number = self._waiting
            self._waiting, self._next, self._number = None, following, number
            yield from self._st(text, parts, place, after)

    def _purpose(self, following: str | None) -> str:
        """BHT02 of the segment after an ST, which tells a request from a response."""
        parts = (following or "").strip().split(self._delimiters.element)
        return _part(parts, 2) if parts[0] == "BHT" else ""

    def _break_off(self) -> Iterator[Finished]:
        """End a set whose SE did not come."""
        yield from self._start_waiting("")
        current = self._set
        if current is not None:
            current.end()
            current.note("se-missing", "", "SE", current.number, "")
            yield self._finish(self._start)

    def _finish(self, end: int) -> Finished:
        current, head, group = self._set, self._head, self._group
        if current is None or head is None or group is None:
            raise RuntimeError("no transaction set is open")
        defects = sorted(current.defects, key=lambda d: d.segment)
        head.segments = current.number
        head.errors = [d for d in defects if d.severity == "error"]
        head.warnings = [d for d in defects if d.severity == "warning"]
        self._held.count(head)
        if self._keeps:
            group.transactions.append(head)
        finished = Finished(head, self._inside(), group, defects, self._start, end, self._builder)
        self._set = self._head = self._builder = None
        return finished

    def _close_group(self) -> None:
        if self._group is not None:
            self._wrong("ge-missing", "GE")
            self._leave_group()

    def _open_group(self, group: GroupReport) -> InterchangeReport:
        self._group, self._held, self._seen["ST"] = group, _Held(), Numbers()
        interchange = self._inside()
        if self._keeps:
            interchange.groups.append(group)
        return interchange

    def _leave_group(self) -> None:
        self._are_real_time = self._are_real_time and self._held.is_real_time
        self._group = None

    def _close_interchange(self) -> None:
        self._close_group()
        if self._interchange is not None:
            self._wrong("iea-missing", "IEA")
            self._interchange = None

    def _inside(self) -> InterchangeReport:
        """The open interchange; what stands outside one is put into one without envelope."""
        if self._interchange is None:
            self._interchange = InterchangeReport(envelope=None, control="")
            self.report.interchanges.append(self._interchange)
        return self._interchange

    def _groupless(self) -> GroupReport:
        group = GroupReport(functional_id="", control="", version="")
        self._open_group(group)
        self._wrong("segment-outside", "ST")
        return group

    def _explain(self, name: str, text: str) -> None:
        if not control_matches(self._delimiters)[name](text):
            for reason in explain(CONTROL[name], text, self._delimiters):
                element = f"{name}{reason.element:02}" if reason.element else ""
                self._wrong(reason.code, name, element)

    def _wrong(self, code: str, name: str, element: str = "", *, lenient: bool = False) -> None:
        found = defect(code, "", name, self._number, element)
        if lenient and not self._strict:
            found = replace(found, severity="warning")
        if self._group is not None and name in {"GS", "GE", "ST", "SE"}:
            self._group.errors.append(found)
        elif self._interchange is not None:
            self._interchange.errors.append(found)
        else:
            self.report.outside.append(found)

    def _outside(self, code: str, name: str = "ISA") -> None:
        """What stands after an interchange is told of it; what stands before the first, apart."""
        before = self.report.interchanges
        errors = before[-1].errors if before else self.report.outside
        errors.append(defect(code, "", name, self._total, ""))

    _number = 0


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for circles after a block instead of all through it: a seventh of the time.

    Nothing is made there that stays in a circle (loops are cut when they are handed over).
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _offsets(block: Block) -> list[int]:
    """Where each text starts in the source, but for the terminators before it in the block."""
    return list(accumulate(map(len, block.raw), initial=block.offset))


def _part(parts: list[str], index: int) -> str:
    return parts[index] if index < len(parts) else ""


def _envelope(parts: list[str]) -> Envelope:
    """The envelope of an ISA; what cannot be read is left at its plainest value."""
    control = _part(parts, 13).strip()
    try:
        at = datetime.strptime(_part(parts, 9) + _part(parts, 10), "%y%m%d%H%M")  # noqa: DTZ007 - X12 has no zone
    except ValueError:
        at = datetime(1970, 1, 1)  # noqa: DTZ001 - X12 has no zone
    return Envelope(
        sender=_part(parts, 6).strip(),
        receiver=_part(parts, 8).strip(),
        sender_qualifier=_part(parts, 5),
        receiver_qualifier=_part(parts, 7),
        control=int(control) if control.isdigit() else 0,
        at=at,
        usage="P" if _part(parts, 15) == "P" else "T",
        wants_acknowledgement=_part(parts, 14) == "1",
    )
