"""Runs the edits on the loops of a transaction set while it is read."""

from dataclasses import dataclass
from datetime import date

from frontdesk.x12.edits import (
    acknowledgements,
    addresses,
    answers,
    benefits,
    claim,
    claim_codes,
    claim_modifiers,
    claim_others,
    claim_sense,
    claim_services,
    claim_situations,
    claim_unwanted,
    claim_visits,
    names,
    reasons,
    remittance,
    services,
    statuses,
)
from frontdesk.x12.edits.codes import USUAL, CodeSets
from frontdesk.x12.edits.registry import EDITS, Check, Edit, Look, Spot, at, by_name, day, first
from frontdesk.x12.schema.grammar import Guide, Loop, Segment
from frontdesk.x12.tree import Branch

# Importing a module registers its edits.
MODULES = (
    acknowledgements,
    addresses,
    answers,
    benefits,
    claim,
    claim_codes,
    claim_modifiers,
    claim_others,
    claim_sense,
    claim_services,
    claim_situations,
    claim_unwanted,
    claim_visits,
    names,
    reasons,
    remittance,
    services,
    statuses,
)
_UNITS = {("837", "005010X222A1"): "2300", ("835", "005010X221A1"): "2100"}

# A code of `findings`, the loop, the segment id, its number and the element.
Finding = tuple[str, str, str, int, str]
# An edit to run: its id and its function.
_Chosen = tuple[str, Check]
# How many values are remembered before they are forgotten: a file may hold any number of them.
_MOST_VALUES = 4096


class _Known(dict[str, tuple[_Chosen, ...]]):
    """Which of some edits are about a value; each value is asked about once."""

    def __init__(self, edits: list[Edit]) -> None:
        super().__init__()
        self._edits = edits

    def __missing__(self, value: str) -> tuple[_Chosen, ...]:
        if len(self) >= _MOST_VALUES:
            self.clear()
        fitting = (one for one in self._edits if one.only is not None and one.only.fits(value))
        found = self[value] = tuple([(one.id, one.check) for one in fitting])
        return found


# The edits about the value in this place of a segment, and about those in several.
_Asking = tuple[str, int, _Known]
_AskingMany = tuple[str, slice, _Known]


@dataclass(slots=True)
class _Watch:
    """The edits of a loop that holds a segment: of every such loop, of one whose segment has
    a certain value in a certain place or in one of several, and those of the segment alone."""

    every: tuple[_Chosen, ...]
    asking: tuple[_Asking, ...]
    asking_many: tuple[_AskingMany, ...]
    alone: tuple[tuple[str, tuple[_Chosen, ...]], ...]


class _Plan(dict[tuple[str, ...], _Watch]):
    """The edits of one loop, by the segments it holds: put together once for each shape."""

    def __init__(self, always: tuple[_Chosen, ...], holding: dict[str, _Watch]) -> None:
        super().__init__()
        self.always = always
        self.holding = holding

    def __missing__(self, names: tuple[str, ...]) -> _Watch:
        if len(self) >= _MOST_VALUES:
            self.clear()
        watches = [self.holding[name] for name in names if name in self.holding]
        every = sum((watch.every for watch in watches), self.always)
        asking = tuple(one for watch in watches for one in watch.asking)
        asking_many = tuple(one for watch in watches for one in watch.asking_many)
        alone = tuple(one for watch in watches for one in watch.alone)
        found = self[names] = _Watch(every, asking, asking_many, alone)
        return found


_Plans = dict[str, _Plan]
_NOTHING = ("",)


