"""What can be done to the books: post, take payments, count drawers, deposit, close."""

from frontdesk.ledger.operations.cards import (
    fail_card,
    name_gateway_payment,
    settle_card,
    start_card_payment,
)
from frontdesk.ledger.operations.closing import (
    ask_to_reopen,
    close_day,
    close_month,
    keep_closed,
    reopen,
)
from frontdesk.ledger.operations.deposits import confirm_deposit, make_deposit, void_deposit
from frontdesk.ledger.operations.drawers import (
    count_drawer,
    explain_drawer,
    open_drawer,
    put_in_drawer,
)
from frontdesk.ledger.operations.many import ToPost, post_many
from frontdesk.ledger.operations.payments import reverse_payment, take_payment
from frontdesk.ledger.operations.postings import post, reverse
from frontdesk.ledger.operations.settling import apply_credit, write_off

__all__ = [
    "ToPost",
    "apply_credit",
    "ask_to_reopen",
    "close_day",
    "close_month",
    "confirm_deposit",
    "count_drawer",
    "explain_drawer",
    "fail_card",
    "keep_closed",
    "make_deposit",
    "name_gateway_payment",
    "open_drawer",
    "post",
    "post_many",
    "put_in_drawer",
    "reopen",
    "reverse",
    "reverse_payment",
    "settle_card",
    "start_card_payment",
    "take_payment",
    "void_deposit",
    "write_off",
]
