"""What to do about money that stands to a patient's credit: decisions on plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from frontdesk.core.money import ZERO

DAYS_A_MONTH = 30
WAITS_FOR_A_BILL = 60  # days a prepayment may wait for its visit's bill

PROPOSALS = {
    "waits": "A refund is proposed: another person approves it",
    "apply": "Let it pay what is owed",
    "insurer": "More came in than the patient paid: look whether an insurer paid too much",
    "hold": "Paid ahead: may wait for its bill",
    "state": "Unclaimed so long that it goes to the state",
    "refund": "Give it back to the patient",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A patient's account as far as its credit goes: dollars, and days.

    `days` is the age of the oldest credit that is still there; `quiet` the days since anything
    moved on the account, which is what a state's dormancy counts.
    """

    credit: Decimal
    owed: Decimal
    insurance: Decimal
    own: Decimal  # what the patient paid themselves and did not get back
    proposed: Decimal
    days: int
    quiet: int

    @property
    def of_insurer(self) -> Decimal:
        """What cannot be the patient's own money."""
        return max(self.credit - max(self.own, ZERO), ZERO)


def proposed_for(standing: Standing, unclaimed_months: int) -> str:
    """Return the key of PROPOSALS that fits; insurers' money comes before everything else."""
    rules = (
        (standing.proposed >= standing.credit, "waits"),
        (standing.of_insurer > ZERO, "insurer"),
        (standing.owed > ZERO, "apply"),
        (standing.quiet >= unclaimed_months * DAYS_A_MONTH, "state"),
        (standing.insurance > ZERO or standing.days <= WAITS_FOR_A_BILL, "hold"),
    )
    return next((name for is_so, name in rules if is_so), "refund")


def still_there(moved: Iterable[tuple[date, Decimal]]) -> list[tuple[date, Decimal]]:
    """Return what is left of sums that came, each with its day, the oldest first.

    What went (sums below zero) took the oldest away first; nothing is left where more went
    than came.
    """
    parts = sorted(moved)
    gone = -sum((amount for _, amount in parts if amount < ZERO), ZERO)
    left = []
    for day, amount in parts:
        if amount > ZERO:
            used = min(amount, gone)
            gone -= used
            left += [(day, amount - used)] if amount > used else []
    return left
