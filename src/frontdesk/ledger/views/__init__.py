"""The ledger on screen."""

from frontdesk.ledger.views.accounts import account, panel, write_off
from frontdesk.ledger.views.cards import card, stripe_event
from frontdesk.ledger.views.deposits import deposit, new_deposit, slip, void_deposit
from frontdesk.ledger.views.drawers import (
    count_drawer,
    drawers,
    explain_drawer,
    open_drawer,
    put_in_drawer,
)
from frontdesk.ledger.views.payments import payment, payments, receipt, take, take_back

__all__ = [
    "account",
    "card",
    "count_drawer",
    "deposit",
    "drawers",
    "explain_drawer",
    "new_deposit",
    "open_drawer",
    "panel",
    "payment",
    "payments",
    "put_in_drawer",
    "receipt",
    "slip",
    "stripe_event",
    "take",
    "take_back",
    "void_deposit",
    "write_off",
]
