"""The chart of accounts, what a posting must be, how credit settles, and reasons in words."""

from frontdesk.ledger.rules.chart import (
    CASH_OF,
    CHART,
    AccountRule,
    Line,
    check_lines,
    mirrored,
    signed,
)
from frontdesk.ledger.rules.closing import (
    BEGINNING,
    ONE_DAY,
    Closed,
    first_open,
    month_of,
    uncovered,
)
from frontdesk.ledger.rules.counting import PIECES, counted
from frontdesk.ledger.rules.reasons import next_step, reason_in_words
from frontdesk.ledger.rules.settling import Bucket, Move, pay, settle

__all__ = [
    "BEGINNING",
    "CASH_OF",
    "CHART",
    "ONE_DAY",
    "PIECES",
    "AccountRule",
    "Bucket",
    "Closed",
    "Line",
    "Move",
    "check_lines",
    "counted",
    "first_open",
    "mirrored",
    "month_of",
    "next_step",
    "pay",
    "reason_in_words",
    "settle",
    "signed",
    "uncovered",
]
