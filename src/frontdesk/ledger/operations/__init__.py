"""What can be done to the books: post, reverse, take a payment, settle, write off."""

from frontdesk.ledger.operations.cards import (
    fail_card,
    name_gateway_payment,
    settle_card,
    start_card_payment,
)
from frontdesk.ledger.operations.many import ToPost, post_many
from frontdesk.ledger.operations.payments import reverse_payment, take_payment
from frontdesk.ledger.operations.postings import post, reverse
from frontdesk.ledger.operations.settling import apply_credit, write_off

__all__ = [
    "ToPost",
    "apply_credit",
    "fail_card",
    "name_gateway_payment",
    "post",
    "post_many",
    "reverse",
    "reverse_payment",
    "settle_card",
    "start_card_payment",
    "take_payment",
    "write_off",
]
