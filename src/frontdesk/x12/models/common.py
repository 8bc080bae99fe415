"""What several transactions share: parties, addresses, dates, references, amounts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal


@dataclass(slots=True, kw_only=True)
class Address:
    """A postal address (N3 and N4). `postal_code` is written without a hyphen."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    subdivision: str = ""


@dataclass(slots=True, kw_only=True)
class Contact:
    """Whom to call (PER). At most three numbers can be written; an extension follows a phone."""

    function: str = "IC"
    name: str = ""
    phone: str = ""
    extension: str = ""
    fax: str = ""
    email: str = ""
    url: str = ""


@dataclass(slots=True)
class Reference:
    """An identifier with the code that says what it is (REF), e.g. `Reference("G1", "AB12")`."""

    qualifier: str
    value: str = ""
    description: str = ""


@dataclass(slots=True)
class Period:
    """A day, a span of days or a moment, with the code that says what it is (DTP, DTM).

    `end` makes it a span, `at` a moment of the day `start`.
    """

    qualifier: str
    start: date
    end: date | None = None
    at: time | None = None


@dataclass(slots=True)
class Amount:
    """Dollars with the code that says what they are (AMT)."""

    qualifier: str
    value: Decimal


@dataclass(slots=True)
class Quantity:
    """A count with the code that says what it counts (QTY)."""

    qualifier: str
    value: Decimal


@dataclass(slots=True, kw_only=True)
class Procedure:
    """A service: `qualifier` names the code set (HC for HCPCS/CPT, AD for dental, …)."""

    code: str
    qualifier: str = "HC"
    modifiers: Sequence[str] = ()
    description: str = ""


@dataclass(slots=True, kw_only=True)
class Party:
    """Someone named in a message (NM1 or N1 and what hangs on it).

    `entity` is the X12 role (85 billing provider, PR payer, IL insured, …); the writers set
    it themselves where the place in the message leaves no choice. `name` is the last name of
    a person or the whole name of an organization. `identifier` is read with `id_qualifier`:
    XX an NPI, PI a payer id, MI a member id, 46 a submitter id.
    """

    name: str = ""
    first: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""
    is_person: bool = False
    entity: str = ""
    id_qualifier: str = ""
    identifier: str = ""
    taxonomy: str = ""
    address: Address | None = None
    contacts: Sequence[Contact] = ()
    references: Sequence[Reference] = ()

    @property
    def npi(self) -> str:
        """The National Provider Identifier, or nothing where another kind of id is given."""
        return self.identifier if self.id_qualifier == "XX" else ""

    def reference(self, qualifier: str) -> str:
        """The first reference of this kind, or an empty string."""
        return first_reference(self.references, qualifier)


@dataclass(slots=True, kw_only=True)
class Member(Party):
    """A subscriber, dependent or patient: a party with birth date, sex and relationship.

    `sex` is F, M or U. `relationship` is the X12 code to the subscriber (18 self, 01 spouse,
    19 child, G8 other). The member id is `identifier` with `id_qualifier` MI.
    """

    is_person: bool = True
    birth_date: date | None = None
    sex: str = ""
    relationship: str = ""
    periods: Sequence[Period] = ()

    @property
    def member_id(self) -> str:
        """The payer's number for this member."""
        return self.identifier


@dataclass(slots=True)
class Adjustment:
    """Why a charge was not paid in full (one triplet of a CAS).

    A positive amount lowers the payment. `group` is CO, PR, OA or PI; `reason` a CARC.
    """

    group: str
    reason: str
    amount: Decimal
    quantity: Decimal | None = None


@dataclass(slots=True)
class Message:
    """Free text with the code that says what it is about (NTE, MSG)."""

    qualifier: str
    text: str


@dataclass(slots=True)
class Extra:
    """A segment that is kept as it came because no field of the model holds it.

    `loop` is the loop id it stood in, `elements` the segment id and its elements; components
    are joined by ":" and repetitions by "^" whatever delimiters the source used.
    """

    loop: str
    elements: Sequence[str] = field(default_factory=tuple)


def first_reference(references: Sequence[Reference], qualifier: str) -> str:
    """The value of the first reference of this kind, or an empty string."""
    return next((r.value for r in references if r.qualifier == qualifier), "")


def first_period(periods: Sequence[Period], qualifier: str) -> Period | None:
    """The first period of this kind, or nothing."""
    return next((p for p in periods if p.qualifier == qualifier), None)
