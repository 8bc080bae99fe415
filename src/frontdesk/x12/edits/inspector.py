"""Runs the edits on the loops of a transaction set while it is read."""

from dataclasses import dataclass
from datetime import date

from frontdesk.x12.edits import (
    acknowledgements,
    answers,
    benefits,
    claim,
    claim_codes,
    claim_sense,
    claim_services,
    claim_situations,
    claim_unwanted,
    names,
    reasons,
    remittance,
    statuses,
)
from frontdesk.x12.edits.codes import USUAL, CodeSets
from frontdesk.x12.edits.registry import EDITS, Check, Edit, Look, Spot, at, by_name, day, first
from frontdesk.x12.schema.grammar import Guide, Loop, Segment
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
    claim_situations,
    claim_unwanted,
    names,
    reasons,
    remittance,
    statuses,
)
_UNITS = {("837", "005010X222A1"): "2300", ("835", "005010X221A1"): "2100"}

# A code of `findings`, the loop, the segment id, its number and the element.
Finding = tuple[str, str, str, int, str]
_Chosen = list[tuple[str, Check]]


@dataclass(slots=True)
class _Plan:
    """The edits of one loop: those of every such loop, and those of one with a segment."""

    always: _Chosen
    holding: dict[str, _Chosen]


class Inspector:
    """Judges each claim of a set when it ends, and the rest at the end.

    It has to see a claim before a model is made of it, because that takes the segments out.
    """

    def __init__(self, guide: Guide, snip: int, codes: CodeSets | None) -> None:
        """Choose the edits of this set up to a SNIP type."""
        self.unit = _UNITS.get((guide.set_id, guide.version), "none")
        self.findings: list[Finding] = []
        self._look = Look(codes=codes or USUAL)
        chosen = [one for one in EDITS.values() if self._asks(one, guide, snip)]
        self._plans: dict[str, _Plan] = {}
        for loop in guide.loops():
            plan = _plan(loop, chosen)
            if plan.always or plan.holding:
                self._plans[loop.id] = plan

    def _asks(self, one: Edit, guide: Guide, snip: int) -> bool:
        """Whether an edit is one of this set and type, and its codes are known."""
        if one.snip > snip or one.set_id not in {guide.set_id, "*"}:
            return False
        return not one.needs or self._look.codes.knows(one.needs, "", None) is not None

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

    def _judge_one(self, branch: Branch) -> None:
        plan = self._plans.get(branch.id)
        if plan is None:
            return
        if plan.always:
            self._run(plan.always, branch)
        if plan.holding:
            holding = plan.holding
            for name in branch.index or by_name(branch):
                if name in holding:
                    self._run(holding[name], branch)

    def _run(self, chosen: _Chosen, branch: Branch) -> None:
        look = self._look
        for code, check in chosen:
            try:
                for spot in check(branch, look):
                    self.findings.append(_finding(code, spot))
            except (ValueError, ArithmeticError, LookupError):
                continue  # Broken content is named by the guide's own defects.


def _plan(loop: Loop, chosen: list[Edit]) -> _Plan:
    """What is judged of a loop of the guide."""
    plan = _Plan([], {})
    own = {item.id for item in loop.items if isinstance(item, Segment)}
    for one in chosen:
        if one.segment and (loop.id in one.loops or one.loops == ("",)):
            if one.segment in own:
                plan.holding.setdefault(one.segment, []).append((one.id, one.check))
        elif not one.segment and loop.id in one.loops:
            plan.always.append((one.id, one.check))
    return plan


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
