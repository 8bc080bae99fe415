"""What a payer allowed beside what its contract says."""

from decimal import Decimal

from frontdesk.billing.rules.balancing import LineRead
from frontdesk.core.money import CENT, ZERO

# Reductions after the allowed amount, which therefore stays what it was: an earlier payer's
# part, sequestration, and what a managed care plan withholds.
AFTER_ALLOWED = frozenset({"23", "253", "104"})
ROUNDING = 5 * CENT  # a payer may round each unit


def allowed_said(read: LineRead) -> Decimal:
    """Return what the payer allowed for a line: as it states it (AMT*B6), else as it follows."""
    if read.allowed is not None:
        return read.allowed
    after = [a.amount for a in read.adjustments if a.group == "PR" or a.reason in AFTER_ALLOWED]
    return read.paid + sum(after, ZERO)


def missing(expected: Decimal, allowed: Decimal) -> Decimal:
    """Return the dollars by which a line was allowed below its contract, or zero."""
    less = expected - allowed
    return less if less > ROUNDING else ZERO
