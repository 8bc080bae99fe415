"""The three equations every remittance must satisfy (005010X221A1, section 1.10.2).

Line: charge - adjustments = paid. Claim: charge - all its adjustments = paid. Payment: claims
paid - provider adjustments = the money sent. A positive adjustment lowers the payment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from frontdesk.core.money import ZERO
from frontdesk.ledger.rules import reason_in_words


@dataclass(frozen=True, slots=True)
class AdjustmentRead:
    """Why a charge was not paid in full: CO, PR, OA or PI with a CARC, in dollars."""

    group: str
    reason: str
    amount: Decimal

    @property
    def code(self) -> str:
        """As people write it: CO-45."""
        return f"{self.group}-{self.reason}"

    @property
    def words(self) -> str:
        """What it says, in plain words."""
        return reason_in_words(self.reason)


@dataclass(frozen=True, slots=True)
class LineRead:
    """One service line of a remittance; `control` is our charge number where it came back."""

    control: str
    code: str
    modifiers: Sequence[str]
    charge: Decimal
    paid: Decimal
    adjustments: Sequence[AdjustmentRead]
    remarks: Sequence[str] = ()
    allowed: Decimal | None = None

    @property
    def adjusted(self) -> Decimal:
        """The sum of the adjustments."""
        return sum((one.amount for one in self.adjustments), ZERO)

    @property
    def is_balanced(self) -> bool:
        """Whether the first equation holds."""
        return self.charge - self.adjusted == self.paid

    def as_json(self) -> dict[str, Any]:
        """Return the line as kept with the remittance."""
        return {
            "control": self.control,
            "code": self.code,
            "modifiers": list(self.modifiers),
            "charge": str(self.charge),
            "paid": str(self.paid),
            "adjustments": [adjustment_json(one) for one in self.adjustments],
            "remarks": list(self.remarks),
            "allowed": None if self.allowed is None else str(self.allowed),
        }


@dataclass(frozen=True, slots=True)
class ClaimRead:
    """One claim of a remittance as the payer decided it."""

    number: str
    status: str  # CLP02
    charge: Decimal
    paid: Decimal
    patient_share: Decimal
    lines: Sequence[LineRead]
    adjustments: Sequence[AdjustmentRead]  # of the claim as a whole
    payer_control: str = ""
    patient_name: str = ""

    @property
    def left(self) -> Decimal:
        """The left side of the second equation: charge less every adjustment."""
        whole = sum((one.amount for one in self.adjustments), ZERO)
        return self.charge - whole - sum((line.adjusted for line in self.lines), ZERO)

    @property
    def is_balanced(self) -> bool:
        """Whether the second equation holds."""
        return self.left == self.paid


@dataclass(frozen=True, slots=True)
class ProviderAdjustmentRead:
    """Money of no claim here (PLB): positive lowers the payment."""

    reason: str
    amount: Decimal
    reference: str = ""


@dataclass(slots=True)
class Equation:
    """One equation: both sides summed over the file, and where it does not hold."""

    left: Decimal
    right: Decimal
    wrong: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether both sides are equal everywhere."""
        return not self.wrong and self.left == self.right

    def as_json(self) -> dict[str, Any]:
        """Return the equation as kept and shown."""
        return {
            "left": f"{self.left:.2f}",
            "right": f"{self.right:.2f}",
            "wrong": self.wrong,
            "holds": self.holds,
        }


def adjustment_json(one: AdjustmentRead) -> dict[str, str]:
    """Return an adjustment as kept with the remittance."""
    return {"group": one.group, "reason": one.reason, "amount": str(one.amount)}


def line_from_json(kept: dict[str, Any]) -> LineRead:
    """Return a line from what was kept of it."""
    return LineRead(
        control=kept["control"],
        code=kept["code"],
        modifiers=tuple(kept["modifiers"]),
        charge=Decimal(kept["charge"]),
        paid=Decimal(kept["paid"]),
        adjustments=adjustments_from_json(kept["adjustments"]),
        remarks=tuple(kept.get("remarks", ())),
        allowed=None if kept.get("allowed") is None else Decimal(kept["allowed"]),
    )


def adjustments_from_json(kept: Sequence[dict[str, str]]) -> list[AdjustmentRead]:
    """Return adjustments from what was kept of them."""
    return [AdjustmentRead(one["group"], one["reason"], Decimal(one["amount"])) for one in kept]


def balance(
    claims: Sequence[ClaimRead], provider: Sequence[ProviderAdjustmentRead], amount: Decimal
) -> dict[str, Equation]:
    """Return the three equations, keyed lines, claims and payment."""
    lines = [(claim, line) for claim in claims for line in claim.lines]
    return {
        "lines": Equation(
            sum((line.charge - line.adjusted for _, line in lines), ZERO),
            sum((line.paid for _, line in lines), ZERO),
            [f"{claim.number}/{line.code}" for claim, line in lines if not line.is_balanced],
        ),
        "claims": Equation(
            sum((claim.left for claim in claims), ZERO),
            sum((claim.paid for claim in claims), ZERO),
            [claim.number for claim in claims if not claim.is_balanced],
        ),
        "payment": Equation(
            sum((claim.paid for claim in claims), ZERO)
            - sum((one.amount for one in provider), ZERO),
            amount,
        ),
    }
