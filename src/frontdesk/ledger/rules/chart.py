"""The chart of accounts, and the lines that move money between its accounts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from frontdesk.core.money import CENT
from frontdesk.ledger.rules.costs import COSTS, EQUIPMENT, PAYABLE, VENDOR_DISCOUNTS

INSURANCE = "receivable.insurance"
PATIENT = "receivable.patient"
CREDIT = "patient.credit"
BANK = "bank"
RECOUPMENT = "payer.recoupment"
SERVICES = "income.services"
CONTRACTUAL = "adjustment.contractual"
WRITE_OFF = "adjustment.writeoff"
OTHER = "adjustment.other"
INTEREST = "interest"
CAPITATION = "income.capitation"
WITHHELD = "payer.withheld"
CASH = "cash"
CHECKS = "checks"
CARDS = "cards"
DEPOSITS = "deposits"
OVER_SHORT = "overshort"
FEES = "income.fees"
REFUNDS = "refunds"
HARDSHIP = "adjustment.hardship"
COLLECTIONS = "receivable.collections"
AGENCY_FEES = "expense.agency"


class AccountRule(NamedTuple):
    """What an account is called and on which side of the books it stands."""

    name: str
    kind: str  # Account.Kind


CHART: dict[str, AccountRule] = {
    CASH: AccountRule("Cash drawer", "asset"),
    CHECKS: AccountRule("Checks to deposit", "asset"),
    CARDS: AccountRule("Card payments on their way", "asset"),
    DEPOSITS: AccountRule("Deposits on their way", "asset"),
    BANK: AccountRule("Bank", "asset"),
    INSURANCE: AccountRule("Owed by insurance", "asset"),
    PATIENT: AccountRule("Owed by patients", "asset"),
    CREDIT: AccountRule("Patients' credit", "liability"),
    RECOUPMENT: AccountRule("Payers' balances and recoupments", "liability"),
    SERVICES: AccountRule("Services", "income"),
    CONTRACTUAL: AccountRule("Contractual adjustments", "income"),
    WRITE_OFF: AccountRule("Write-offs", "income"),
    OTHER: AccountRule("Other adjustments", "income"),
    INTEREST: AccountRule("Interest from payers", "income"),
    CAPITATION: AccountRule("Capitation and bonuses from payers", "income"),
    WITHHELD: AccountRule("Withheld by payers for others", "asset"),
    OVER_SHORT: AccountRule("Cash over and short", "expense"),
    FEES: AccountRule("Fees from patients", "income"),
    REFUNDS: AccountRule("Refunds to be paid", "liability"),
    HARDSHIP: AccountRule("Financial help for patients", "income"),
    COLLECTIONS: AccountRule("With collection agencies", "asset"),
    AGENCY_FEES: AccountRule("Fees of collection agencies", "expense"),
}
CHART |= {
    PAYABLE: AccountRule("Bills to pay", "liability"),
    EQUIPMENT: AccountRule("Equipment and furniture", "asset"),
    VENDOR_DISCOUNTS: AccountRule("Discounts of vendors", "income"),
    **{code: AccountRule(name, "expense") for code, name in COSTS.items()},
}

CASH_OF = {"cash": CASH, "check": CHECKS, "card": CARDS}  # by Payment.Method

# The accounts whose balance is the sum of what single patients owe or have: the sub-ledger.
OF_PATIENTS = frozenset({INSURANCE, PATIENT, CREDIT})
BY_PATIENT = OF_PATIENTS | {COLLECTIONS}  # with what an agency collects for us


@dataclass(frozen=True, slots=True)
class Line:
    """A sum to move: `source` is credited, `target` debited (codes of the chart), in dollars."""

    source: str
    target: str
    amount: Decimal
    kind: str
    patient_id: UUID | None = None
    provider_id: UUID | None = None
    site_id: UUID | None = None
    payer_id: UUID | None = None
    visit_id: UUID | None = None
    charge_id: UUID | None = None
    claim_id: UUID | None = None
    payment_id: UUID | None = None
    reason: str = ""  # CARC with its group: "CO-45"
    label: str = ""  # what a person reads: the code and words of a charge
    service_on: date | None = None

    def moving(self, source: str, target: str, amount: Decimal, kind: str, reason: str) -> "Line":
        """Return another sum for the same patient, charge and so on; `replace` takes twice that."""
        return Line(
            source,
            target,
            amount,
            kind,
            self.patient_id,
            self.provider_id,
            self.site_id,
            self.payer_id,
            self.visit_id,
            self.charge_id,
            self.claim_id,
            self.payment_id,
            reason,
            self.label,
            self.service_on,
        )


def signed(line: Line) -> Line:
    """Return the line with a positive amount, turned round where the amount is negative."""
    if line.amount >= 0:
        return line
    return replace(line, source=line.target, target=line.source, amount=-line.amount)


def mirrored(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that take these back."""
    return [
        replace(line, source=line.target, target=line.source, kind=f"{line.kind}.back"[:20])
        for line in lines
    ]


def check_lines(lines: Sequence[Line]) -> None:
    """Raise `ValueError` for a posting that the books cannot hold: a mistake in the program."""
    if not lines:
        raise ValueError("A posting has at least one line.")
    for line in lines:
        if line.source not in CHART or line.target not in CHART:
            raise ValueError(f"No such account: {line.source} or {line.target}.")
        if line.source == line.target:
            raise ValueError(f"{line.source} cannot pay itself.")
        if line.amount <= 0 or line.amount != line.amount.quantize(CENT):
            raise ValueError("An entry moves a positive number of whole cents.")
        if line.patient_id is None and BY_PATIENT & {line.source, line.target}:
            raise ValueError("What a patient owes or has names the patient.")
