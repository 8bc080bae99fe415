"""Questions about claims, remittances and statements."""

from frontdesk.billing.queries.claims import (
    charges_of,
    claim_to_replace,
    diagnosis_codes,
    entries_on,
    live_claims,
    policy_chosen,
    trial_envelope,
)
from frontdesk.billing.queries.facts import facts_of, with_all

__all__ = [
    "charges_of",
    "claim_to_replace",
    "diagnosis_codes",
    "entries_on",
    "facts_of",
    "live_claims",
    "policy_chosen",
    "trial_envelope",
    "with_all",
]
