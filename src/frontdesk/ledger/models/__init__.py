"""The nouns of the books: entries, payments, drawers, deposits, closed days and months."""

from frontdesk.ledger.models.books import Account, Entry, Posting
from frontdesk.ledger.models.closing import Closing
from frontdesk.ledger.models.drawers import Deposit, Drawer, DrawerCount
from frontdesk.ledger.models.payments import Payment

__all__ = [
    "Account",
    "Closing",
    "Deposit",
    "Drawer",
    "DrawerCount",
    "Entry",
    "Payment",
    "Posting",
]
