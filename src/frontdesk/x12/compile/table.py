"""The order of segments as a table that fills itself: state and segment key to next state.

A state is the stack of open loops, with the position reached in each and how often the
items at that position came. The first time a segment is met in a state its place is
searched; after that it is one look-up. What was skipped or came too often is kept with
the step, so that faulty files are no slower than good ones.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from frontdesk.x12.compile.patterns import Patterns
from frontdesk.x12.models.envelope import Delimiters
from frontdesk.x12.schema.grammar import UNBOUNDED, Guide, Loop, Segment

Match = Callable[[str], "re.Match[str] | None"]
# Loop, position reached in it, and (item index, times seen) at that position.
Frame = tuple[Loop, int, tuple[tuple[int, int], ...]]
_MOST_STEPS = 200_000
# Segments whose kinds are told apart by another element than the first.
_QUALIFIED = {"HL": 3, "ENT": 2, "PWK": 2}


@dataclass(slots=True, frozen=True)
class Fault:
    """A structural fault found on a step: a code of ours, and the loop and segment it names."""

    code: str
    loop: str
    segment: str
    element: str = ""


class State:
    """A place in a transaction set, and where each segment leads from it."""

    __slots__ = ("frames", "steps")

    def __init__(self, frames: tuple[Frame, ...]) -> None:
        """Start with no step known."""
        self.frames = frames
        self.steps: dict[str, Step] = {}


class Step:
    """What one segment does: where it leads, how many loops it closes, what it must match."""

    __slots__ = ("closes", "faults", "match", "moves", "opens", "rule", "segment", "state")

    def __init__(self, state: State, segment: Segment | None) -> None:
        """A step that changes nothing yet; the table fills in the rest."""
        self.state = state
        self.segment = segment
        self.closes = 0
        self.moves = False  # from one loop to another
        self.opens: Loop | None = None
        self.faults: tuple[Fault, ...] = ()
        self.match: Match | None = None
        self.rule = -1


@dataclass(slots=True)
class _Found:
    depth: int
    item: Segment | Loop
    times: int


class Table:
    """The order of one guide's segments, for one set of delimiters."""

    def __init__(self, guide: Guide, delimiters: Delimiters, hooks: dict[str, int]) -> None:
        """Prepare the start; `hooks` numbers the rules by segment id."""
        self.guide = guide
        self.delimiters = delimiters
        self._hooks = hooks
        self._patterns = Patterns(delimiters)
        self._matches: dict[int, Match] = {}
        self._states: dict[object, State] = {}
        self._count = 0
        self._known = {s.id for loop in guide.loops() for s in loop.items if isinstance(s, Segment)}
        self.modes = _modes(guide)
        self._qualified = {pair for loop in guide.loops() for pair in _pairs(loop)}
        self.start = self._state(((guide.root, 0, ()),))

    def key(self, text: str) -> str:
        """What tells a segment from others with the same id: the id and its qualifier."""
        parts = text.split(self.delimiters.element, 4)
        mode = self.modes.get(parts[0], 0)
        if mode == 0 or len(parts) <= mode:
            return parts[0]
        value = parts[mode].split(self.delimiters.component, 1)[0]
        return parts[0] + self.delimiters.element + value

    def step(self, state: State, key: str) -> Step:
        """The step from a state by a segment key, searched for now and remembered."""
        step = self._search(state, key)
        self._count += 1
        if self._count > _MOST_STEPS:
            self._forget()
        state.steps[key] = step
        return step

    def close(self, state: State) -> tuple[Fault, ...]:
        """What is still missing when the transaction set ends here."""
        return tuple(fault for frame in reversed(state.frames) for fault in _left(frame, None))

    def _forget(self) -> None:
        """Drop what was learnt: only input without rhyme or reason fills the table."""
        for known in self._states.values():
            known.steps.clear()
        self._states.clear()
        self._states[_identity(self.start.frames)] = self.start
        self._count = 0

    def _search(self, state: State, key: str) -> Step:
        name, _, qualifier = key.partition(self.delimiters.element)
        found, repeated = self._find(state, name, qualifier)
        if found is None:
            step = Step(state, None)
            step.faults = (self._misplaced(state, name, qualifier, repeated),)
            return step
        frames, faults = _advance(state.frames, found)
        segment = found.item.first
        step = Step(self._state(frames), segment)
        step.closes = len(state.frames) - 1 - found.depth
        step.opens = found.item if isinstance(found.item, Loop) else None
        step.moves = step.closes > 0 or step.opens is not None
        step.faults = faults
        step.match = self._match(segment)
        step.rule = self._hooks.get(name, -1)
        return step

    def _find(
        self, state: State, name: str, qualifier: str
    ) -> tuple[_Found | None, Segment | Loop | None]:
        """Search the open loops from the innermost outwards, forwards in each."""
        repeated: Segment | Loop | None = None
        nearly: list[_Found] = []
        for depth in range(len(state.frames) - 1, -1, -1):
            loop, position, counts = state.frames[depth]
            seen = dict(counts)
            for item in loop.items:
                if item.position < position or item.first.id != name:
                    continue
                times = seen.get(item.index, 0) if item.position == position else 0
                if not segment_fits(item.first, qualifier):
                    nearly.append(_Found(depth, item, times))
                elif times >= item.most:
                    repeated = repeated or item
                else:
                    return _Found(depth, item, times), None
        if len(nearly) == 1 and repeated is None and nearly[0].times < nearly[0].item.most:
            return nearly[
                0
            ], None  # only one place it can mean: let its elements tell what is wrong
        return None, repeated

    def _misplaced(
        self, state: State, name: str, qualifier: str, repeated: Segment | Loop | None
    ) -> Fault:
        loop = state.frames[-1][0].id
        if repeated is not None:
            code = "loop-repeats" if isinstance(repeated, Loop) else "segment-repeats"
            return Fault(code, repeated.first.loop, name)
        if name not in self._known:
            return Fault("segment-unknown", loop, name)
        mode = self.modes[name]
        if mode and (name, qualifier) not in self._qualified:
            return Fault("qualifier-unknown", loop, name, f"{name}{mode:02}")
        return Fault("segment-unexpected", loop, name)

    def _state(self, frames: tuple[Frame, ...]) -> State:
        identity = _identity(frames)
        state = self._states.get(identity)
        if state is None:
            state = self._states[identity] = State(frames)
        return state

    def _match(self, segment: Segment) -> Match:
        match = self._matches.get(id(segment))
        if match is None:
            match = self._matches[id(segment)] = self._patterns.segment(segment).fullmatch
        return match


