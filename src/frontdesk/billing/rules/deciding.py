"""A payer's decision on one claim against our charges: what to post, or why a person must look."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from frontdesk.billing.rules.balancing import AdjustmentRead, ClaimRead, LineRead
from frontdesk.billing.rules.contracting import allowed_said
from frontdesk.billing.rules.remitting import (
    DENIED,
    NOT_OURS,
    PREDETERMINATION,
    PROCESSED,
    REVERSAL,
    Posted,
    money_only,
    posted,
    spread,
)
from frontdesk.billing.rules.secondary import AS_LATER, fitted
from frontdesk.core.money import ZERO
from frontdesk.ledger.rules import Line, next_step, reason_in_words
from frontdesk.ledger.rules.chart import BANK, INSURANCE, PATIENT


@dataclass(frozen=True, slots=True)
class ChargeOpen:
    """One of the claim's charges: its number, code, dollars, and what insurance still owes."""

    charge_id: UUID
    control: str
    code: str
    modifiers: Sequence[str]
    amount: Decimal
    open: Decimal
    is_reversed: bool
    base: Line  # patient, provider, site, visit, claim: what its entries carry

    def with_open(self, amount: Decimal) -> "ChargeOpen":
        """Return the charge with what insurance owes on it at another moment."""
        return ChargeOpen(
            self.charge_id,
            self.control,
            self.code,
            self.modifiers,
            self.amount,
            amount,
            self.is_reversed,
            self.base,
        )


@dataclass(slots=True)
class LineSaid:
    """What the payer said of one charge, as the claim's line keeps it."""

    paid: Decimal
    allowed: Decimal
    reasons: list[str]
    held: list[AdjustmentRead] = field(default_factory=list)  # refused: somebody decides
    shares: list[AdjustmentRead] = field(default_factory=list)  # with which the patient owes
    remarks: list[str] = field(default_factory=list)

    @property
    def is_held(self) -> bool:
        """Whether part of it was refused: somebody decides, or an appeal does."""
        return bool(self.held)

    def plus(self, other: "LineSaid") -> "LineSaid":
        """Return this and another part of the same service, which a payer split in two."""
        return LineSaid(
            self.paid + other.paid,
            self.allowed + other.allowed,
            [*self.reasons, *other.reasons],
            [*self.held, *other.held],
            [*self.shares, *other.shares],
            [*self.remarks, *other.remarks],
        )


@dataclass(slots=True)
class Decided:
    """What follows from a decision. `why` is set where nothing may be posted without a person."""

    why: str = ""
    before: list[Line] = field(default_factory=list)  # what makes room for it, posted with it
    lines: list[Line] = field(default_factory=list)
    held: list[AdjustmentRead] = field(default_factory=list)
    controls: list[str] = field(default_factory=list)  # of our charges, line by line
    by_charge: dict[UUID, LineSaid] = field(default_factory=dict)
    becomes: str = ""  # Claim.Status
    is_part: bool = False  # the payer decided these charges apart from the claim's others
    kind: str = ""
    words: str = ""

    @property
    def patient_share(self) -> Decimal:
        """What moved to the patient, less what moved back."""
        return share_moved(self.lines)

    @property
    def held_amount(self) -> Decimal:
        """The dollars that wait for a person."""
        return sum((one.amount for one in self.held), ZERO)

    @property
    def is_only_duplicate(self) -> bool:
        """Whether all it says is that the payer decided the same before (CARC 18)."""
        return bool(self.held) and not self.lines and {one.reason for one in self.held} == {"18"}

    @property
    def held_codes(self) -> str:
        """The reasons as codes: CO-197 $80.00."""
        return ", ".join(f"{one.code} ${one.amount}" for one in self.held)

    @property
    def held_words(self) -> str:
        """The first reason in words."""
        return reason_in_words(self.held[0].reason) if self.held else ""

    @property
    def how_to_fix(self) -> str:
        """What usually helps against the first reason."""
        step = next_step(self.held[0].reason) if self.held else ""
        return f"{step[:1].upper()}{step[1:]}." if step else "Read the payer's remark."


