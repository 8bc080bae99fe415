"""What runs later: the card gateway is asked, plans are kept, clocks of refunds are watched."""

from frontdesk.ledger.jobs.cards import (
    hear_dispute,
    refund_card,
    refund_soon,
    settle_card,
    settle_cards,
    settle_soon,
)
from frontdesk.ledger.jobs.keeping import (
    ask_card,
    forget_card,
    forget_soon,
    keep_card_now,
    pay_refund_back,
    refund_back_soon,
)
from frontdesk.ledger.jobs.watching import watch_money, watch_money_everywhere
from frontdesk.ledger.signals import card_asked, card_ended, card_refunded, refund_asked

__all__ = [
    "ask_card",
    "forget_card",
    "hear_dispute",
    "keep_card_now",
    "listen",
    "pay_refund_back",
    "refund_card",
    "settle_card",
    "settle_cards",
    "watch_money",
    "watch_money_everywhere",
]


def listen() -> None:
    """Hear of card payments that begin, of those taken back, of refunds and cards let go."""
    card_asked.connect(settle_soon, dispatch_uid="ledger.settle")
    card_refunded.connect(refund_soon, dispatch_uid="ledger.refund")
    refund_asked.connect(refund_back_soon, dispatch_uid="ledger.refund_back")
    card_ended.connect(forget_soon, dispatch_uid="ledger.forget")
