"""Our nouns ⇄ X12 and PDF: translation only."""

from frontdesk.billing.exchange.appeals import AppealPaper, Paper, appeal_pdf
from frontdesk.billing.exchange.bank import Credit, NotAStatement, credits_of
from frontdesk.billing.exchange.claims import (
    batch,
    claim_body,
    clean,
    envelope,
    unwritable,
    unwritable_among,
)
from frontdesk.billing.exchange.cms1500 import (
    cms1500_pdf,
)
from frontdesk.billing.exchange.collecting import hand_over_csv
from frontdesk.billing.exchange.files import segments
from frontdesk.billing.exchange.remittances import claims_read, provider_adjustments_read
from frontdesk.billing.exchange.statements import (
    held_lines,
    letter_pdf,
    notice_readings,
    read_lines,
    statement_lines,
    statement_pdf,
    statement_reading,
    told_letter_pdf,
)
from frontdesk.billing.exchange.status import (
    StatusSaid,
    UnreadableStatus,
    status_answer,
    status_request,
)
from frontdesk.billing.exchange.versions import (
    Difference,
    Part,
    compare,
    sent_body,
)

__all__ = [
    "AppealPaper",
    "Credit",
    "Difference",
    "NotAStatement",
    "Paper",
    "Part",
    "StatusSaid",
    "UnreadableStatus",
    "appeal_pdf",
    "batch",
    "claim_body",
    "claims_read",
    "clean",
    "cms1500_pdf",
    "compare",
    "credits_of",
    "envelope",
    "hand_over_csv",
    "held_lines",
    "letter_pdf",
    "notice_readings",
    "provider_adjustments_read",
    "read_lines",
    "segments",
    "sent_body",
    "statement_lines",
    "statement_pdf",
    "statement_reading",
    "status_answer",
    "status_request",
    "told_letter_pdf",
    "unwritable",
    "unwritable_among",
]
