"""What can be done: charge, build and send claims, read answers, post remittances, bill."""

from frontdesk.billing.operations.agencies import read_agency_report
from frontdesk.billing.operations.answers import (
    keep_file,
    open_file,
    read_file,
    set_file_aside,
    watch_claims,
)
from frontdesk.billing.operations.charges import charge_visit, uncharge_visit
from frontdesk.billing.operations.claims import (
    authorize_claim,
    build_claim,
    choose_policy,
    judge_claim,
    replace_claim,
    void_claim,
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
from frontdesk.billing.operations.disputes import add_to_question, answer_question, ask_about_bill
from frontdesk.billing.operations.estimates import compare_estimates
from frontdesk.billing.operations.helping import (
    add_proof,
    ask_for_help,
    decide_help,
    end_expired,
    end_help,
    give_help,
)
from frontdesk.billing.operations.history import tell
from frontdesk.billing.operations.paying import pay_bill, send_receipt
from frontdesk.billing.operations.posting import (
    leave_to_a_person,
    post_remittance_claim,
    post_remittance_claims,
)
from frontdesk.billing.operations.reconciling import (
    explain_bank_line,
    match_bank_line,
    match_bank_lines,
    open_bank_line,
    read_statement,
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
from frontdesk.billing.operations.sending import (
    note_not_sent,
    note_sent,
    queue_batch,
    refuse_file,
    reject_claim,
    send_again,
)
from frontdesk.billing.operations.statements import (
    AGAIN_AFTER,
    close_statements,
    file_statement,
    make_statement,
    note_mailed,
    note_returned,
    send_pay_link,
    write_statement,
)
from frontdesk.billing.operations.typing import enter_eob
from frontdesk.billing.operations.underpaying import (
    accept_underpayment,
    claim_back,
    compare_with_contract,
)

__all__ = [
    "AGAIN_AFTER",
    "accept_unbalanced",
    "accept_underpayment",
    "add_proof",
    "add_to_question",
    "answer_question",
    "approve",
    "ask_about_bill",
    "ask_for_help",
    "authorize_claim",
    "bill_next",
    "bill_next_plan",
    "bill_patient",
    "bring_back_paid",
    "build_claim",
    "charge_visit",
    "choose_policy",
    "claim_back",
    "close_remittance",
    "close_statements",
    "compare_estimates",
    "compare_with_contract",
    "decide_help",
    "end_expired",
    "end_help",
    "end_run",
    "enter_eob",
    "explain_bank_line",
    "file_letter",
    "file_statement",
    "give_help",
    "hand_over",
    "judge_claim",
    "keep_file",
    "keep_here",
    "leave_to_a_person",
    "make_statement",
    "make_statements",
    "match_bank_line",
    "match_bank_lines",
    "match_claim",
    "note_mailed",
    "note_not_sent",
    "note_returned",
    "note_sent",
    "open_bank_line",
    "open_file",
    "pay_bill",
    "post_remittance_claim",
    "post_remittance_claims",
    "propose",
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
    "save_policy",
    "send_again",
    "send_pay_link",
    "send_receipt",
    "set_file_aside",
    "set_row_aside",
    "start_run",
    "tell",
    "uncharge_visit",
    "void_claim",
    "watch_claims",
    "watch_deposits",
    "write_off_claim",
    "write_statement",
]
