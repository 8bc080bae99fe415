"""One transaction set while it is read: its state in the table, its defects, its rules."""

from collections.abc import Callable, Sequence

from frontdesk.x12.compile.explain import explain
from frontdesk.x12.compile.table import Fault, Step, Table
from frontdesk.x12.edits.inspector import Inspector
from frontdesk.x12.findings import KINDS
from frontdesk.x12.models.envelope import Delimiters
from frontdesk.x12.models.message import Defect, Severity
from frontdesk.x12.rules import Rules, rules_for
from frontdesk.x12.schema.envelope import CONTROL
from frontdesk.x12.tree import Builder

_LONGEST_ID = 3
_MOST_DEFECTS = 1_000
_ENDS = frozenset({"SE", "ST", "GE", "GS", "IEA", "ISA", "TA1"})


def shown(name: str) -> str:
    """A segment's id as it may be told: what cannot be one may be a value, and is masked."""
    return name if name.isalnum() and len(name) <= _LONGEST_ID else "?"


def defect(
    code: str, loop: str, name: str, number: int, element: str, *, strict: bool = False
) -> Defect:
    """A defect with the words and SNIP type of its kind.

    Deviations that payers and clearinghouses send, and every other validator accepts, are
    warnings when read; writing refuses them.
    """
    kind = KINDS[code]
    severity: Severity = "warning" if kind.is_lenient and not strict else "error"
    return Defect(number, name, loop, element, kind.snip, code, kind.words, severity)


class SetInProgress:
    """Follows the segments between ST and SE."""

    def __init__(
        self,
        table: Table | None,
        delimiters: Delimiters,
        builder: Builder | None,
        *,
        inspector: Inspector | None = None,
        strict: bool = False,
    ) -> None:
        """Stand right after the ST, which is segment 1."""
        self.table = table
        self.number = 1
        self.defects: list[Defect] = []
        self._delimiters = delimiters
        self._strict = strict
        self._builder = builder
        self._inspector = inspector
        self._indented = False
        guide = table.guide if table is not None else None
        rules = rules_for(guide) if guide else Rules
        self._rules = rules(self._note, delimiters)
        self._handlers: list[Callable[[str, str, int], None]] = [
            getattr(self._rules, method) for method in rules.hooks.values()
        ]
        if table is not None:
            self._state = table.start

    def follow(  # noqa: C901, PLR0912 - one loop without calls, for speed
        self, texts: Sequence[str], index: int, offsets: Sequence[int]
    ) -> int:
        """Follow texts from `index` to the next control segment or the end; return where.

        This is the loop that all speed depends on: a look-up for the place, a match for the
        content, and nothing else for a segment without a rule.
        """
        if self.table is None:
            return self._skip(texts, index)
        element, component = self._delimiters.element, self._delimiters.component
        modes, handlers, builder = self.table.modes, self._handlers, self._builder
        kept = builder.segments() if builder is not None else None
        translation = builder.translation if builder is not None else None
        state, number = self._state, self.number
        for position in range(index, len(texts)):
            text = texts[position]
            name, _, rest = text.partition(element)
            mode = modes.get(name)
            if mode == 0:
                key = name
            elif mode == 1:
                value = rest.partition(element)[0]
                if component in value:
                    value = value.partition(component)[0]
                key = name + element + value
            elif mode is None and (name in _ENDS or not name or not name.isalnum()):
                if self._ends(text):
                    self._state, self.number = state, number
                    return position
                text = text.strip()
                if not text:
                    continue
                key = self.table.key(text)
            else:
                key = self.table.key(text)
            step = state.steps.get(key) or self.table.step(state, key)
            number += 1
            match = step.match
            if match is None or not match(text) or step.faults:
                self._fault(step, text, number)
            elif step.rule >= 0:
                handlers[step.rule](step.segment.loop, text, number)  # type: ignore[union-attr]
            if builder is not None and match is not None:
                if step.moves:
                    kept = builder.move(step, number, offsets[position] + position)
                parts = text.split(element)
                if translation:
                    # Apart first: the element separator may be what others are turned into.
                    parts = [part.translate(translation) for part in parts]
                kept.append(parts)  # type: ignore[union-attr]
            state = step.state
        self._state, self.number = state, number
        return len(texts)

    def end(self) -> None:
        """The set is over, with its SE or without: what is missing, what does not add up."""
        if self.table is not None:
            for fault in self.table.close(self._state):
                self._structural(fault, self.number)
            self._rules.finish(self.number)
        if self._builder is not None:
            self._builder.end()
        if self._inspector is not None:
            for finding in self._inspector.findings:
                self._note(*finding)

    def note(self, code: str, loop: str, name: str, number: int, element: str) -> None:
        """Keep a defect."""
        self._note(code, loop, name, number, element)

    def control(self, name: str, text: str, number: int) -> None:
        """Explain a control segment of the set (ST, SE) that is not well-formed."""
        for reason in explain(CONTROL[name], text, self._delimiters):
            element = f"{name}{reason.element:02}" if reason.element else ""
            self._note(reason.code, "", name, number, element)

    def _ends(self, text: str) -> bool:
        stripped = text.lstrip()
        if stripped is not text and stripped != text and stripped and not self._indented:
            self._indented = True
            self._note("segment-indented", "", stripped[:3].strip(), self.number + 1, "")
        return stripped.split(self._delimiters.element, 1)[0] in _ENDS

    def _skip(self, texts: Sequence[str], index: int) -> int:
        """Count segments of a set whose guide is not held."""
        element = self._delimiters.element
        for position in range(index, len(texts)):
            if texts[position].lstrip().split(element, 1)[0] in _ENDS:
                return position
            self.number += 1
        return len(texts)

    def _fault(self, step: Step, text: str, number: int) -> None:
        for fault in step.faults:
            self._structural(fault, number)
        segment = step.segment
        if segment is None or step.match is None:
            self._rules.spoil("", text.split(self._delimiters.element, 1)[0])
            return
        if step.match(text):
            if step.rule >= 0:
                self._handlers[step.rule](segment.loop, text, number)
            return
        self._rules.spoil(segment.loop, segment.id)
        reasons = explain(segment, text, self._delimiters)
        for reason in reasons:
            place = f"{segment.id}{reason.element:02}" if reason.element else ""
            place += f"-{reason.component}" if reason.component else ""
            self._note(reason.code, segment.loop, segment.id, number, place)
        if not reasons:
            self._note("segment-malformed", segment.loop, segment.id, number, "")

    def _structural(self, fault: Fault, number: int) -> None:
        self._note(fault.code, fault.loop, shown(fault.segment), number, fault.element)

    def _note(self, code: str, loop: str, name: str, number: int, element: str) -> None:
        if len(self.defects) < _MOST_DEFECTS:
            self.defects.append(defect(code, loop, name, number, element, strict=self._strict))
        elif len(self.defects) == _MOST_DEFECTS:
            self.defects.append(defect("too-many-defects", loop, name, number, ""))
