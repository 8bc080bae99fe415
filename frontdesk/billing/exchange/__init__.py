"""Our nouns ⇄ X12 and PDF: translation only."""

from frontdesk.billing.exchange.claims import batch, claim_body, clean, envelope, unwritable

__all__ = ["batch", "claim_body", "clean", "envelope", "unwritable"]
