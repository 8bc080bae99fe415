"""What can be done about coverage: the only code of this room that saves."""

from frontdesk.coverage.operations.answers import (
    note_by_hand,
    note_declined,
    note_no_answer,
    record_answer,
)
from frontdesk.coverage.operations.authorization_rules import (
    save_authorization_rule,
    save_review_terms,
)
from frontdesk.coverage.operations.authorizations import (
    add_authorization,
    ask_for_evidence,
    change_authorization,
    decide_authorization,
    give_evidence,
    note_not_needed,
    note_packet,
    note_proof,
    renew_authorization,
    withdraw_authorization,
)
from frontdesk.coverage.operations.authorizing import (
    Billed,
    Wanted,
    count_charges,
    release_authorization,
    uncount_charges,
    watch_authorization,
)
from frontdesk.coverage.operations.batches import (
    ask_again,
    count_attempts,
    record_answers,
    reverify,
)
from frontdesk.coverage.operations.bring_in import PolicyRow, bring_in_policies
from frontdesk.coverage.operations.discoveries import (
    discover,
    end_discovery,
    open_questions,
    record_sought,
    save_discovery_rule,
)
from frontdesk.coverage.operations.disputing import (
    appeal_authorization,
    close_dispute,
    plan_peer,
)
from frontdesk.coverage.operations.eligibility import (
    Due,
    count_attempt,
    verify,
    verify_for,
)
from frontdesk.coverage.operations.enrolling import (
    save_enrolment,
    watch_enrolments,
)
from frontdesk.coverage.operations.estimates import (
    Decided,
    estimate,
    fly_again,
    land,
    note_decided,
    note_in_flight,
)
from frontdesk.coverage.operations.good_faith import (
    Planned,
    drop_good_faith,
    give_good_faith,
    note_undelivered,
    owe_good_faith,
    send_good_faith,
    watch_bill,
)
from frontdesk.coverage.operations.learning import Refusal, learn_denials, unlearn_denials
from frontdesk.coverage.operations.payers import save_payer
from frontdesk.coverage.operations.plans import verify_plan
from frontdesk.coverage.operations.policies import (
    add_policy,
    change_policy,
    end_policy,
    raise_policy,
    rank_policies,
)
from frontdesk.coverage.operations.proposals import accept_proposal, decline_proposal
from frontdesk.coverage.operations.reviewing import (
    ask_reviewers_again,
    count_review,
    decline_review,
    note_no_review,
    record_review,
    request_authorization,
    watch_clocks,
)

__all__ = [
    "Billed",
    "Decided",
    "Due",
    "Planned",
    "PolicyRow",
    "Refusal",
    "Wanted",
    "accept_proposal",
    "add_authorization",
    "add_policy",
    "appeal_authorization",
    "ask_again",
    "ask_for_evidence",
    "ask_reviewers_again",
    "bring_in_policies",
    "change_authorization",
    "change_policy",
    "close_dispute",
    "count_attempt",
    "count_attempts",
    "count_charges",
    "count_review",
    "decide_authorization",
    "decline_proposal",
    "decline_review",
    "discover",
    "drop_good_faith",
    "end_discovery",
    "end_policy",
    "estimate",
    "fly_again",
    "give_evidence",
    "give_good_faith",
    "land",
    "learn_denials",
    "note_by_hand",
    "note_decided",
    "note_declined",
    "note_in_flight",
    "note_no_answer",
    "note_no_review",
    "note_not_needed",
    "note_packet",
    "note_proof",
    "note_undelivered",
    "open_questions",
    "owe_good_faith",
    "plan_peer",
    "raise_policy",
    "rank_policies",
    "record_answer",
    "record_answers",
    "record_review",
    "record_sought",
    "release_authorization",
    "renew_authorization",
    "request_authorization",
    "reverify",
    "save_authorization_rule",
    "save_discovery_rule",
    "save_enrolment",
    "save_payer",
    "save_review_terms",
    "send_good_faith",
    "uncount_charges",
    "unlearn_denials",
    "verify",
    "verify_for",
    "verify_plan",
    "watch_authorization",
    "watch_bill",
    "watch_clocks",
    "watch_enrolments",
    "withdraw_authorization",
]
