"""The ledger on screen."""

from frontdesk.ledger.views.accounts import account, panel, write_off
from frontdesk.ledger.views.cards import card, stripe_event
from frontdesk.ledger.views.payments import payment, payments, receipt, take, take_back

__all__ = [
    "account",
    "card",
    "panel",
    "payment",
    "payments",
    "receipt",
    "stripe_event",
    "take",
    "take_back",
    "write_off",
]
