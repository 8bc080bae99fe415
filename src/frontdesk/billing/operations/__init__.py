"""What can be done: charge, build and send claims, read answers, post remittances, bill."""

from frontdesk.billing.operations.agencies import read_agency_report
from frontdesk.billing.operations.answers import (
    bring_in,
    keep_file,
    open_file,
    read_file,
    set_file_aside,
)
from frontdesk.billing.operations.appeals import (
    draft_appeal,
    drop_appeal,
    note_answer,
    print_appeal,
    save_appeal,
    send_appeal,
)
from frontdesk.billing.operations.charges import charge_visit, uncharge_visit
from frontdesk.billing.operations.claims import (
    authorize_claim,
    build_claim,
    choose_named_plan,
    choose_policy,
    void_claim,
)
from frontdesk.billing.operations.clocks import (
    save_limit,
    start_clock,
    start_clocks,
    stop_clock,
    stop_clocks,
    watch_clocks,
)
from frontdesk.billing.operations.collecting import (
    approve,
    bring_back_paid,
    file_letter,
    hand_over,
    keep_here,
    propose,
    recall,
    save_agency,
)
from frontdesk.billing.operations.denials import (
    Heard,
    end_version,
    follow_correction,
    hear_decisions,
    settle_if_done,
    weigh_again,
)
from frontdesk.billing.operations.denials_closing import check_closing, end_denials
from frontdesk.billing.operations.denials_work import (
    agree_to_write_off,
    bill_denial_to_patient,
    decline_write_off,
    note_denial,
    set_cause,
    take_denial,
    write_off_denial,
)
from frontdesk.billing.operations.disputes import add_to_question, answer_question, ask_about_bill
from frontdesk.billing.operations.estimates import compare_estimates
from frontdesk.billing.operations.helping import (
    add_proof,
    ask_for_help,
    ask_with_proof,
    decide_help,
    end_expired,
    end_help,
    give_all_help,
    give_help,
)
from frontdesk.billing.operations.history import tell
from frontdesk.billing.operations.judging import judge_claim, judge_claims
from frontdesk.billing.operations.mailboxes import note_mailbox
from frontdesk.billing.operations.paying import agree_plan, pay_bill, pay_family, send_receipt
from frontdesk.billing.operations.planning import (
    plan_next,
    save_printer,
)
from frontdesk.billing.operations.posting import (
    leave_to_a_person,
    post_remittance_claim,
    post_remittance_claims,
)
from frontdesk.billing.operations.preventing import propose_prevention
from frontdesk.billing.operations.reconciling import (
    explain_bank_line,
    match_bank_line,
    match_bank_lines,
    open_bank_line,
    read_statement,
    settle_as_card_money,
    watch_deposits,
)
from frontdesk.billing.operations.remittances import (
    accept_unbalanced,
    close_remittance,
    match_claim,
    record_remittance,
    set_row_aside,
)
from frontdesk.billing.operations.resolving import bill_next_plan, bill_patient, write_off_claim
from frontdesk.billing.operations.running import (
    bill_next,
    end_run,
    make_statements,
    save_policy,
    start_run,
)
from frontdesk.billing.operations.secondary import cross_over, set_msp_type
from frontdesk.billing.operations.sending import (
    MOST_CLAIMS,
    note_not_sent,
    note_sent,
    queue_batch,
    refuse_file,
    reject_claim,
    send_again,
    send_rejected_again,
)
from frontdesk.billing.operations.standing import (
    ask_status,
    note_no_status,
    note_status,
)
from frontdesk.billing.operations.statements import (
    close_statements,
    file_statement,
    make_statement,
    note_mailed,
    note_returned,
    print_pay_link,
    send_pay_link,
    write_statement,
)
from frontdesk.billing.operations.telling import explain_difference, print_difference
from frontdesk.billing.operations.typing import enter_eob
from frontdesk.billing.operations.underpaying import (
    accept_underpayment,
    claim_back,
    compare_with_contract,
)
from frontdesk.billing.operations.unposting import unpost_decision, withdraw_eob
from frontdesk.billing.operations.versions import (
    cancel_claim,
    compare_versions,
    replace_claim,
)
from frontdesk.billing.operations.watching import (
    learn_paces,
    watch_claims,
)

__all__ = [
    "MOST_CLAIMS",
    "Heard",
    "accept_unbalanced",
    "accept_underpayment",
    "add_proof",
    "add_to_question",
    "agree_plan",
    "agree_to_write_off",
    "answer_question",
    "approve",
    "ask_about_bill",
    "ask_for_help",
    "ask_status",
    "ask_with_proof",
    "authorize_claim",
    "bill_denial_to_patient",
    "bill_next",
    "bill_next_plan",
    "bill_patient",
    "bring_back_paid",
    "bring_in",
    "build_claim",
    "cancel_claim",
    "charge_visit",
    "check_closing",
    "choose_named_plan",
    "choose_policy",
    "claim_back",
    "close_remittance",
    "close_statements",
    "compare_estimates",
    "compare_versions",
    "compare_with_contract",
    "cross_over",
    "decide_help",
    "decline_write_off",
    "draft_appeal",
    "drop_appeal",
    "end_denials",
    "end_expired",
    "end_help",
    "end_run",
    "end_version",
    "enter_eob",
    "explain_bank_line",
    "explain_difference",
    "file_letter",
    "file_statement",
    "follow_correction",
    "give_all_help",
    "give_help",
    "hand_over",
    "hear_decisions",
    "judge_claim",
    "judge_claims",
    "keep_file",
    "keep_here",
    "learn_paces",
    "leave_to_a_person",
    "make_statement",
    "make_statements",
    "match_bank_line",
    "match_bank_lines",
    "match_claim",
    "note_answer",
    "note_denial",
    "note_mailbox",
    "note_mailed",
    "note_no_status",
    "note_not_sent",
    "note_returned",
    "note_sent",
    "note_status",
    "open_bank_line",
    "open_file",
    "pay_bill",
    "pay_family",
    "plan_next",
    "post_remittance_claim",
    "post_remittance_claims",
    "print_appeal",
    "print_difference",
    "print_pay_link",
    "propose",
    "propose_prevention",
    "queue_batch",
    "read_agency_report",
    "read_file",
    "read_statement",
    "recall",
    "record_remittance",
    "refuse_file",
    "reject_claim",
    "replace_claim",
    "save_agency",
    "save_appeal",
    "save_limit",
    "save_policy",
    "save_printer",
    "send_again",
    "send_appeal",
    "send_pay_link",
    "send_receipt",
    "send_rejected_again",
    "set_cause",
    "set_file_aside",
    "set_msp_type",
    "set_row_aside",
    "settle_as_card_money",
    "settle_if_done",
    "start_clock",
    "start_clocks",
    "start_run",
    "stop_clock",
    "stop_clocks",
    "take_denial",
    "tell",
    "uncharge_visit",
    "unpost_decision",
    "void_claim",
    "watch_claims",
    "watch_clocks",
    "watch_deposits",
    "weigh_again",
    "withdraw_eob",
    "write_off_claim",
    "write_off_denial",
    "write_statement",
]
