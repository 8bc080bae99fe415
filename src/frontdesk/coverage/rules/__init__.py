"""Decisions about coverage on plain values: what a benefit says, what a patient will owe."""

from frontdesk.coverage.rules.benefits import (
    BenefitSummary,
    Fact,
    Figure,
    percent_words,
    standing_of,
    summary_of,
)
from frontdesk.coverage.rules.estimate import Item, Line, Outcome, estimate_of
from frontdesk.coverage.rules.freshness import is_stale, wait_before
from frontdesk.coverage.rules.words import (
    benefit_words,
    period_words,
    reject_words,
    service_type_of,
    service_words,
    treats_as_not_found,
    treats_as_unavailable,
)

__all__ = [
    "BenefitSummary",
    "Fact",
    "Figure",
    "Item",
    "Line",
    "Outcome",
    "benefit_words",
    "estimate_of",
    "is_stale",
    "percent_words",
    "period_words",
    "reject_words",
    "service_type_of",
    "service_words",
    "standing_of",
    "summary_of",
    "treats_as_not_found",
    "treats_as_unavailable",
    "wait_before",
]
