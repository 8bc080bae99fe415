"""Later plans: what the one before decided, why Medicare pays second, what fits into the rest."""

from collections.abc import Mapping
from decimal import Decimal

from frontdesk.core.money import ZERO

MEDICARE = frozenset({"MA", "MB"})  # SBR09
AS_LATER: Mapping[str, int] = {"2": 2, "20": 2, "3": 3, "21": 3}  # CLP02: as which plan decided
LEVELS = {1: "Primary", 2: "Secondary", 3: "Tertiary"}
# SBR05 of a claim on which Medicare pays second (005010X222A1, loop 2000B; 42 CFR 411.20-206).
MSP_TYPES: Mapping[str, str] = {
    "12": "Working aged, or spouse, with a group plan",
    "13": "Kidney failure, first 30 months with a group plan",
    "14": "No-fault insurance, auto included",
    "15": "Workers' compensation",
    "16": "Public Health Service or another federal agency",
    "41": "Black lung",
    "42": "Veterans Affairs",
    "43": "Disabled under 65 with a large group plan",
    "47": "Liability insurance",
}
_BY_FIRST_PAYER = {"WC": "15", "AM": "14", "LM": "47", "LI": "47", "VA": "42"}
OLD_ENOUGH = 65


def msp_type(*, age: int, first_filing: str) -> str:
    """Return why Medicare most likely pays second: by the first payer's kind, else by age.

    A person corrects it: kidney failure and black lung show in neither.
    """
    return _BY_FIRST_PAYER.get(first_filing, "12" if age >= OLD_ENOUGH else "43")


def fitted(wanted: Decimal, room: Decimal) -> Decimal:
    """Return what of a later plan's contractual reduction is new: at most what is still open.

    A later plan states its whole reduction, although the plan before took most of it off.
    """
    return max(min(wanted, room), ZERO)
