"""Runs the edits on the loops of a transaction set while it is read."""

from datetime import date

from frontdesk.x12.edits import (
    acknowledgements,
    answers,
    benefits,
    claim,
    claim_codes,
    claim_sense,
    claim_services,
    names,
    remittance,
    statuses,
)
from frontdesk.x12.edits.codes import USUAL, CodeSets
from frontdesk.x12.edits.registry import EDITS, Check, Look, Spot, at, by_name, day, first
from frontdesk.x12.schema.grammar import Guide, Segment
from frontdesk.x12.tree import Branch

# Importing a module registers its edits.
MODULES = (
    acknowledgements,
    answers,
    benefits,
    claim,
    claim_codes,
    claim_sense,
    claim_services,
    names,
    remittance,
    statuses,
)
_UNITS = {("837", "005010X222A1"): "2300", ("835", "005010X221A1"): "2100"}

# A code of `findings`, the loop, the segment id, its number and the element.
Finding = tuple[str, str, str, int, str]
_Chosen = dict[str, list[tuple[str, Check]]]


class Inspector:
    """Judges each claim of a set when it ends, and the rest at the end.

    It has to see a claim before a model is made of it, because that takes the segments out.
    """

    def __init__(self, guide: Guide, snip: int, codes: CodeSets | None) -> None:
        """Choose the edits of this set up to a SNIP type."""
        self.unit = _UNITS.get((guide.set_id, guide.version), "none")
        self.findings: list[Finding] = []
        self._look = Look(codes=codes or USUAL)
        self._by_loop: _Chosen = {}
        self._by_segment: _Chosen = {}
        for one in EDITS.values():
            if one.snip > snip or one.set_id not in {guide.set_id, "*"}:
                continue
            if one.needs and self._look.codes.knows(one.needs, "", None) is None:
                continue
            if one.segment:
                self._by_segment.setdefault(one.segment, []).append((one.id, one.check))
            else:
                for loop in one.loops:
                    self._by_loop.setdefault(loop, []).append((one.id, one.check))
        # Loops that can hold a segment of which some edit asks, and those that are judged at all.
        self._triggering = {
            item.loop
            for loop in guide.loops()
            for item in loop.items
            if isinstance(item, Segment) and item.id in self._by_segment
        }
        self._judged = self._triggering | set(self._by_loop)

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
        if branch.kept is None and branch.id in self._judged:
            self._judge_one(branch)
        for child in branch.children:
            self._judge_tree(child)

    def _judge_one(self, branch: Branch) -> None:
        chosen = self._by_loop.get(branch.id)
        if chosen is not None:
            self._run(chosen, branch)
        if branch.id in self._triggering:
            by_segment = self._by_segment
            for name in by_name(branch):
                if name in by_segment:
                    self._run(by_segment[name], branch)

    def _run(self, chosen: list[tuple[str, Check]], branch: Branch) -> None:
        look = self._look
        for code, check in chosen:
            try:
                for spot in check(branch, look):
                    self.findings.append(_finding(code, spot))
            except (ValueError, ArithmeticError, LookupError):
                continue  # Broken content is named by the guide's own defects.


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
