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
from frontdesk.billing.models.collecting import Agency, AgencyFile, Placement
from frontdesk.billing.models.deadlines import (
    ClockKind,
    Deadline,
    PaperForm,
    PayerLimit,
    PayerPace,
    StatusQuestion,
)
from frontdesk.billing.models.denials import Appeal, Denial, DenialStep
from frontdesk.billing.models.disputes import Dispute, DisputeMessage
from frontdesk.billing.models.helping import HelpRequest
from frontdesk.billing.models.remittances import Remittance, RemittanceClaim, Underpayment
from frontdesk.billing.models.ruled import ClaimAttachment, Replay, ReplayRow
from frontdesk.billing.models.statements import (
    Statement,
    StatementPart,
    StatementPolicy,
    StatementRun,
    StatementSkip,
)

__all__ = [
    "Agency",
    "AgencyFile",
    "Appeal",
    "BankLine",
    "Charge",
    "Claim",
    "ClaimAttachment",
    "ClaimEvent",
    "ClaimLine",
    "ClockKind",
    "Deadline",
    "Denial",
    "DenialStep",
    "Dispute",
    "DisputeMessage",
    "Exchange",
    "HelpRequest",
    "PaperForm",
    "PayerLimit",
    "PayerPace",
    "Placement",
    "Remittance",
    "RemittanceClaim",
    "Replay",
    "ReplayRow",
    "Statement",
    "StatementPart",
    "StatementPolicy",
    "StatementRun",
    "StatementSkip",
    "StatusQuestion",
    "Transmission",
    "Underpayment",
]
