"""What check-out asks after a visit: the practice's steps for its visit type. No database."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

FOLLOW_UP, SUPERBILL, BALANCE = "follow_up", "superbill", "balance"
ALWAYS = (SUPERBILL, BALANCE)  # charge and money are settled after every visit


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to settle."""

    kind: str
    label: str
    pool: str = "receptionist"
    is_declinable: bool = True
    due_days: int = 1
    weeks: int | None = None
    place: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """What the practice wrote down: for one visit type, or for all (none)."""

    step: Step
    visit_type_id: UUID | None
    is_active: bool


USUAL = (
    Step(BALANCE, "Balance explained", "biller", due_days=0, place=90),
    Step(FOLLOW_UP, "Next visit", "scheduler", due_days=0, place=91),
    Step(SUPERBILL, "Superbill", "provider", is_declinable=False, due_days=0, place=92),
)
# What an office adds most, to choose from.
OFFERED = (
    Step("referral", "Referral sent", "receptionist", due_days=2, place=10),
    Step("lab", "Lab order and slip given", "assistant", due_days=1, place=20),
    Step("forms_given", "Forms and instructions given", "receptionist", due_days=1, place=30),
    Step("authorization", "Authorization for what comes next", "biller", due_days=3, place=40),
    Step("records", "Records asked from elsewhere", "records_clerk", due_days=5, place=50),
    Step("school_note", "Note for work or school", "receptionist", due_days=1, place=60),
)


def usual(kind: str) -> Step:
    """Return a usual step, for an answer to something that this visit type is not asked."""
    return next((step for step in USUAL if step.kind == kind), Step(kind, kind))


def steps_for(rows: Iterable[Row], visit_type_id: UUID) -> list[Step]:
    """Return what is asked after a visit of a type, in order.

    The usual three, and the practice's own. A row for the type stands before one for all, and
    either before the usual; one that is not active takes the step away, but for superbill and
    balance, which are always asked.
    """
    chosen: dict[str, Row] = {step.kind: Row(step, None, True) for step in USUAL}
    told = list(rows)
    for wanted in (None, visit_type_id):
        for row in told:
            if row.visit_type_id == wanted:
                chosen[row.step.kind] = row
    kept = [row.step for kind, row in chosen.items() if row.is_active or kind in ALWAYS]
    return sorted(kept, key=lambda step: (step.place, step.kind))
