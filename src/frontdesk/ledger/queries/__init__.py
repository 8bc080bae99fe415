"""Questions to the books."""

from frontdesk.ledger.queries.account import (
    AccountLine,
    ChargeAccount,
    PatientAccount,
    VisitAccount,
    account,
)
from frontdesk.ledger.queries.balances import (
    AccountBalance,
    Balance,
    balance_of,
    balances_of,
    entries_of,
    every_entry,
    trial_balance,
)
from frontdesk.ledger.queries.buckets import Owing, owing
from frontdesk.ledger.queries.payments import (
    DayOfPayments,
    Receipt,
    payments_of_day,
    pending_cards,
    receipt,
)

__all__ = [
    "AccountBalance",
    "AccountLine",
    "Balance",
    "ChargeAccount",
    "DayOfPayments",
    "Owing",
    "PatientAccount",
    "Receipt",
    "VisitAccount",
    "account",
    "balance_of",
    "balances_of",
    "entries_of",
    "every_entry",
    "owing",
    "payments_of_day",
    "pending_cards",
    "receipt",
    "trial_balance",
]
