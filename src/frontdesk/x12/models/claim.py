"""The professional claim (837P) as the office knows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from frontdesk.x12.models.common import (
    Adjustment,
    Amount,
    Extra,
    Member,
    Message,
    Party,
    Period,
    Procedure,
    Quantity,
    Reference,
    first_reference,
)


@dataclass(slots=True, kw_only=True)
class Diagnosis:
    """A diagnosis as it is sent (HI): no dot. `qualifier` is ABK for the first, ABF after."""

    code: str
    qualifier: str = "ABF"


@dataclass(slots=True, kw_only=True)
class Drug:
    """What was given (LIN and CTP): an NDC, how much in which unit, the prescription number."""

    ndc: str
    quantity: Decimal | None = None
    unit: str = "UN"
    prescription: str = ""
    qualifier: str = "N4"
    prescription_qualifier: str = "XZ"


@dataclass(slots=True, kw_only=True)
class LinePayment:
    """What an earlier payer decided on one line (2430): paid, reductions, when.

    `payer_id` equals the identifier of that payer in `Claim.other_payers`.
    """

    payer_id: str
    paid: Decimal
    procedure: Procedure
    units: Decimal = Decimal(1)
    adjustments: Sequence[Adjustment] = ()
    paid_on: date | None = None
    remaining: Decimal | None = None
    bundled_into: int | None = None


@dataclass(slots=True, kw_only=True)
class ServiceLine:
    """One line of a claim (2400): charge in dollars, units, pointers into the diagnoses.

    `pointers` are numbers from 1. `control` is the line item control number (REF*6R) that
    comes back in the remittance. `place_of_service` only where it differs from the claim's.
    `unit` is UN for units or MJ for minutes.
    """

    procedure: Procedure
    charge: Decimal
    service_date: date
    service_end: date | None = None
    units: Decimal = Decimal(1)
    unit: str = "UN"
    place_of_service: str = ""
    pointers: Sequence[int] = (1,)
    is_emergency: bool = False
    epsdt: bool = False
    family_planning: bool = False
    copay_exempt: bool = False
    control: str = ""
    drug: Drug | None = None
    periods: Sequence[Period] = ()
    references: Sequence[Reference] = ()
    amounts: Sequence[Amount] = ()
    quantities: Sequence[Quantity] = ()
    notes: Sequence[Message] = ()
    providers: Sequence[Party] = ()
    payments: Sequence[LinePayment] = ()
    extra: Sequence[Extra] = ()


@dataclass(slots=True, kw_only=True)
class OtherPayer:
    """Another coverage of the same patient and what it paid, if it has (2320, 2330A, 2330B).

    `responsibility` is P, S, T or a letter A to H; `filing` the kind of payer (MB, CI, …).
    The balance is: claim charge = `paid` + all adjustments here and on the lines.
    """

    responsibility: str
    payer: Party
    subscriber: Member
    group_number: str = ""
    group_name: str = ""
    insurance_type: str = ""
    filing: str = ""
    adjustments: Sequence[Adjustment] = ()
    paid: Decimal | None = None
    remaining: Decimal | None = None
    noncovered: Decimal | None = None
    benefits_assigned: str = "Y"
    patient_signature: str = ""
    release: str = "Y"
    paid_on: date | None = None
    providers: Sequence[Party] = ()
    extra: Sequence[Extra] = ()


@dataclass(slots=True, kw_only=True)
class Claim:
    """One professional claim with everything needed to send it alone.

    `number` is the patient control number (CLM01): it comes back in the 277CA and the 835.
    `frequency` is 1 original, 7 replacement, 8 void (7 and 8 need `payer_control`, written
    as REF*F8). `patient` is None where the subscriber is the patient. `responsibility` is
    this payer's rank: P, S or T. `references` holds further REFs (G1 authorization, 9F
    referral, X4 CLIA, EA chart number, …). `providers` holds the claim-level providers by
    entity: 82 rendering, DN referring, P3 primary care, 77 facility, DQ supervising; the
    properties `rendering`, `referring` and `facility` find them. Sums and pointers are
    checked when written.
    """

    number: str
    charge: Decimal
    submitter: Party
    receiver: Party
    billing: Party
    subscriber: Member
    payer: Party
    diagnoses: Sequence[Diagnosis]
    lines: Sequence[ServiceLine]
    pay_to: Party | None = None
    pay_to_plan: Party | None = None
    patient: Member | None = None
    responsibility: str = "P"
    group_number: str = ""
    group_name: str = ""
    insurance_type: str = ""
    filing: str = "CI"
    place_of_service: str = "11"
    frequency: str = "1"
    payer_control: str = ""
    provider_signature: str = "Y"
    assignment: str = "A"
    benefits_assigned: str = "Y"
    release: str = "Y"
    patient_signature: str = ""
    accident_causes: Sequence[str] = ()
    accident_state: str = ""
    accident_country: str = ""
    special_program: str = ""
    delay_reason: str = ""
    patient_paid: Decimal | None = None
    periods: Sequence[Period] = ()
    references: Sequence[Reference] = ()
    amounts: Sequence[Amount] = ()
    notes: Sequence[Message] = ()
    anesthesia_procedures: Sequence[str] = ()
    conditions: Sequence[str] = ()
    providers: Sequence[Party] = ()
    other_payers: Sequence[OtherPayer] = ()
    extra: Sequence[Extra] = ()
    reference: str = ""
    at: datetime | None = None
    kind: str = "CH"
    segment: int = 0
    position: int = 0

    def provider(self, entity: str) -> Party | None:
        """The first claim-level provider in this role, or nothing."""
        return next((p for p in self.providers if p.entity == entity), None)

    @property
    def rendering(self) -> Party | None:
        """Who gave the service, where that is not the billing provider."""
        return self.provider("82")

    @property
    def referring(self) -> Party | None:
        """Who sent the patient."""
        return self.provider("DN")

    @property
    def facility(self) -> Party | None:
        """Where the service was given, where that is not the billing provider's address."""
        return self.provider("77")

    def reference_value(self, qualifier: str) -> str:
        """The first claim-level reference of this kind, or an empty string."""
        return first_reference(self.references, qualifier)
