"""Why a card is disputed, in the office's words."""

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


def words_of(reason: str) -> str:
    """Return a gateway's reason as the office reads it."""
    known = REASONS.get(reason) or reason.replace("_", " ").capitalize()
    return known or REASONS["general"]
