"""What one segment cannot show: sums, hierarchies, pointers and check digits."""

from frontdesk.x12.rules.claim import ClaimRules, InstitutionalRules
from frontdesk.x12.rules.common import Rules
from frontdesk.x12.rules.remittance import RemittanceRules

_BY_VERSION: dict[str, type[Rules]] = {
    "005010X221A1": RemittanceRules,
    "005010X222A1": ClaimRules,
    "005010X223A2": InstitutionalRules,
}


def rules_for(version: str) -> type[Rules]:
    """The rules that follow a transaction set of this guide."""
    return _BY_VERSION.get(version, Rules)
