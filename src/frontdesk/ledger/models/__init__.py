"""The nouns of the books: entries, payments, plans, refunds, drawers, deposits, closed days."""

from frontdesk.ledger.models.books import Account, Entry, Posting
from frontdesk.ledger.models.cards import SavedCard
from frontdesk.ledger.models.closing import Closing
from frontdesk.ledger.models.disputes import CardDispute
from frontdesk.ledger.models.drawers import Deposit, Drawer, DrawerCount
from frontdesk.ledger.models.payments import Payment
from frontdesk.ledger.models.payouts import CardPayout
from frontdesk.ledger.models.plans import Instalment, InstalmentPart, Plan, PlanEvent
from frontdesk.ledger.models.policy import PaymentPolicy
from frontdesk.ledger.models.refunds import Refund, ReturnedPayment, SmallBalanceRun

__all__ = [
    "Account",
    "CardDispute",
    "CardPayout",
    "Closing",
    "Deposit",
    "Drawer",
    "DrawerCount",
    "Entry",
    "Instalment",
    "InstalmentPart",
    "Payment",
    "PaymentPolicy",
    "Plan",
    "PlanEvent",
    "Posting",
    "Refund",
    "ReturnedPayment",
    "SavedCard",
    "SmallBalanceRun",
]