def share_moved(lines: Iterable[Line]) -> Decimal:
    """Return what decisions move from insurance to the patient, less what they move back.

    What went on to a next plan, or came back from one, is no decision.
    """
    found = ZERO
    for line in lines:
        if line.kind.startswith("next_plan"):
            continue
        if (line.source, line.target) == (INSURANCE, PATIENT):
            found += line.amount
        elif (line.source, line.target) == (PATIENT, INSURANCE):
            found -= line.amount
    return found


def is_only_duplicate(claim: ClaimRead) -> bool:
    """Whether all a decision says is that the payer decided the same before (CARC 18)."""
    said = [*claim.adjustments, *(one for line in claim.lines for one in line.adjustments)]
    return claim.paid == ZERO and bool(said) and {one.reason for one in said} == {"18"}


def with_moved(charges: Sequence[ChargeOpen], lines: Iterable[Line]) -> list[ChargeOpen]:
    """Return the charges with what insurance owes on each after these lines."""
    change = _change(lines)
    return [one.with_open(one.open + change.get(one.charge_id, ZERO)) for one in charges]


def decide(claim: ClaimRead, charges: Sequence[ChargeOpen], *, payer_id: UUID) -> Decided:
    """Return what posting the decision means for our charges."""
    if why := _not_ours(claim, charges):
        return Decided(why=why)
    if claim.status == PREDETERMINATION:
        return Decided(kind="noted", words="The payer said in advance what it would pay")
    lines = spread(claim.adjustments, claim.lines) if claim.adjustments else claim.lines
    matched = match(lines, charges)
    if matched is None:
        return Decided(why="A line of the decision fits none of the claim's charges.")
    decided = Decided(becomes=_becomes(claim, charges), kind=_kind(claim), words=_words(claim))
    decided.is_part = abs(claim.charge) != _charged(charges)
    for line, charge in matched:
        base = charge.base
        if base.payer_id != payer_id:
            base = replace(base, payer_id=payer_id)
        made = (
            Posted(money_only(line, base))
            if charge.is_reversed
            else posted(line, base, is_denied=claim.status == DENIED)
        )
        if claim.status in AS_LATER and not charge.is_reversed:
            made = _fit(made, charge.open)
        decided.controls.append(charge.control)
        decided.lines += made.lines
        decided.held += made.held if claim.status != REVERSAL else []
        said = _said(line, made.held)
        before = decided.by_charge.get(charge.charge_id)
        decided.by_charge[charge.charge_id] = before.plus(said) if before else said
    decided.why = _too_much(decided.lines, charges)
    return decided


def _fit(made: Posted, room: Decimal) -> Posted:
    """Fit what a later plan says into what the plans before left open on the charge.

    Payment and the patient's share count in full: they go to a person where there is no room.
    """
    fixed = [line for line in made.lines if line.target in {BANK, PATIENT}]
    room -= sum((line.amount for line in fixed), ZERO)
    lines = list(fixed)
    for line in made.lines:
        if line.target in {BANK, PATIENT}:
            continue
        part = fitted(line.amount, room)
        room -= part
        if part:
            lines.append(replace(line, amount=part))
    held = []
    for one in made.held:
        part = fitted(one.amount, room)
        room -= part
        if part:
            held.append(replace(one, amount=part))
    return Posted(lines, held)


def match(
    lines: Sequence[LineRead], charges: Sequence[ChargeOpen]
) -> list[tuple[LineRead, ChargeOpen]] | None:
    """Pair every line with a charge: by our number, else by code and modifiers, else by code.

    Payers leave out modifiers and our numbers, or split a line in two: all of that still pairs,
    as long as there is only one charge it can be.
    """
    found = []
    for line in lines:
        charge = next((c for c in charges if line.control and c.control == line.control), None)
        charge = charge or _only(
            [c for c in charges if (c.code, set(c.modifiers)) == (line.code, set(line.modifiers))]
        )
        charge = charge or _only([c for c in charges if c.code == line.code])
        if charge is None:
            return None
        found.append((line, charge))
    return found


