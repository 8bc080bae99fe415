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
from frontdesk.ledger.operations.disputes import hear_dispute, note_evidence
from frontdesk.ledger.operations.drawers import (
    count_drawer,
    explain_drawer,
    open_drawer,
    put_in_drawer,
)
from frontdesk.ledger.operations.many import ToPost, post_many
from frontdesk.ledger.operations.payments import reverse_payment, take_payment, undo_payment
from frontdesk.ledger.operations.payouts import note_card_payout, take_payout_back
from frontdesk.ledger.operations.plan_charges import (
    begin_charge,
    give_notice,
    note_notice,
)
from frontdesk.ledger.operations.plan_parts import note_missed, settle_plan
from frontdesk.ledger.operations.plans import (
    change_plan,
    end_plan,
    pause_plan,
    resume_plan,
    skip_instalment,
    start_plan,
)
from frontdesk.ledger.operations.policy import save_payment_policy
from frontdesk.ledger.operations.postings import post, reverse
from frontdesk.ledger.operations.refunds import (
    Wish,
    approve_refund,
    cancel_refund,
    decline_refund,
    pay_refund,
    propose_refund,
    refuse_refund,
    settle_refund,
    void_refund_check,
    watch_refund,
)
from frontdesk.ledger.operations.returned import return_payment
from frontdesk.ledger.operations.saved_cards import (
    ask_for_card,
    keep_card,
    name_card_setup,
    remove_card,
    start_kept_card_payment,
    warn_of_card,
)
from frontdesk.ledger.operations.settling import (
    apply_credit,
    apply_credit_to,
    move_prepayment,
    write_off,
)
from frontdesk.ledger.operations.small import give_up_small_balances
from frontdesk.ledger.operations.together import take_together, take_with_card

__all__ = [
    "ToPost",
    "Wish",
    "apply_credit",
    "apply_credit_to",
    "approve_refund",
    "ask_for_card",
    "ask_to_reopen",
    "begin_charge",
    "cancel_refund",
    "change_plan",
    "close_day",
    "close_month",
    "confirm_deposit",
    "count_drawer",
    "decline_refund",
    "end_plan",
    "explain_drawer",
    "fail_card",
    "give_notice",
    "give_up_small_balances",
    "hear_dispute",
    "keep_card",
    "keep_closed",
    "make_deposit",
    "move_prepayment",
    "name_card_setup",
    "name_gateway_payment",
    "note_card_payout",
    "note_evidence",
    "note_missed",
    "note_notice",
    "open_drawer",
    "pause_plan",
    "pay_refund",
    "post",
    "post_many",
    "propose_refund",
    "put_in_drawer",
    "refuse_refund",
    "remove_card",
    "reopen",
    "resume_plan",
    "return_payment",
    "reverse",
    "reverse_payment",
    "save_payment_policy",
    "settle_card",
    "settle_plan",
    "settle_refund",
    "skip_instalment",
    "start_card_payment",
    "start_kept_card_payment",
    "start_plan",
    "take_payment",
    "take_payout_back",
    "take_together",
    "take_with_card",
    "undo_payment",
    "void_deposit",
    "void_refund_check",
    "warn_of_card",
    "watch_refund",
    "write_off",
]
