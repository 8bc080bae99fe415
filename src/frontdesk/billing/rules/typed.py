"""A paper explanation of benefits as it is typed, and whether it balances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from frontdesk.billing.rules.balancing import AdjustmentRead
from frontdesk.core.money import CENT, ZERO

SHARES = {"deductible": "1", "coinsurance": "2", "copay": "3"}  # the CARC of each column
COLUMNS = ("allowed", *SHARES, "other", "paid")
GROUPS = frozenset({"CO", "PR", "OA", "PI"})


@dataclass(slots=True)
class TypedLine:
    """One service of a paper EOB: our charge, and what the columns of the paper say."""

    key: str
    control: str
    code: str
    modifiers: Sequence[str]
    charge: Decimal
    amounts: dict[str, Decimal | None] = field(default_factory=dict)
    reason: str = ""  # of what else was taken off: "CO-197"
    trouble: str = ""
    said: Mapping[str, str] = field(default_factory=dict)  # as typed, to show again

    @property
    def paid(self) -> Decimal:
        """What the payer paid."""
        return self.amounts.get("paid") or ZERO

    @property
    def adjustments(self) -> list[AdjustmentRead]:
        """What came off the charge: the contract's part, the patient's, and the rest."""
        allowed, other = self.amounts.get("allowed"), self.amounts.get("other") or ZERO
        group, _, code = self.reason.partition("-")
        found = [AdjustmentRead("CO", "45", self.charge - allowed)] if allowed is not None else []
        found += [
            AdjustmentRead("PR", carc, self.amounts.get(name) or ZERO)
            for name, carc in SHARES.items()
        ]
        found.append(AdjustmentRead(group, code, other))
        return [one for one in found if one.amount]

    @property
    def difference(self) -> Decimal:
        """What is missing for the line to balance: zero when it does."""
        return self.charge - sum((one.amount for one in self.adjustments), ZERO) - self.paid


@dataclass(slots=True)
class TypedClaim:
    """One claim of a paper EOB."""

    key: str
    number: str
    patient: str
    lines: list[TypedLine]
    is_later_plan: bool = False

    @property
    def status(self) -> str:
        """CLP02: denied where nothing is paid and nothing is the patient's."""
        share = any(one.group == "PR" for line in self.lines for one in line.adjustments)
        if not share and not any(line.paid for line in self.lines):
            return "4"
        return "2" if self.is_later_plan else "1"

    @property
    def paid(self) -> Decimal:
        """What the payer paid for the claim."""
        return sum((line.paid for line in self.lines), ZERO)


@dataclass(slots=True)
class TypedEob:
    """The whole paper, beside the check."""

    amount: Decimal | None
    claims: list[TypedClaim]

    @property
    def paid(self) -> Decimal:
        """What the claims come to."""
        return sum((claim.paid for claim in self.claims), ZERO)

    @property
    def left(self) -> Decimal | None:
        """The check less the claims; nothing while no amount is typed."""
        return None if self.amount is None else self.amount - self.paid

    @property
    def unbalanced(self) -> list[TypedLine]:
        """The lines that can't be right as they are typed."""
        return [
            line for claim in self.claims for line in claim.lines if line.trouble or line.difference
        ]

    @property
    def balances(self) -> bool:
        """Whether every line and the check come out even."""
        return bool(self.claims) and not self.unbalanced and self.left == ZERO


def read_line(line: TypedLine, said: Mapping[str, str]) -> TypedLine:
    """Take what was typed into a line; what can't be read is its trouble."""
    line.said = said
    line.reason = said.get("reason", "").strip().upper().replace(" ", "-")
    for name in COLUMNS:
        text = said.get(name, "").replace("$", "").replace(",", "").strip()
        try:
            line.amounts[name] = Decimal(text).quantize(CENT) if text else None
        except InvalidOperation:
            line.trouble = f"{text[:12]} is no amount."
    if line.amounts.get("other") and not _is_reason(line.reason):
        line.trouble = "Write the reason as the paper does: CO-197."
    return line


def _is_reason(text: str) -> bool:
    group, _, code = text.partition("-")
    return group in GROUPS and code.isalnum() and len(code) <= 5
