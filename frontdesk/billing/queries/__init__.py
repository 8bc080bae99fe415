"""Questions about claims, files, remittances and statements."""

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
from frontdesk.billing.queries.files import (
    claim_numbered,
    claims_in,
    claims_numbered,
    files_to_read,
    files_to_send,
    held_replacements,
    sent_before,
    sent_file,
)
from frontdesk.billing.queries.remittances import (
    candidates,
    charges_open,
    decision,
    next_policy,
    open_on,
    payer_of,
    remittance_known,
    remittances_to_post,
    rows_to_post,
    rows_with_all,
)
from frontdesk.billing.queries.statements import (
    open_statements,
    patients_to_bill,
    statements,
)

__all__ = [
    "candidates",
    "charges_of",
    "charges_open",
    "claim_numbered",
    "claim_to_replace",
    "claims_in",
    "claims_numbered",
    "decision",
    "diagnosis_codes",
    "entries_on",
    "facts_of",
    "files_to_read",
    "files_to_send",
    "held_replacements",
    "live_claims",
    "next_policy",
    "open_on",
    "open_statements",
    "patients_to_bill",
    "payer_of",
    "policy_chosen",
    "remittance_known",
    "remittances_to_post",
    "rows_to_post",
    "rows_with_all",
    "sent_before",
    "sent_file",
    "statements",
    "trial_envelope",
    "with_all",
]