class Inspector:
    """Judges each claim of a set when it ends, and the rest at the end.

    It has to see a claim before a model is made of it, because that takes the segments out.
    """

    def __init__(self, guide: Guide, snip: int, codes: CodeSets | None) -> None:
        """Choose the edits of this set up to a SNIP type."""
        self.unit = _UNITS.get((guide.set_id, guide.version), "none")
        self.findings: list[Finding] = []
        self._look = Look(codes=codes or USUAL)
        knows = self._look.codes.knows
        systems = {one.needs for one in EDITS.values() if one.needs}
        known = frozenset(system for system in systems if knows(system, "", None) is not None)
        self._plans = _plans(guide, snip, known)
        self._sound: set[tuple[str, ...]] = set()

    def judge(self, branch: Branch) -> None:
        """Judge a claim with what stands above it, or the whole set where it is not cut up."""
        if self._look.made_on is None:
            self._look.made_on = _made_on(branch.up("") or branch)
        above = branch.parent
        while above is not None and above.kept is None:
            self._judge_above(above, branch)
            above = above.parent
        self._judge_tree(branch)

    def _judge_above(self, branch: Branch, unit: Branch) -> None:
        """Keep the segments of a level above, and judge it with its names."""
        branch.kept = list(branch.segments)
        self._judge_one(branch)
        for child in branch.children:
            if child is not unit and child.kept is None:
                self._judge_above(child, unit)

    def _judge_tree(self, branch: Branch) -> None:
        if branch.kept is None:
            self._judge_one(branch)
        for child in branch.children:
            self._judge_tree(child)

    def _judge_one(self, branch: Branch) -> None:  # noqa: C901 - without calls, for speed
        plan = self._plans.get(branch.id)
        if plan is None:
            return
        index = branch.index or by_name(branch)
        watch = plan[tuple(index)]
        chosen = watch.every
        for name, place, known in watch.asking:
            for segment in index[name]:
                value = segment[place] if place < len(segment) else ""
                if known[value]:
                    chosen = _joined(chosen, known[value])
        for name, places, known in watch.asking_many:
            for segment in index[name]:
                for value in segment[places] or _NOTHING:
                    if known[value]:
                        chosen = _joined(chosen, known[value])
        for name, checks in watch.alone:
            segments = [tuple(segment) for segment in index[name]]
            if not self._sound.issuperset(segments):
                self._judge_alone(checks, branch, segments)
        if chosen:
            self._run(chosen, branch)

    def _judge_alone(
        self, checks: tuple[_Chosen, ...], branch: Branch, segments: list[tuple[str, ...]]
    ) -> None:
        """Judge segments that stand for themselves, and remember those that are sound."""
        known = len(self.findings)
        self._run(checks, branch)
        if len(self.findings) == known:
            if len(self._sound) >= _MOST_VALUES:
                self._sound.clear()
            self._sound.update(segments)

    def _run(self, chosen: tuple[_Chosen, ...], branch: Branch) -> None:
        look = self._look
        for code, check in chosen:
            try:
                for spot in check(branch, look):
                    self.findings.append(_finding(code, spot))
            except (ValueError, ArithmeticError, LookupError):
                continue  # Broken content is named by the guide's own defects.


def _joined(chosen: tuple[_Chosen, ...], more: tuple[_Chosen, ...]) -> tuple[_Chosen, ...]:
    """Some edits and others, each once."""
    return (*chosen, *(one for one in more if one not in chosen))


_MADE: dict[tuple[str, str, str, int, frozenset[str]], _Plans] = {}


def _plans(guide: Guide, snip: int, known: frozenset[str]) -> _Plans:
    """What is judged of each loop of a guide, made once: the edits up to a SNIP type, and of
    those that need a code set the ones whose codes are known."""
    key = (guide.set_id, guide.version, guide.kind, snip, known)
    made = _MADE.get(key)
    if made is None:
        chosen = [
            one
            for one in EDITS.values()
            if one.snip <= snip
            and one.set_id in {guide.set_id, "*"}
            and (not one.needs or one.needs in known)
        ]
        made = {}
        for loop in guide.loops():
            plan = _plan(loop, chosen)
            if plan.always or plan.holding:  # empty as a dict until a shape is met
                made[loop.id] = plan
        _MADE[key] = made
    return made


def _plan(loop: Loop, chosen: list[Edit]) -> _Plan:
    """What is judged of a loop of the guide."""
    own = [item.id for item in loop.items if isinstance(item, Segment)]
    of_loop = [one for one in chosen if not one.segments and loop.id in one.loops]
    of_segments = [
        one for one in chosen if one.segments and (loop.id in one.loops or one.loops == ("",))
    ]
    holding = {}
    for name in dict.fromkeys(own):
        asked = [one for one in of_segments if name in one.segments]
        if asked:
            holding[name] = _watch(name, asked)
    return _Plan(_chosen(of_loop), holding)


def _watch(name: str, edits: list[Edit]) -> _Watch:
    """What is judged where a loop holds a certain segment."""
    by_places: dict[tuple[int, int | None, int | None], list[Edit]] = {}
    for one in edits:
        if one.only is not None:
            places = one.only.places
            by_places.setdefault((places.start, places.stop, places.step), []).append(one)
    asking: list[_Asking] = []
    asking_many: list[_AskingMany] = []
    for (start, stop, step), some in by_places.items():
        if stop == start + 1:
            asking.append((name, start, _Known(some)))
        else:
            asking_many.append((name, slice(start, stop, step), _Known(some)))
    alone = _chosen([one for one in edits if one.is_alone])
    every = _chosen([one for one in edits if one.only is None and not one.is_alone])
    return _Watch(every, tuple(asking), tuple(asking_many), ((name, alone),) if alone else ())


def _chosen(edits: list[Edit]) -> tuple[_Chosen, ...]:
    return tuple([(one.id, one.check) for one in edits])


def _made_on(root: Branch) -> date | None:
    """The day the message was made."""
    opening = first(root, "BHT")
    return day(at(opening, 4))


def _finding(code: str, spot: Spot) -> Finding:
    """A finding with the number of its segment: those of a loop stand before its inner loops."""
    branch, segment, element = spot
    segments = branch.segments if branch.kept is None else branch.kept
    if segment is None:
        name = segments[0][0] if segments else ""
        return code, branch.id, name, branch.number, element
    index = next((i for i, s in enumerate(segments) if s is segment), 0)
    return code, branch.id, segment[0], branch.number + index + (branch.id == ""), element
