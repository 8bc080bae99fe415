"""What can be done about coverage: the only code of this room that saves."""

from frontdesk.coverage.operations.answers import note_declined, note_no_answer, record_answer
from frontdesk.coverage.operations.authorizations import (
    add_authorization,
    change_authorization,
    decide_authorization,
)
from frontdesk.coverage.operations.bring_in import PolicyRow, bring_in_policies
from frontdesk.coverage.operations.eligibility import (
    Due,
    count_attempt,
    reverify,
    verify,
    verify_for,
)
from frontdesk.coverage.operations.estimates import estimate
from frontdesk.coverage.operations.payers import save_payer, save_plan
from frontdesk.coverage.operations.policies import (
    add_policy,
    change_policy,
    end_policy,
    raise_policy,
    rank_policies,
)

__all__ = [
    "Due",
    "PolicyRow",
    "add_authorization",
    "add_policy",
    "bring_in_policies",
    "change_authorization",
    "change_policy",
    "count_attempt",
    "decide_authorization",
    "end_policy",
    "estimate",
    "note_declined",
    "note_no_answer",
    "raise_policy",
    "rank_policies",
    "record_answer",
    "reverify",
    "save_payer",
    "save_plan",
    "verify",
    "verify_for",
]