def _only(charges: list[ChargeOpen]) -> ChargeOpen | None:
    return charges[0] if len(charges) == 1 else None


def _not_ours(claim: ClaimRead, charges: Sequence[ChargeOpen]) -> str:
    if claim.status == NOT_OURS:
        return "The payer says that the claim is not one of its own, and sends no money for it."
    if claim.status not in {*PROCESSED, DENIED, REVERSAL, PREDETERMINATION}:
        return f"The decision has a status that is not known here ({claim.status})."
    ours = _charged(charges)
    if abs(claim.charge) != ours and not _is_part(claim, charges):
        return f"The payer decided on ${abs(claim.charge)}, and the claim was for ${ours}."
    if not claim.lines:
        return "The decision has no service lines."
    return ""


def _charged(charges: Sequence[ChargeOpen]) -> Decimal:
    return sum((charge.amount for charge in charges), ZERO)


def _is_part(claim: ClaimRead, charges: Sequence[ChargeOpen]) -> bool:
    """Whether it decides some of our charges, each as a whole: payers split a claim in two."""
    told: dict[UUID, Decimal] = {}
    amounts = {charge.charge_id: charge.amount for charge in charges}
    for line, charge in match(claim.lines, charges) or ():
        told[charge.charge_id] = told.get(charge.charge_id, ZERO) + abs(line.charge)
    is_whole = all(amount == amounts[key] for key, amount in told.items())
    return is_whole and sum(told.values(), ZERO) == abs(claim.charge)


def _too_much(lines: Sequence[Line], charges: Sequence[ChargeOpen]) -> str:
    """Refuse to pay a charge twice, or to take back what was never paid."""
    change = _change(lines)
    for charge in charges:
        after = charge.open + change.get(charge.charge_id, ZERO)
        if after < ZERO:
            return "This claim was decided before: posting it would settle more than was charged."
        if after > charge.amount:
            return "This takes back more than was posted for the claim."
    return ""


def _change(lines: Iterable[Line]) -> dict[UUID | None, Decimal]:
    """Return by how much lines change what insurance owes on each charge."""
    change: dict[UUID | None, Decimal] = {}
    for line in lines:
        if line.source == INSURANCE:
            change[line.charge_id] = change.get(line.charge_id, ZERO) - line.amount
        elif line.target == INSURANCE:
            change[line.charge_id] = change.get(line.charge_id, ZERO) + line.amount
    return change


def _becomes(claim: ClaimRead, charges: Sequence[ChargeOpen]) -> str:
    if claim.status == REVERSAL:
        replaced = all(charge.is_reversed for charge in charges)
        return "closed" if replaced else "accepted"  # then it is open again: a correction follows
    return verdict(claim)


def verdict(claim: ClaimRead) -> str:
    """Return the status that a decision leaves a claim in: a reversal, with the payer again."""
    if claim.status == REVERSAL:
        return "accepted"
    return "denied" if claim.status == DENIED or _pays_nothing(claim) else "paid"


def _pays_nothing(claim: ClaimRead) -> bool:
    """A claim whose lines are all refused is denied whatever its status says."""
    share = [a for line in claim.lines for a in line.adjustments if a.group == "PR" and a.amount]
    return claim.paid == ZERO and not share


def _kind(claim: ClaimRead) -> str:
    return {REVERSAL: "reversed", DENIED: "denied"}.get(claim.status, verdict(claim))


def _words(claim: ClaimRead) -> str:
    if claim.status == REVERSAL:
        return f"The payer took its decision back: ${-claim.paid}"
    if verdict(claim) == "denied":
        return "The payer denied it"
    return f"The payer paid ${claim.paid}; the patient's share is ${claim.patient_share}"


def _said(line: LineRead, held: list[AdjustmentRead]) -> LineSaid:
    return LineSaid(
        paid=line.paid,
        allowed=allowed_said(line),
        reasons=[one.code for one in line.adjustments],
        held=held,
        shares=[one for one in line.adjustments if one.group == "PR"],
        remarks=list(line.remarks),
    )
