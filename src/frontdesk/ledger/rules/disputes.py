"""A disputed card as the gateway tells it, and its reason in the office's words."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

REASONS: dict[str, str] = {  # as Stripe names them
    "credit_not_processed": "They wait for a refund",
    "duplicate": "Charged twice, they say",
    "fraudulent": "They say they did not pay this",
    "general": "No reason given",
    "product_not_received": "They say nothing was done",
    "product_unacceptable": "Not what was agreed, they say",
    "subscription_canceled": "They ended the payments, they say",
    "unrecognized": "They do not know the charge",
}


@dataclass(frozen=True, slots=True)
class Disputed:
    """A dispute as the gateway tells it: open, sent, won or lost."""

    id: str
    payment: str  # the gateway's name for what is disputed
    amount: Decimal
    reason: str
    state: str
    due_at: datetime | None = None  # evidence counts until then


def words_of(reason: str) -> str:
    """Return a gateway's reason as the office reads it."""
    known = REASONS.get(reason) or reason.replace("_", " ").capitalize()
    return known or REASONS["general"]
