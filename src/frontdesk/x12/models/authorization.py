"""Services review: what is asked of a reviewer in advance, and what it decides (278)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from frontdesk.x12.models.common import (
    Extra,
    Member,
    Party,
    Period,
    Procedure,
    Reference,
    first_period,
)
from frontdesk.x12.models.eligibility import Delivery, Reject

_CERTIFIED = frozenset({"A1", "A2", "A6"})


@dataclass(slots=True, kw_only=True)
class Review:
    """What kind of review is asked for (UM).

    `category` is AR admission, HS services, IN individual, SC referral to a specialist;
    `certification` I new, R renewal, S revised, 1 and 2 appeals, 3 cancel, 4 extension;
    `service_type` as in eligibility; `place` a place of service (B) or facility type (A).
    """

    category: str = "HS"
    certification: str = "I"
    service_type: str = ""
    place: str = ""
    place_qualifier: str = "B"
    related_causes: Sequence[str] = ()
    accident_state: str = ""
    accident_country: str = ""
    level_of_service: str = ""
    condition: str = ""
    prognosis: str = ""
    release: str = ""
    delay_reason: str = ""


@dataclass(slots=True, kw_only=True)
class Decision:
    """What a reviewer decided (HCR).

    `action` is A1 certified in total, A2 in part, A6 modified, A3 not certified, A4 pended,
    C cancelled, CT contact the payer, NA no action required. `number` is the certification
    number, `reasons` are the reviewer's reason codes.
    """

    action: str
    number: str = ""
    reasons: Sequence[str] = ()
    second_opinion: str = ""

    @property
    def is_certified(self) -> bool:
        """Whether what was asked may be done, if not always all of it."""
        return self.action in _CERTIFIED

    @property
    def is_denied(self) -> bool:
        """Whether it was refused."""
        return self.action == "A3"

    @property
    def is_pended(self) -> bool:
        """Whether the decision is still to come."""
        return self.action == "A4"

    @property
    def is_not_required(self) -> bool:
        """Whether the reviewer says that nothing needs to be asked."""
        return self.action == "NA"


@dataclass(slots=True, kw_only=True)
class ReviewDiagnosis:
    """A diagnosis (HI), with the day it was made. In an answer, LOI asks for information."""

    code: str
    qualifier: str = "ABK"
    on: date | None = None


@dataclass(slots=True, kw_only=True)
class Attachment:
    """Further information and how it comes (PWK): EL by message, BM by mail, FX by fax."""

    report: str
    transmission: str
    control: str = ""
    description: str = ""


@dataclass(slots=True, kw_only=True)
class ReviewParty(Party):
    """A requester or provider in a review: with its role (PRV01) and what was wrong with it."""

    role: str = ""
    rejects: Sequence[Reject] = ()


@dataclass(slots=True, kw_only=True)
class ReviewedService:
    """One service asked for or decided (2000F).

    `kind` is professional (SV1), institutional (SV2), dental (SV3) or empty where the whole
    event is meant. `charge` is dollars. `decision` and `rejects` are the answer's.
    """

    kind: str = "professional"
    procedure: Procedure | None = None
    revenue_code: str = ""
    charge: Decimal | None = None
    unit: str = ""
    units: Decimal | None = None
    pointers: Sequence[int] = ()
    epsdt: str = ""
    level_of_care: str = ""
    residential_status: str = ""
    rate: Decimal | None = None
    oral_cavity: Sequence[str] = ()
    prosthesis: str = ""
    description: str = ""
    trace: str = ""
    trace_origin: str = ""
    review: Review | None = None
    decision: Decision | None = None
    periods: Sequence[Period] = ()
    references: Sequence[Reference] = ()
    deliveries: Sequence[Delivery] = ()
    attachments: Sequence[Attachment] = ()
    message: str = ""
    providers: Sequence[ReviewParty] = ()
    rejects: Sequence[Reject] = ()
    extra: Sequence[Extra] = ()
    segment: int = 0

    @property
    def service_period(self) -> Period | None:
        """When the service was or is to be given (DTP*472)."""
        return first_period(self.periods, "472")


@dataclass(slots=True, kw_only=True)
class ReviewedEvent:
    """What a request and its answer both hold: one patient event with its services.

    `reviewer` is the payer or whoever reviews for it (UMO). `trace` is the asker's number
    and comes back. `periods` are the event's (AAH event, 435 admission, 096 discharge, …).
    `references` are BB (earlier authorization) and NT (administrative number). `places` are
    the stops of a transport. What no field holds is in `extra`.
    """

    reviewer: Party
    requester: ReviewParty | None = None
    subscriber: Member | None = None
    dependent: Member | None = None
    trace: str = ""
    trace_origin: str = ""
    review: Review | None = None
    periods: Sequence[Period] = ()
    references: Sequence[Reference] = ()
    diagnoses: Sequence[ReviewDiagnosis] = ()
    deliveries: Sequence[Delivery] = ()
    attachments: Sequence[Attachment] = ()
    message: str = ""
    providers: Sequence[ReviewParty] = ()
    places: Sequence[ReviewParty] = ()
    services: Sequence[ReviewedService] = ()
    transaction_type: str = ""
    reference: str = ""
    at: datetime | None = None
    extra: Sequence[Extra] = ()
    segment: int = 0

    @property
    def patient(self) -> Member | None:
        """Whom it is about: the dependent when given, else the subscriber."""
        return self.dependent or self.subscriber


@dataclass(slots=True, kw_only=True)
class AuthorizationRequest(ReviewedEvent):
    """A request for review of one patient event (278, BHT02 13; 01 takes one back)."""

    purpose: str = "13"


@dataclass(slots=True, kw_only=True)
class AuthorizationResponse(ReviewedEvent):
    """The answer about one patient event, or why there is none (278, BHT02 11).

    `decision` is that on the whole event; services may have their own. `rejects` say what was
    wrong: with the message ("set"), the reviewer ("payer"), the requester, the subscriber, the
    dependent or the event. `payer_traces` are the reviewer's own numbers (TRN02, TRN03).
    """

    decision: Decision | None = None
    payer_traces: Sequence[tuple[str, str]] = ()
    rejects: Sequence[Reject] = ()

    @property
    def number(self) -> str:
        """The certification number: of the event, else of the first service that has one."""
        decisions = [self.decision, *(service.decision for service in self.services)]
        return next((d.number for d in decisions if d is not None and d.number), "")

    @property
    def is_certified(self) -> bool:
        """Whether the event, or without a decision on it every service, may go ahead."""
        if self.decision is not None:
            return self.decision.is_certified
        decisions = [service.decision for service in self.services]
        return bool(decisions) and all(d is not None and d.is_certified for d in decisions)

    @property
    def effective(self) -> Period | None:
        """From when to when the certification holds (DTP*007, else DTP*AAH)."""
        return first_period(self.periods, "007") or first_period(self.periods, "AAH")
