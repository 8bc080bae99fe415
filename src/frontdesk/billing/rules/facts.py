"""What a claim says, as plain values: what the checks judge and the 837P is written from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from frontdesk.visits.rules.superbill import ACCIDENTS


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """A postal address."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""

    @property
    def zip_digits(self) -> str:
        """The ZIP without its hyphen: five or nine digits."""
        return "".join(c for c in self.zip_code if c.isdigit())

    @property
    def is_whole(self) -> bool:
        """Whether street, city, state and ZIP are there."""
        return bool(self.line1 and self.city and self.state and self.zip_code)


@dataclass(frozen=True, slots=True)
class OrganizationFacts:
    """The billing practice, or the site where the service was given."""

    name: str
    npi: str
    address: AddressFacts
    tax_id: str = ""
    taxonomy: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A subscriber, a patient or a provider."""

    first: str
    last: str
    middle: str = ""
    suffix: str = ""
    birth_date: date | None = None
    sex: str = "U"
    address: AddressFacts = AddressFacts()
    died_on: date | None = None
    npi: str = ""
    taxonomy: str = ""


@dataclass(frozen=True, slots=True)
class PayerFacts:
    """Who the claim goes to."""

    name: str
    payer_id: str
    filing: str
    takes_claims: bool
    takes_corrections: bool = True  # replaced and voided claims, by frequency 7 and 8
    not_enrolled: str = ""  # why claims may not go there yet
    address: AddressFacts = AddressFacts()


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """Under which contract: the member id, the patient's relationship, the days covered.

    `answered` is what the payer last said of it ("" when not asked): active, inactive, …
    """

    member_id: str
    group_number: str
    plan_name: str
    relationship: str
    rank: int
    starts_on: date | None = None
    ends_on: date | None = None
    is_active: bool = True
    answered: str = ""
    plan_began_on: date | None = None
    plan_ended_on: date | None = None
    needs_authorization: bool = False
    names_plan: str = ""  # another plan that its answer names, while nobody decided about it


@dataclass(frozen=True, slots=True)
class DiagnosisFacts:
    """A diagnosis with what the code set says of it on the day of service."""

    code: str
    is_known: bool = True
    is_billable: bool = True
    is_valid: bool = True


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One charge as claimed; `pointers` are letters of diagnoses, most important first."""

    place: int
    control: str
    code: str
    description: str
    modifiers: Sequence[str]
    units: int
    pointers: str
    charge: Decimal
    on: date
    ndc: str = ""  # the drug given, and how much of it
    ndc_quantity: Decimal | None = None
    ndc_unit: str = ""


@dataclass(frozen=True, slots=True)
class PriorLineFacts:
    """What the payer before decided on one line: amounts, reasons, the day."""

    place: int
    paid: Decimal
    adjustments: Sequence[tuple[str, str, Decimal]]  # group, reason, amount
    paid_on: date


@dataclass(frozen=True, slots=True)
class PriorFacts:
    """Another payer of the same patient who has decided already (coordination of benefits)."""

    payer: PayerFacts
    policy: PolicyFacts
    subscriber: PersonFacts
    paid: Decimal
    lines: Sequence[PriorLineFacts]
    level: int = 1


@dataclass(frozen=True, slots=True)
class AttachmentFacts:
    """A document that goes with the claim: which report, how it is sent, its number (PWK)."""

    report: str
    way: str
    control: str


@dataclass(frozen=True, slots=True)
class AuthorizationFacts:
    """How the authorization stands: what is missing, what is wrong with it, what is too little."""

    missing: str = ""
    is_hard: bool = False
    wrong: str = ""
    short: Sequence[str] = ()
    is_waived: bool = False


@dataclass(frozen=True, slots=True)
class BeginningFacts:
    """How it began: EM, AA or OA an accident (CLM11), LM a pregnancy, "" an illness, and when."""

    cause: str = ""
    on: date | None = None
    state: str = ""
    case_number: str = ""  # of the accident's insurance

    @property
    def is_accident(self) -> bool:
        """Whether an accident is the cause."""
        return self.cause in ACCIDENTS


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """A whole claim. Money is dollars; `today` is the day on which it is judged."""

    number: str
    frequency: str
    total: Decimal
    on: date
    today: date
    file_by: date
    place_of_service: str
    practice: OrganizationFacts
    site: OrganizationFacts
    provider: PersonFacts
    payer: PayerFacts
    policy: PolicyFacts
    subscriber: PersonFacts
    patient: PersonFacts
    diagnoses: Sequence[DiagnosisFacts]
    lines: Sequence[LineFacts]
    payer_control_number: str = ""
    corrects_paid: bool = False  # it stands for a claim that the payer has paid
    authorization_number: str = ""
    referral_number: str = ""
    referred_by: str = ""  # the name of who referred the patient, with the NPI beside it
    referred_by_npi: str = ""
    authorization: AuthorizationFacts = AuthorizationFacts()
    chart_number: str = ""
    sent_twins: Sequence[str] = ()  # numbers of claims in hand for the same day and codes
    prior: PriorFacts | None = None  # the plan right before this one
    earlier: Sequence[PriorFacts] = ()  # the plans before that
    level: int = 1  # 1 primary, 2 secondary, 3 tertiary
    msp_type: str = ""  # SBR05: why Medicare pays second
    waits_for: str = ""  # the plan before, where it has not decided yet
    built_at: datetime | None = None
    clia_number: str = ""
    attachments: Sequence[AttachmentFacts] = ()
    began: BeginningFacts = BeginningFacts()
    is_established: bool = False  # seen within three years; asked where a line says new patient

    @property
    def is_subscriber(self) -> bool:
        """Whether the patient holds the contract."""
        return self.policy.relationship == "18"
