"""From superbill to cash: charges, claims, what was sent and answered, remittances, statements."""

from frontdesk.billing.models.bank import BankLine
from frontdesk.billing.models.claims import (
    Charge,
    Claim,
    ClaimEvent,
    ClaimLine,
    Exchange,
    Transmission,
)
from frontdesk.billing.models.deadlines import (
    ClockKind,
    Deadline,
    PaperForm,
    PayerLimit,
    PayerPace,
    StatusQuestion,
)
from frontdesk.billing.models.remittances import Remittance, RemittanceClaim, Underpayment
from frontdesk.billing.models.statements import Statement

__all__ = [
    "BankLine",
    "Charge",
    "Claim",
    "ClaimEvent",
    "ClaimLine",
    "ClockKind",
    "Deadline",
    "Exchange",
    "PaperForm",
    "PayerLimit",
    "PayerPace",
    "Remittance",
    "RemittanceClaim",
    "Statement",
    "StatusQuestion",
    "Transmission",
    "Underpayment",
]
