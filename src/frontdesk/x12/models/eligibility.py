"""Eligibility: what is asked of a payer (270) and what it answers (271)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from frontdesk.x12.models.common import Extra, Member, Message, Party, Period, Procedure, Reference


@dataclass(slots=True, kw_only=True)
class EligibilityInquiry:
    """One question about one person's coverage (270).

    `trace` (TRN02) comes back in the answer; `trace_origin` (TRN03) is ten characters, a
    digit and the asker's tax id. `reference` is BHT03. The dependent is asked about when
    given, else the subscriber. `service_types` are EQ01 codes (30 is the whole plan).
    """

    payer: Party
    provider: Party
    subscriber: Member
    dependent: Member | None = None
    service_date: date | None = None
    service_end: date | None = None
    service_types: Sequence[str] = ("30",)
    procedures: Sequence[Procedure] = ()
    trace: str = ""
    trace_origin: str = ""
    reference: str = ""
    at: datetime | None = None
    extra: Sequence[Extra] = ()


@dataclass(slots=True, kw_only=True)
class Reject:
    """Why a question was refused (AAA).

    `level` is payer, provider, subscriber, dependent or benefit; `code` is AAA03 (72 wrong
    member id, 75 not found, …), `follow_up` AAA04 (C correct and resend, R resubmit, …).
    `segment` is the number of the segment that opens its loop.
    """

    level: str
    code: str
    follow_up: str = ""
    is_valid_request: bool = False
    segment: int = 0


@dataclass(slots=True, kw_only=True)
class BenefitDetail:
    """Where or for what a benefit holds (III): place of service, diagnosis, nature of injury."""

    qualifier: str = ""
    code: str = ""
    category: str = ""
    text: str = ""


@dataclass(slots=True, kw_only=True)
class Delivery:
    """How much of a service is covered and how often (HSD)."""

    quantity_qualifier: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    sample: Decimal | None = None
    period_qualifier: str = ""
    periods: int | None = None
    calendar: str = ""
    pattern: str = ""


@dataclass(slots=True, kw_only=True)
class Benefit:
    """One fact about coverage (EB with the segments below it).

    `code` is EB01 (1 active, 6 inactive, A coinsurance, B copay, C deductible, F limit,
    G out of pocket, …). `amount` is dollars, `percent` a share of one (0.2 is 20 %).
    `in_network` is Y, N, W (makes no difference) or empty. `segment` is the number of the EB
    within its transaction (ST is 1), `position` its byte offset in the source: the figure's
    provenance. `loop` is 2110C for the subscriber, 2110D for the dependent.
    """

    code: str
    coverage_level: str = ""
    service_types: Sequence[str] = ()
    insurance_type: str = ""
    plan_description: str = ""
    period_qualifier: str = ""
    amount: Decimal | None = None
    percent: Decimal | None = None
    quantity_qualifier: str = ""
    quantity: Decimal | None = None
    authorization_required: str = ""
    in_network: str = ""
    procedure: Procedure | None = None
    deliveries: Sequence[Delivery] = ()
    references: Sequence[Reference] = ()
    periods: Sequence[Period] = ()
    rejects: Sequence[Reject] = ()
    messages: Sequence[str] = ()
    details: Sequence[BenefitDetail] = ()
    related: Sequence[Party] = ()
    loop: str = "2110C"
    segment: int = 0
    position: int = 0


@dataclass(slots=True, kw_only=True)
class EligibilityResponse:
    """One payer's answer about one person (271).

    Either `rejects` say why there is no answer, or `benefits` hold it. `trace` is the
    asker's own TRN02, `payer_trace` the payer's. Plan dates (DTP 346, 347, 291, …) are on
    the subscriber's or the dependent's `periods`.
    """

    payer: Party
    provider: Party | None = None
    subscriber: Member | None = None
    dependent: Member | None = None
    rejects: Sequence[Reject] = ()
    benefits: Sequence[Benefit] = ()
    trace: str = ""
    trace_origin: str = ""
    payer_trace: str = ""
    payer_trace_origin: str = ""
    reference: str = ""
    at: datetime | None = None
    messages: Sequence[Message] = ()
    extra: Sequence[Extra] = ()

    @property
    def is_active(self) -> bool:
        """Whether any benefit says that coverage is in force (EB01 1 to 5)."""
        return any(benefit.code in {"1", "2", "3", "4", "5"} for benefit in self.benefits)
