"""What reading yields: transactions, their defects, and the report on a whole source."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from frontdesk.x12.models.acknowledgement import (
    ClaimAcknowledgement,
    FunctionalAcknowledgement,
    InterchangeAcknowledgement,
)
from frontdesk.x12.models.authorization import AuthorizationRequest, AuthorizationResponse
from frontdesk.x12.models.claim import Claim
from frontdesk.x12.models.eligibility import EligibilityInquiry, EligibilityResponse
from frontdesk.x12.models.envelope import Envelope
from frontdesk.x12.models.remittance import Remittance
from frontdesk.x12.models.status import ClaimStatusInquiry, ClaimStatusResponse

Body = (
    EligibilityInquiry
    | EligibilityResponse
    | Claim
    | Remittance
    | ClaimAcknowledgement
    | ClaimStatusInquiry
    | ClaimStatusResponse
    | AuthorizationRequest
    | AuthorizationResponse
    | FunctionalAcknowledgement
    | InterchangeAcknowledgement
)
Severity = Literal["error", "warning"]


@dataclass(slots=True, frozen=True)
class Defect:
    """One thing that is wrong, and where. The message never holds a value of the source.

    `segment` counts within the transaction (ST is 1; for envelope defects, within the
    source). `element` is like "NM109" or "SV101-2", empty where the whole segment is meant.
    `snip` is the WEDI SNIP type; `code` a stable id of ours such as "element-missing".
    """

    segment: int
    id: str
    loop: str
    element: str
    snip: int
    code: str
    message: str
    severity: Severity = "error"


@dataclass(slots=True, kw_only=True)
class Transaction:
    """One transaction set as read, or one TA1 (`set` is then "TA1").

    `bodies` are the typed contents: the claims of an 837P, the inquiries of a 270, the one
    remittance of an 835. A broken transaction has `errors`, and those bodies that could
    still be built. `start` and `end` are byte offsets of ST and past SE in the source.
    """

    set: str
    version: str
    control: str
    group_control: str
    interchange_control: str
    sender: str
    receiver: str
    usage: str
    bodies: Sequence[Body] = ()
    defects: Sequence[Defect] = ()
    segments: int = 0
    start: int = 0
    end: int = 0
    envelope: Envelope | None = None

    @property
    def body(self) -> Body | None:
        """The first, often only, content."""
        return self.bodies[0] if self.bodies else None

    @property
    def errors(self) -> Sequence[Defect]:
        """The defects that make the transaction invalid."""
        return [defect for defect in self.defects if defect.severity == "error"]

    @property
    def warnings(self) -> Sequence[Defect]:
        """Deviations that were tolerated."""
        return [defect for defect in self.defects if defect.severity == "warning"]

    @property
    def valid(self) -> bool:
        """Whether there is no error."""
        return not self.errors


@dataclass(slots=True, kw_only=True)
class TransactionReport:
    """The verdict on one transaction set (ST to SE)."""

    set: str
    version: str
    control: str
    segments: int = 0
    errors: Sequence[Defect] = ()
    warnings: Sequence[Defect] = ()

    @property
    def valid(self) -> bool:
        """Whether there is no error."""
        return not self.errors


@dataclass(slots=True, kw_only=True)
class GroupReport:
    """The verdict on one functional group (GS to GE). `declared` is its own count (GE01)."""

    functional_id: str
    control: str
    version: str
    declared: int = 0
    transactions: list[TransactionReport] = field(default_factory=list)
    errors: list[Defect] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class InterchangeReport:
    """The verdict on one interchange (ISA to IEA)."""

    envelope: Envelope | None
    control: str
    groups: list[GroupReport] = field(default_factory=list)
    errors: list[Defect] = field(default_factory=list)
    acknowledgements: int = 0


@dataclass(slots=True, kw_only=True)
class Report:
    """The verdict on a source: its interchanges, and what is wrong outside any of them."""

    interchanges: list[InterchangeReport] = field(default_factory=list)
    outside: list[Defect] = field(default_factory=list)

    @property
    def transactions(self) -> Sequence[TransactionReport]:
        """Every transaction set, in order."""
        return [t for group in self._groups() for t in group.transactions]

    @property
    def errors(self) -> Sequence[Defect]:
        """What is wrong with the envelopes, outside any transaction set."""
        found = list(self.outside)
        for interchange in self.interchanges:
            found += interchange.errors
            for group in interchange.groups:
                found += group.errors
        return [defect for defect in found if defect.severity == "error"]

    @property
    def valid(self) -> bool:
        """Whether neither an envelope nor a transaction set has an error."""
        return not self.errors and all(t.valid for t in self.transactions)

    def _groups(self) -> Iterator[GroupReport]:
        for interchange in self.interchanges:
            yield from interchange.groups
