"""Decisions about coverage on plain values: what a benefit says, what a patient will owe."""

from frontdesk.coverage.rules.accuracy import Accuracy, Off, accuracy_of
from frontdesk.coverage.rules.benefits import (
    BenefitSummary,
    Fact,
    Figure,
    percent_words,
    standing_of,
    summary_of,
)
from frontdesk.coverage.rules.estimate import Item, Line, Outcome, estimate_of
from frontdesk.coverage.rules.freshness import (
    last_to_recheck,
    plan_year,
    wait_before,
    why_ask,
)
from frontdesk.coverage.rules.plans import changes, figures_words, plan_benefits
from frontdesk.coverage.rules.ranges import Flight, Ranged, Second, ranged
from frontdesk.coverage.rules.words import (
    benefit_words,
    period_words,
    reject_words,
    service_type_of,
    service_words,
    treats_as_not_found,
    treats_as_unavailable,
)
from frontdesk.coverage.rules.worth import worth

__all__ = [
    "Accuracy",
    "BenefitSummary",
    "Fact",
    "Figure",
    "Flight",
    "Item",
    "Line",
    "Off",
    "Outcome",
    "Ranged",
    "Second",
    "accuracy_of",
    "benefit_words",
    "changes",
    "estimate_of",
    "figures_words",
    "last_to_recheck",
    "percent_words",
    "period_words",
    "plan_benefits",
    "plan_year",
    "ranged",
    "reject_words",
    "service_type_of",
    "service_words",
    "standing_of",
    "summary_of",
    "treats_as_not_found",
    "treats_as_unavailable",
    "wait_before",
    "why_ask",
    "worth",
]
