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
from frontdesk.billing.models.remittances import Remittance, RemittanceClaim, Underpayment
from frontdesk.billing.models.statements import Statement

__all__ = [
    "BankLine",
    "Charge",
    "Claim",
    "ClaimEvent",
    "ClaimLine",
    "Exchange",
    "Remittance",
    "RemittanceClaim",
    "Statement",
    "Transmission",
    "Underpayment",
]
