"""Acknowledgements: of an interchange (TA1), of a group (999) and of claims (277CA)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from frontdesk.x12.models.common import (
    Amount,
    Extra,
    Party,
    Period,
    Procedure,
    Quantity,
    Reference,
    first_reference,
)


@dataclass(slots=True, kw_only=True)
class InterchangeAcknowledgement:
    """Whether an envelope was understood (TA1).

    `control` and `at` are those of the acknowledged ISA; `status` is A accepted, E accepted
    with errors, R rejected; `note` says why (000 is no error).
    """

    control: str
    at: datetime
    status: str = "A"
    note: str = "000"

    @property
    def is_accepted(self) -> bool:
        """Whether the interchange was taken in."""
        return self.status in {"A", "E"}


@dataclass(slots=True, kw_only=True)
class ElementNote:
    """One faulty element (IK4). Its value is read but never written: it may be a patient's."""

    position: int
    component: int | None = None
    repetition: int | None = None
    reference: str = ""
    code: str = ""
    value: str = ""


@dataclass(slots=True, kw_only=True)
class SegmentNote:
    """One faulty segment (IK3): its id, its number in the transaction, its loop, what is wrong.

    `contexts` are the CTX segments after their name, as they stand: "CLM01:26", or
    "SITUATIONAL TRIGGER*CLM*43**5:3".
    """

    id: str
    position: int
    loop: str = ""
    code: str = ""
    contexts: Sequence[str] = ()
    elements: Sequence[ElementNote] = ()


@dataclass(slots=True, kw_only=True)
class TransactionNote:
    """The verdict on one transaction set (AK2 to IK5).

    `status` is A accepted, E accepted with errors noted, R rejected (also M, W, X).
    """

    set: str
    control: str
    version: str = ""
    status: str = "A"
    codes: Sequence[str] = ()
    segments: Sequence[SegmentNote] = ()

    @property
    def is_accepted(self) -> bool:
        """Whether the transaction set was taken in."""
        return self.status in {"A", "E"}


@dataclass(slots=True, kw_only=True)
class FunctionalAcknowledgement:
    """The verdict on one functional group (999).

    `group` is GS01 (HC for claims), `control` GS06 of the acknowledged group. `status` is
    A, E, P partly accepted, or R.
    """

    group: str
    control: str
    version: str = ""
    status: str = "A"
    included: int = 0
    received: int = 0
    accepted: int = 0
    codes: Sequence[str] = ()
    transactions: Sequence[TransactionNote] = ()

    @property
    def is_accepted(self) -> bool:
        """Whether the whole group was taken in."""
        return self.status in {"A", "E"}


@dataclass(slots=True, kw_only=True)
class Status:
    """What a payer or clearinghouse says of a claim or line (STC).

    `category` is A1, A2, A3, A6, A7, A8, …; `code` the claim status code; `entity` whom it
    is about. `action` is WQ accept or U reject.
    """

    category: str
    code: str
    entity: str = ""
    on: date | None = None
    action: str = ""
    amount: Decimal | None = None
    message: str = ""
    further: Sequence[tuple[str, str, str]] = ()

    @property
    def is_rejected(self) -> bool:
        """Whether this status sends the claim back."""
        return self.category in {"A3", "A4", "A6", "A7", "A8"} or self.action == "U"


@dataclass(slots=True, kw_only=True)
class AcknowledgedLine:
    """The status of one service line (2220D)."""

    procedure: Procedure | None = None
    charge: Decimal | None = None
    revenue_code: str = ""
    units: Decimal | None = None
    statuses: Sequence[Status] = ()
    references: Sequence[Reference] = ()
    periods: Sequence[Period] = ()

    @property
    def control(self) -> str:
        """Our line item control number (REF*FJ)."""
        return first_reference(self.references, "FJ")


@dataclass(slots=True, kw_only=True)
class AcknowledgedClaim:
    """The status of one claim (2200D). `number` is our patient control number (TRN02)."""

    number: str
    statuses: Sequence[Status]
    patient: Party | None = None
    provider: Party | None = None
    references: Sequence[Reference] = ()
    periods: Sequence[Period] = ()
    lines: Sequence[AcknowledgedLine] = ()
    segment: int = 0

    @property
    def payer_control(self) -> str:
        """The payer's number for the claim (REF*1K), given when it took the claim in."""
        return first_reference(self.references, "1K")

    @property
    def is_accepted(self) -> bool:
        """Whether no status sends the claim back."""
        return not any(status.is_rejected for status in self.statuses)


@dataclass(slots=True, kw_only=True)
class AcknowledgedProvider:
    """One billing provider's part of a 277CA, with its claims (2000C and 2000D)."""

    provider: Party
    trace: str = ""
    statuses: Sequence[Status] = ()
    references: Sequence[Reference] = ()
    quantities: Sequence[Quantity] = ()
    amounts: Sequence[Amount] = ()
    claims: Sequence[AcknowledgedClaim] = ()


@dataclass(slots=True, kw_only=True)
class ClaimAcknowledgement:
    """Which claims of a batch were taken in and which not, and why (277CA).

    `batch` is the BHT03 of our 837 (TRN02 of the receiver level). `statuses` judge the whole
    batch. `quantities` and `amounts` are its totals (90/YU accepted, AA/YY rejected).
    """

    source: Party
    receiver: Party
    reference: str = ""
    at: datetime | None = None
    source_trace: str = ""
    received_on: date | None = None
    sent_on: date | None = None
    batch: str = ""
    statuses: Sequence[Status] = ()
    quantities: Sequence[Quantity] = ()
    amounts: Sequence[Amount] = ()
    providers: Sequence[AcknowledgedProvider] = ()
    extra: Sequence[Extra] = ()

    @property
    def claims(self) -> Sequence[AcknowledgedClaim]:
        """All claims, whichever provider they belong to."""
        return [claim for provider in self.providers for claim in provider.claims]
