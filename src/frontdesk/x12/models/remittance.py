"""The remittance advice (835): what a payer paid, claim by claim and line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from frontdesk.x12.models.common import (
    Adjustment,
    Amount,
    Contact,
    Extra,
    Party,
    Period,
    Procedure,
    Quantity,
    Reference,
    first_reference,
)


@dataclass(slots=True, kw_only=True)
class Account:
    """A bank account (half of a BPR): bank id and its kind, account number and its kind."""

    bank_qualifier: str = "01"
    bank: str = ""
    account_qualifier: str = "DA"
    account: str = ""


@dataclass(slots=True, kw_only=True)
class Payment:
    """The money itself (BPR): dollars, how, when, from which account to which.

    `handling` is I (remittance only), C (payment with remittance), H (notification) …;
    `method` is ACH, CHK, NON, FWT or BOP; `format` CCP or CTX for ACH.
    """

    amount: Decimal
    paid_on: date
    method: str = "CHK"
    handling: str = "I"
    credit: str = "C"
    format: str = ""
    sender_account: Account | None = None
    originator: str = ""
    originator_supplement: str = ""
    receiver_account: Account | None = None


@dataclass(slots=True, kw_only=True)
class RemittanceLine:
    """One adjudicated service (SVC): charge - adjustments = paid.

    `procedure` is what was adjudicated, `submitted` what was billed where that differs.
    `remarks` are RARCs (LQ*HE). Service dates are in `periods` (472, or 150 and 151).
    """

    procedure: Procedure
    charge: Decimal
    paid: Decimal
    revenue_code: str = ""
    units: Decimal | None = None
    submitted: Procedure | None = None
    submitted_units: Decimal | None = None
    periods: Sequence[Period] = ()
    adjustments: Sequence[Adjustment] = ()
    references: Sequence[Reference] = ()
    amounts: Sequence[Amount] = ()
    quantities: Sequence[Quantity] = ()
    remarks: Sequence[str] = ()
    extra: Sequence[Extra] = ()
    segment: int = 0

    @property
    def control(self) -> str:
        """Our line item control number, as it came back (REF*6R)."""
        return first_reference(self.references, "6R")

    @property
    def service_date(self) -> date | None:
        """The day of the service, or the first of its span."""
        return next((p.start for p in self.periods if p.qualifier in {"472", "150"}), None)

    @property
    def allowed(self) -> Decimal | None:
        """The allowed amount the payer states (AMT*B6), if it does."""
        return next((a.value for a in self.amounts if a.qualifier == "B6"), None)


@dataclass(slots=True, kw_only=True)
class RemittanceClaim:
    """One claim as the payer decided it (CLP).

    `number` is our patient control number. `status` is CLP02: 1, 2, 3 processed as primary,
    secondary, tertiary; 4 denied; 19, 20, 21 processed and forwarded; 22 reversal; 23 not
    our claim; 25 predetermination. charge - all adjustments (here and on lines) = paid.
    `remarks` are the RARCs of MOA or MIA. `parties` holds crossover and corrected payers,
    the other insured, …, by entity.
    """

    number: str
    status: str
    charge: Decimal
    paid: Decimal
    patient_responsibility: Decimal | None = None
    filing: str = ""
    payer_control: str = ""
    place_of_service: str = ""
    frequency: str = ""
    patient: Party | None = None
    insured: Party | None = None
    corrected_insured: Party | None = None
    rendering: Party | None = None
    parties: Sequence[Party] = ()
    adjustments: Sequence[Adjustment] = ()
    references: Sequence[Reference] = ()
    periods: Sequence[Period] = ()
    contacts: Sequence[Contact] = ()
    amounts: Sequence[Amount] = ()
    quantities: Sequence[Quantity] = ()
    remarks: Sequence[str] = ()
    lines: Sequence[RemittanceLine] = ()
    extra: Sequence[Extra] = ()
    group: str = "1"
    segment: int = 0
    position: int = 0

    @property
    def is_reversal(self) -> bool:
        """Whether this takes back an earlier decision."""
        return self.status == "22"

    @property
    def is_denied(self) -> bool:
        """Whether nothing is covered."""
        return self.status == "4"

    @property
    def is_forwarded(self) -> bool:
        """Whether the payer sent the claim on to the next one: do not bill that one again."""
        return self.status in {"19", "20", "21"}


@dataclass(slots=True)
class ProviderAdjustment:
    """Money that belongs to no claim here (one pair of a PLB).

    A positive amount lowers the payment. `reason` is WO, FB, 72, L6, CS, …; `reference` the
    payer's identifier for it.
    """

    provider: str
    period_end: date
    reason: str
    amount: Decimal
    reference: str = ""


@dataclass(slots=True, kw_only=True)
class Remittance:
    """One payment and its explanation (835).

    Balanced means: payment amount = sum of claims paid - sum of provider adjustments.
    `trace` (TRN02) and `trace_origin` (TRN03) match the deposit in the bank.
    """

    payment: Payment
    trace: str
    trace_origin: str
    payer: Party
    payee: Party
    claims: Sequence[RemittanceClaim] = ()
    provider_adjustments: Sequence[ProviderAdjustment] = ()
    trace_suborigin: str = ""
    produced_on: date | None = None
    receiver_reference: str = ""
    version_reference: str = ""
    extra: Sequence[Extra] = ()
