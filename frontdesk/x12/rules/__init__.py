"""What one segment cannot show: sums, hierarchies, pointers and check digits."""

from frontdesk.x12.rules.claim import ClaimRules
from frontdesk.x12.rules.common import Rules
from frontdesk.x12.rules.remittance import RemittanceRules

_BY_SET: dict[str, type[Rules]] = {"837": ClaimRules, "835": RemittanceRules}


def rules_for(set_id: str) -> type[Rules]:
    """The rules that follow a transaction set of this kind."""
    return _BY_SET.get(set_id, Rules)
