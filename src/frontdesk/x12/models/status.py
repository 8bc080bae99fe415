"""Claim status: where a claim stands is asked (276) and answered (277)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from frontdesk.x12.models.acknowledgement import Status
from frontdesk.x12.models.common import (
    Extra,
    Member,
    Party,
    Period,
    Procedure,
    Reference,
    first_reference,
)

_FINAL = ("F",)


@dataclass(slots=True, kw_only=True)
class ClaimStatus(Status):
    """A status of the 277 (STC): besides what a 277CA says, what was paid, how and when.

    `amount` is the charge, `paid` the payment in dollars; `finalized_on` the day of the
    decision, `paid_on` and `payment` the day and number of the cheque or transfer.
    """

    code_list: str = ""
    paid: Decimal | None = None
    finalized_on: date | None = None
    paid_on: date | None = None
    payment: str = ""

    @property
    def is_final(self) -> bool:
        """Whether the payer has decided (F0 to F4)."""
        return self.category.startswith(_FINAL)


@dataclass(slots=True, kw_only=True)
class StatusLine:
    """One service line asked or told about (2210, 2220). `paid` is the answer's."""

    procedure: Procedure
    charge: Decimal
    units: Decimal
    paid: Decimal | None = None
    revenue_code: str = ""
    statuses: Sequence[ClaimStatus] = ()
    references: Sequence[Reference] = ()
    periods: Sequence[Period] = ()

    @property
    def control(self) -> str:
        """Our line item control number (REF*FJ)."""
        return first_reference(self.references, "FJ")


@dataclass(slots=True, kw_only=True)
class ClaimStatusInquiry:
    """A question about one claim (276).

    `trace` comes back in the answer. `references` name the claim: 1K the payer's number, EJ
    the patient's account, BLT type of bill, LU, 6P, XZ, D9. `charge` is dollars.
    """

    payer: Party
    receiver: Party
    provider: Party
    subscriber: Member
    dependent: Member | None = None
    trace: str = ""
    references: Sequence[Reference] = ()
    charge: Decimal | None = None
    service_date: date | None = None
    service_end: date | None = None
    lines: Sequence[StatusLine] = ()
    reference: str = ""
    at: datetime | None = None
    extra: Sequence[Extra] = ()
    segment: int = 0

    @property
    def patient(self) -> Member:
        """Whose claim it is."""
        return self.dependent or self.subscriber


@dataclass(slots=True, kw_only=True)
class ClaimStatusResponse:
    """The answer about one claim, or why there is none (277).

    `level` is claim; receiver or provider where the question was refused before any claim was
    looked for, `statuses` then say why. `trace` is the TRN02 of the question.
    """

    payer: Party
    receiver: Party
    provider: Party | None = None
    subscriber: Member | None = None
    dependent: Member | None = None
    level: str = "claim"
    trace: str = ""
    statuses: Sequence[ClaimStatus] = ()
    references: Sequence[Reference] = ()
    periods: Sequence[Period] = ()
    lines: Sequence[StatusLine] = ()
    reference: str = ""
    at: datetime | None = None
    extra: Sequence[Extra] = ()
    segment: int = 0

    @property
    def patient(self) -> Member | None:
        """Whose claim it is."""
        return self.dependent or self.subscriber

    @property
    def payer_control(self) -> str:
        """The payer's number for the claim (REF*1K)."""
        return first_reference(self.references, "1K")

    @property
    def is_final(self) -> bool:
        """Whether the payer has decided the claim."""
        return any(status.is_final for status in self.statuses)
