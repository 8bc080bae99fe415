"""What a request about money may say."""

from frontdesk.ledger.forms.desk import (
    ONLINE,
    CardMoney,
    Confirm,
    Count,
    Day,
    Evidence,
    Explain,
    OpenDrawer,
    TakeBack,
    WriteOff,
    dollars,
    methods,
)
from frontdesk.ledger.forms.going_out import PolicyForm, RefundCheck, RefundWish, Returned
from frontdesk.ledger.forms.plans import (
    ChangedTerms,
    CloseCard,
    KeepCard,
    PauseUntil,
    PlanTerms,
    Told,
)
from frontdesk.ledger.forms.taking import KEPT, FamilyTake, Take, Tendered

__all__ = [
    "KEPT",
    "ONLINE",
    "CardMoney",
    "ChangedTerms",
    "CloseCard",
    "Confirm",
    "Count",
    "Day",
    "Evidence",
    "Explain",
    "FamilyTake",
    "KeepCard",
    "OpenDrawer",
    "PauseUntil",
    "PlanTerms",
    "PolicyForm",
    "RefundCheck",
    "RefundWish",
    "Returned",
    "Take",
    "TakeBack",
    "Tendered",
    "Told",
    "WriteOff",
    "dollars",
    "methods",
]
