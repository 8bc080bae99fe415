"""What one segment cannot show: sums, hierarchies, pointers and check digits."""

from frontdesk.x12.rules.acknowledgement import FunctionalRules
from frontdesk.x12.rules.claim import ClaimRules, InstitutionalRules
from frontdesk.x12.rules.common import Rules
from frontdesk.x12.rules.eligibility import ResponseRules
from frontdesk.x12.rules.remittance import RemittanceRules
from frontdesk.x12.rules.review import ReviewRules
from frontdesk.x12.schema.grammar import Guide

__all__ = ["Rules", "rules_for"]

_BY_GUIDE: dict[tuple[str, str], type[Rules]] = {
    ("278", "005010X217"): ReviewRules,
    ("271", "005010X279A1"): ResponseRules,
    ("835", "005010X221A1"): RemittanceRules,
    ("837", "005010X222A1"): ClaimRules,
    ("837", "005010X223A2"): InstitutionalRules,
    ("999", "005010X231A1"): FunctionalRules,
}


def rules_for(guide: Guide) -> type[Rules]:
    """The rules that follow a transaction set of this guide."""
    return _BY_GUIDE.get((guide.set_id, guide.version), Rules)