def _identity(frames: tuple[Frame, ...]) -> object:
    return tuple((id(loop), position, counts) for loop, position, counts in frames)


def _modes(guide: Guide) -> dict[str, int]:
    """For each segment id the element that tells its kinds apart; 0 where none does."""
    modes: dict[str, int] = {}
    for loop in guide.loops():
        for item in loop.items:
            if isinstance(item, Segment):
                modes[item.id] = max(modes.get(item.id, 0), _qualifying(item))
    return modes


def _pairs(loop: Loop) -> set[tuple[str, str]]:
    """The segment ids of a loop with each qualifier they may have."""
    found: set[tuple[str, str]] = set()
    for item in loop.items:
        if isinstance(item, Segment) and (place := _qualifying(item)):
            element = item.elements[place - 1]
            codes = (element.components[0] if element.components else element).codes
            found |= {(item.id, code) for code in codes}
    return found


def _qualifying(segment: Segment) -> int:
    if segment.id in _QUALIFIED:
        return _QUALIFIED[segment.id]
    first = segment.elements[0]
    return 1 if (first.components[0] if first.components else first).codes else 0


def segment_fits(segment: Segment, qualifier: str) -> bool:
    """Whether a segment with this qualifier can be meant by this place of the guide."""
    place = _qualifying(segment)
    if place == 0:
        return True
    element = segment.elements[place - 1]
    codes = (element.components[0] if element.components else element).codes
    return qualifier in codes


def _advance(
    frames: tuple[Frame, ...], found: _Found
) -> tuple[tuple[Frame, ...], tuple[Fault, ...]]:
    """Close the loops inside the one where the segment was found and move on in that one."""
    faults = [
        fault for frame in reversed(frames[found.depth + 1 :]) for fault in _left(frame, None)
    ]
    frame = frames[found.depth]
    faults += _left(frame, found.item.position)
    overtaken = _overtaken(frame, found.item)
    faults += [Fault("loop-missing", i.first.loop, i.first.id) for i in overtaken]
    moved = (*frames[: found.depth], _moved(frame, found, overtaken))
    if isinstance(found.item, Loop):
        moved = (*moved, (found.item, 1, ((0, 1),)))
    return moved, tuple(faults)


def _overtaken(frame: Frame, item: Segment | Loop) -> list[Loop]:
    """The required loops of the same position that come before this one and were not seen.

    Segments of one position may stand in any order; of loops the required one leads.
    """
    if not isinstance(item, Loop):
        return []
    loop, position, counts = frame
    seen = {index for index, _ in counts} if position == item.position else set()
    return [
        other
        for other in loop.items[: item.index]
        if isinstance(other, Loop)
        and other.required
        and other.position == item.position
        and other.index not in seen
    ]


def _moved(frame: Frame, found: _Found, overtaken: list[Loop]) -> Frame:
    loop, position, counts = frame
    item = found.item
    times = 1 if item.most == UNBOUNDED else found.times + 1
    kept = counts if item.position == position else ()
    others = tuple(entry for entry in kept if entry[0] != item.index)
    told = tuple((other.index, 0) for other in overtaken)
    return loop, item.position, tuple(sorted((*others, *told, (item.index, times))))


def _left(frame: Frame, until: int | None) -> list[Fault]:
    """The required items passed over between the frame's position and the next one."""
    loop, position, counts = frame
    seen = {index for index, _ in counts}
    missing = []
    for item in loop.items:
        passed = item.position >= position and (until is None or item.position < until)
        if passed and item.required and not (item.position == position and item.index in seen):
            code = "loop-missing" if isinstance(item, Loop) else "segment-missing"
            missing.append(Fault(code, item.first.loop, item.first.id))
    return missing
