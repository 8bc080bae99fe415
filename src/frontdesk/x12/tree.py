"""The segments of a transaction set as a tree of loops, from which models are built."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from frontdesk.x12.compile.table import Step
from frontdesk.x12.models.envelope import Delimiters


class Branch:
    """One loop as it came: its segments (split into elements) and the loops in it.

    `number` and `offset` are those of the segment that opened it. `kept` are its
    segments as they came, where somebody judges them after a model has taken them out; `index`
    finds them by their id.
    """

    __slots__ = ("children", "id", "index", "kept", "number", "offset", "parent", "segments")

    def __init__(
        self, loop: str, number: int = 1, offset: int = 0, parent: "Branch | None" = None
    ) -> None:
        """A loop without segments yet."""
        self.id = loop
        self.number = number
        self.offset = offset
        self.parent = parent
        self.segments: list[list[str]] = []
        self.children: list[Branch] = []
        self.kept: list[list[str]] | None = None
        self.index: dict[str, list[list[str]]] | None = None

    def take(self, name: str) -> list[str] | None:
        """Take out the first segment with this id, or nothing."""
        for index, segment in enumerate(self.segments):
            if segment[0] == name:
                return self.segments.pop(index)
        return None

    def take_all(self, name: str, *qualifiers: str) -> list[list[str]]:
        """Take out every segment with this id (and one of these qualifiers, if given)."""
        taken: list[list[str]] = []
        kept: list[list[str]] = []
        for segment in self.segments:
            fits = segment[0] == name and (not qualifiers or segment[1] in qualifiers)
            (taken if fits else kept).append(segment)
        if taken:
            self.segments = kept
        return taken

    def take_groups(self) -> dict[str, list[list[str]]]:
        """Take out every segment, grouped by id: quicker than one id after the other."""
        groups, self.index = self.index, None
        if groups is None:
            groups = grouped(self.segments)
        self.segments = []
        return groups

    def child(self, loop: str) -> "Branch | None":
        """The first loop with this id, or nothing."""
        for branch in self.children:
            if branch.id == loop:
                return branch
        return None

    def each(self, *loops: str) -> Iterator["Branch"]:
        """Every loop with one of these ids, in order."""
        return (branch for branch in self.children if branch.id in loops)

    def above(self) -> dict[str, "Branch"]:
        """The loops around this one, by their id."""
        found: dict[str, Branch] = {}
        branch = self.parent
        while branch is not None:
            found.setdefault(branch.id, branch)
            branch = branch.parent
        return found

    def up(self, loop: str) -> "Branch | None":
        """The nearest loop with this id around this one."""
        branch = self.parent
        while branch is not None and branch.id != loop:
            branch = branch.parent
        return branch


def grouped(segments: Sequence[list[str]]) -> dict[str, list[list[str]]]:
    """Segments by their id."""
    groups: defaultdict[str, list[list[str]]] = defaultdict(list)
    for segment in segments:
        groups[segment[0]].append(segment)
    return groups


class Builder:
    """Grows the tree and hands over each loop of the kind that makes a model when it closes.

    What has been handed over is cut off, so that a set with many claims stays small.
    """

    def __init__(self, delimiters: Delimiters, unit: str, finish: Callable[[Branch], None]) -> None:
        """`unit` is the loop that makes a model; the root is handed over at the end."""
        self.root = Branch("")
        self.translation = _translation(delimiters)
        self._unit = unit
        self._finish = finish
        self._stack = [self.root]

    def move(self, step: Step, number: int, offset: int) -> list[list[str]]:
        """Close and open loops as the table says; return where the segments go now."""
        stack = self._stack
        for _ in range(step.closes):
            self._close()
        branch = stack[-1]
        if step.opens is not None:
            inner = Branch(step.opens.id, number, offset, branch)
            branch.children.append(inner)
            stack.append(inner)
            branch = inner
        return branch.segments

    def segments(self) -> list[list[str]]:
        """Where the segments of the loop go that is open."""
        return self._stack[-1].segments

    def end(self) -> None:
        """Close every loop that is open, then hand over the root."""
        while len(self._stack) > 1:
            self._close()
        self._finish(self.root)

    def _close(self) -> None:
        branch = self._stack.pop()
        if branch.id == self._unit:
            self._finish(branch)
            del self._stack[-1].children[-1]
            take_apart(branch)


def take_apart(branch: Branch) -> None:
    """Cut the circle of parents and children, so that memory is free at once."""
    for child in branch.children:
        if child.children:
            take_apart(child)
    branch.children.clear()


def _translation(delimiters: Delimiters) -> dict[int, str]:
    """How to turn the source's component and repetition separators into the usual ones."""
    usual = {delimiters.component: ":", delimiters.repetition: "^"}
    return {ord(given): sign for given, sign in usual.items() if given and given != sign}
