"""How far estimates were from what payers decided, and what range that gives the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

ENOUGH = 20  # claims of a payer before its errors widen or narrow a range
_LOW, _HIGH = Decimal("0.1"), Decimal("0.9")


@dataclass(frozen=True, slots=True)
class Off:
    """One decided claim: what was owed beyond the estimate, and whether the range held it."""

    by: Decimal
    is_within: bool


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The errors of the estimates for one payer, in dollars."""

    count: int
    typical: Decimal  # the median of the error without its sign
    leaning: Decimal  # the median with its sign: above zero where patients owed more
    within: Decimal  # share of one that lay between low and high
    low: Decimal  # a tenth of the errors is below this
    high: Decimal  # a tenth is above

    @property
    def is_enough(self) -> bool:
        """Whether there are claims enough to go by."""
        return self.count >= ENOUGH


def accuracy_of(told: Sequence[Off]) -> Accuracy | None:
    """Return how good the estimates were; None without any decided claim."""
    if not told:
        return None
    errors = sorted(one.by for one in told)
    sizes = sorted(abs(error) for error in errors)
    return Accuracy(
        count=len(told),
        typical=_at(sizes, Decimal("0.5")),
        leaning=_at(errors, Decimal("0.5")),
        within=Decimal(sum(one.is_within for one in told)) / len(told),
        low=_at(errors, _LOW),
        high=_at(errors, _HIGH),
    )


def _at(ordered: Sequence[Decimal], share: Decimal) -> Decimal:
    """Return the value at a share of an ordered list: the nearest rank."""
    place = int(share * (len(ordered) - 1) + Decimal("0.5"))
    return ordered[place]
