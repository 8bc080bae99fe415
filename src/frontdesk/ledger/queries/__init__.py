"""Questions to the books."""

from frontdesk.ledger.queries import cards, crediting, family, plans, returned
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
from frontdesk.ledger.queries.closing import (
    closed_from,
    closing_of,
    closings,
    drawers_open,
    figures_of_day,
    loose_money,
    loose_payments,
    open_at,
    open_day,
    open_since,
)
from frontdesk.ledger.queries.drawers import (
    DrawerRow,
    DrawerSums,
    ToDeposit,
    checks_of,
    deposits,
    drawer_of,
    drawer_row,
    drawers_of_day,
    to_deposit,
)
from frontdesk.ledger.queries.payments import (
    DayOfPayments,
    Receipt,
    payments_of_day,
    pending_cards,
    receipt,
)
from frontdesk.ledger.queries.policy import payment_policy
from frontdesk.ledger.queries.ties import Tie, ties
from frontdesk.ledger.queries.ways import Ways, ways_of

__all__ = [
    "AccountBalance",
    "AccountLine",
    "Balance",
    "ChargeAccount",
    "DayOfPayments",
    "DrawerRow",
    "DrawerSums",
    "Owing",
    "PatientAccount",
    "Receipt",
    "Tie",
    "ToDeposit",
    "VisitAccount",
    "Ways",
    "account",
    "balance_of",
    "balances_of",
    "cards",
    "checks_of",
    "closed_from",
    "closing_of",
    "closings",
    "crediting",
    "deposits",
    "drawer_of",
    "drawer_row",
    "drawers_of_day",
    "drawers_open",
    "entries_of",
    "every_entry",
    "family",
    "figures_of_day",
    "loose_money",
    "loose_payments",
    "open_at",
    "open_day",
    "open_since",
    "owing",
    "payment_policy",
    "payments_of_day",
    "pending_cards",
    "plans",
    "receipt",
    "returned",
    "ties",
    "to_deposit",
    "trial_balance",
    "ways_of",
]
