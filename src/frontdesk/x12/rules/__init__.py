"""What one segment cannot show: sums, hierarchies, pointers and check digits."""

from frontdesk.x12.rules.claim import ClaimRules, InstitutionalRules
from frontdesk.x12.rules.common import Rules
from frontdesk.x12.rules.eligibility import ResponseRules
from frontdesk.x12.rules.remittance import RemittanceRules

__all__ = ["Rules", "rules_for"]

_BY_GUIDE: dict[tuple[str, str], type[Rules]] = {
    ("271", "005010X279A1"): ResponseRules,
    ("835", "005010X221A1"): RemittanceRules,
    ("837", "005010X222A1"): ClaimRules,
    ("837", "005010X223A2"): InstitutionalRules,
}


def rules_for(set_id: str, version: str) -> type[Rules]:
    """The rules that follow a transaction set of this guide."""
    return _BY_GUIDE.get((set_id, version), Rules)
