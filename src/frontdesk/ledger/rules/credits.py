"""What to do about money that stands to a patient's credit: decisions on plain values."""

from dataclasses import dataclass
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
    """A patient's account as far as its credit goes: dollars, and days since anything moved."""

    credit: Decimal
    owed: Decimal
    insurance: Decimal
    own: Decimal  # what the patient paid themselves and did not get back
    proposed: Decimal
    days: int

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
        (standing.days >= unclaimed_months * DAYS_A_MONTH, "state"),
        (standing.insurance > ZERO or standing.days <= WAITS_FOR_A_BILL, "hold"),
    )
    return next((name for is_so, name in rules if is_so), "refund")
