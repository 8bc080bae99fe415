"""How one decided line of a remittance is posted, and what of it needs a person.

Only group PR makes the patient owe, and only what the contract agrees to is written off: a
denial never becomes a write-off by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from frontdesk.billing.rules.balancing import AdjustmentRead, LineRead
from frontdesk.core.money import ZERO
from frontdesk.ledger.rules import Line, next_step, signed
from frontdesk.ledger.rules.chart import (
    BANK,
    CONTRACTUAL,
    INSURANCE,
    OTHER,
    PATIENT,
    RECOUPMENT,
)

DENIED = "4"
REVERSAL = "22"
NOT_OURS = "23"
PREDETERMINATION = "25"
FORWARDED = frozenset({"19", "20", "21"})
PROCESSED = frozenset({"1", "2", "3"}) | FORWARDED
PRIOR_PAYER = "23"  # OA-23: what an earlier payer did, which its own remittance posted


@dataclass(slots=True)
class Posted:
    """The lines to post, and the reasons that were not posted because somebody must decide."""

    lines: list[Line] = field(default_factory=list)
    held: list[AdjustmentRead] = field(default_factory=list)


def is_agreed(adjustment: AdjustmentRead) -> bool:
    """Say whether our contract with the payer agreed to this reduction."""
    return adjustment.group == "CO" and (
        adjustment.reason == "45" or next_step(adjustment.reason).startswith("post")
    )


def posted(read: LineRead, base: Line, *, is_denied: bool) -> Posted:
    """Return how a decided line is posted; `base` names patient, charge, claim and so on."""
    made = Posted()
    _move(made, base, INSURANCE, BANK, "payment", AdjustmentRead("", "", read.paid))
    for one in read.adjustments:
        target = target_of(one, is_denied=is_denied)
        if target == INSURANCE:
            made.held.append(one)
        elif target:
            kind = "share" if target == PATIENT else "adjustment"
            _move(made, base, INSURANCE, target, kind, one)
    return made


def target_of(one: AdjustmentRead, *, is_denied: bool) -> str:
    """Return the account an adjustment goes to; the receivable itself where it is held.

    Nothing ("") where another remittance has posted it already.
    """
    if one.group == "PR":
        return PATIENT
    if is_agreed(one):
        return CONTRACTUAL
    if one.group == "OA" and one.reason == PRIOR_PAYER:
        return ""
    if one.group in {"OA", "PI"} and not is_denied and next_step(one.reason).startswith("post"):
        return OTHER
    if one.group == "PI" and not is_denied:
        return OTHER
    return INSURANCE


def money_only(read: LineRead, base: Line) -> list[Line]:
    """Return how a line is posted whose charge was taken back: what the payer is owed moves."""
    made = Posted()
    _move(made, base, RECOUPMENT, BANK, "payment", AdjustmentRead("", "", read.paid))
    return made.lines


def spread(adjustments: Sequence[AdjustmentRead], lines: Sequence[LineRead]) -> list[LineRead]:
    """Give adjustments of a whole claim to its lines: each takes them out of what it was paid.

    A payer that adjusts the claim as a whole states its lines before that; what no line can
    take goes to the last one, where the check for too much finds it.
    """
    pending = list(adjustments)
    made = []
    for place, line in enumerate(lines):
        is_last = place == len(lines) - 1
        taken, pending = (pending, []) if is_last else _take(pending, line.paid)
        less = sum((one.amount for one in taken), ZERO)
        given = [*line.adjustments, *taken]
        made.append(replace(line, adjustments=given, paid=line.paid - less))
    return made


def _take(
    pending: Sequence[AdjustmentRead], room: Decimal
) -> tuple[list[AdjustmentRead], list[AdjustmentRead]]:
    """Part the adjustments into those that fit into the room (which may be negative) and a rest."""
    taken, left = [], []
    for one in pending:
        part = min(one.amount, room) if room >= ZERO else max(one.amount, room)
        if part * room > ZERO:
            taken.append(replace(one, amount=part))
            room -= part
        else:
            part = ZERO
        if one.amount != part:
            left.append(replace(one, amount=one.amount - part))
    return taken, left


def _move(
    made: Posted, base: Line, source: str, target: str, kind: str, one: AdjustmentRead
) -> None:
    if one.amount != ZERO:
        reason = one.code if one.reason else ""
        made.lines.append(signed(base.moving(source, target, one.amount, kind, reason)))
