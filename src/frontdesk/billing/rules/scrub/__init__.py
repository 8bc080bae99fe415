"""The checks a claim passes before it is sent: data in words, one judge each."""

from frontdesk.billing.rules.scrub import content, coverage, parties
from frontdesk.billing.rules.scrub.registry import CHECKS, HOLD, WARN, Check, Finding, scrub

__all__ = ["CHECKS", "HOLD", "WARN", "Check", "Finding", "content", "coverage", "parties", "scrub"]
