"""What can be done: charge, build and send claims, read answers, post remittances, bill."""

from frontdesk.billing.operations.charges import charge_visit, uncharge_visit
from frontdesk.billing.operations.claims import (
    authorize_claim,
    build_claim,
    choose_policy,
    judge_claim,
    replace_claim,
    void_claim,
)
from frontdesk.billing.operations.history import tell

__all__ = [
    "authorize_claim",
    "build_claim",
    "charge_visit",
    "choose_policy",
    "judge_claim",
    "replace_claim",
    "tell",
    "uncharge_visit",
    "void_claim",
]
