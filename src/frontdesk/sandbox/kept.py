"""What the sandbox reads back from its memory."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from frontdesk.sandbox.adjudication import Decision


@dataclass(frozen=True, slots=True)
class Due:
    """A decision that waits to be told in an 835."""

    id: int
    payer: str
    payee: dict[str, str]
    decision: Decision


@dataclass(frozen=True, slots=True)
class Kept:
    """A decision as it stands now, whose it is and to whom it pays."""

    decision: Decision
    member: str
    payer: str
    payee: dict[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What became of a claim that was heard of: refused at the door, decided, paid, taken back."""

    control: str
    payer: str
    refused: str = ""  # category:code of the 277CA
    told_on: date | None = None  # the day its decision was told in an 835
    trace: str = ""
    is_reversed: bool = False
    is_denied: bool = False
    paid: Decimal = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class ToTake:
    """Money that a payer has announced it will take from a later payment."""

    id: int
    control: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of somebody's mailbox."""

    id: str
    kind: str
    name: str
    size: int
    at: str
    is_taken: bool
