"""What a later plan paid above what the plan before leaves, after that one corrected itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from frontdesk.core.money import ZERO
from frontdesk.ledger.rules import Line
from frontdesk.ledger.rules.chart import BANK, INSURANCE, PATIENT, RECOUPMENT

OVERPAID = "overpaid"  # the kind of the entries by which it stands on the plan's own account


@dataclass(slots=True)
class LaterPlan:
    """What a later plan did for a charge, in dollars: paid, owed back to it, open with it."""

    base: Line  # patient, charge, payer, claim: what its entries carry
    paid: Decimal = ZERO
    owed: Decimal = ZERO
    open: Decimal = ZERO

    def hear(self, entry: Line) -> None:
        """Count an entry on the charge, as far as it is this plan's."""
        if entry.payer_id == self.base.payer_id:
            self.open += _into(INSURANCE, entry)
        if entry.claim_id != self.base.claim_id:
            return
        if {entry.source, entry.target} == {INSURANCE, BANK}:
            self.paid += _into(BANK, entry)
        elif entry.kind.startswith(OVERPAID):
            self.owed -= _into(RECOUPMENT, entry)


def _into(account: str, entry: Line) -> Decimal:
    """Return by how much an entry raises an account; less than zero where it lowers it."""
    if entry.target == account:
        return entry.amount
    return -entry.amount if entry.source == account else ZERO


def owed_by_patient(entries: Iterable[Line]) -> Decimal:
    """Return what stands on the patient's side of a charge; less than zero where too much came."""
    return sum((_into(PATIENT, entry) for entry in entries), ZERO)


def squared(plan: LaterPlan, patient: Decimal) -> list[Line]:
    """Return the lines after which a plan is owed what it paid too much, and no more than it paid.

    `patient` is what stands on the patient's side. What is owed there is paid out of what the
    plan paid too much; what came there too much is the plan's, not the patient's.
    """
    if plan.owed > ZERO and plan.open > ZERO:  # it took its own payment back
        return [_moved(plan, INSURANCE, RECOUPMENT, min(plan.owed, plan.open))]
    if patient < ZERO:
        more = min(-patient, plan.paid - plan.owed)
        return _both(plan, RECOUPMENT, PATIENT, more) if more > ZERO else []
    less = min(patient, plan.owed)
    return _both(plan, PATIENT, RECOUPMENT, less) if less > ZERO else []


def _both(plan: LaterPlan, source: str, target: str, amount: Decimal) -> list[Line]:
    """By way of what insurance owes: what the plan paid, and what the patient's share is."""
    return [_moved(plan, source, INSURANCE, amount), _moved(plan, INSURANCE, target, amount)]


def _moved(plan: LaterPlan, source: str, target: str, amount: Decimal) -> Line:
    kind = "next_plan" if PATIENT in (source, target) else OVERPAID
    return replace(plan.base, source=source, target=target, amount=amount, kind=kind, reason="")
