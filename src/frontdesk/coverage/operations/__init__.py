"""What can be done about coverage: the only code of this room that saves."""

from frontdesk.coverage.operations.answers import (
    note_by_hand,
    note_declined,
    note_no_answer,
    record_answer,
)
from frontdesk.coverage.operations.authorizations import (
    add_authorization,
    change_authorization,
    decide_authorization,
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
from frontdesk.coverage.operations.eligibility import (
    Due,
    count_attempt,
    verify,
    verify_for,
)
from frontdesk.coverage.operations.estimates import (
    Decided,
    estimate,
    land,
    note_decided,
    note_in_flight,
)
from frontdesk.coverage.operations.good_faith import (
    Planned,
    drop_good_faith,
    give_good_faith,
    owe_good_faith,
    watch_bill,
)
from frontdesk.coverage.operations.payers import save_payer, save_plan
from frontdesk.coverage.operations.plans import verify_plan
from frontdesk.coverage.operations.policies import (
    add_policy,
    change_policy,
    end_policy,
    raise_policy,
    rank_policies,
)
from frontdesk.coverage.operations.proposals import accept_proposal, decline_proposal

__all__ = [
    "Decided",
    "Due",
    "Planned",
    "PolicyRow",
    "accept_proposal",
    "add_authorization",
    "add_policy",
    "ask_again",
    "bring_in_policies",
    "change_authorization",
    "change_policy",
    "count_attempt",
    "count_attempts",
    "decide_authorization",
    "decline_proposal",
    "discover",
    "drop_good_faith",
    "end_discovery",
    "end_policy",
    "estimate",
    "give_good_faith",
    "land",
    "note_by_hand",
    "note_decided",
    "note_declined",
    "note_in_flight",
    "note_no_answer",
    "open_questions",
    "owe_good_faith",
    "raise_policy",
    "rank_policies",
    "record_answer",
    "record_answers",
    "record_sought",
    "reverify",
    "save_discovery_rule",
    "save_payer",
    "save_plan",
    "verify",
    "verify_for",
    "verify_plan",
    "watch_bill",
]
