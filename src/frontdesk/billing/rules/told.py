"""What a patient was told they would owe beside what came of it, and why. Plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from frontdesk.core.money import ZERO

SHARES = {"1": "deductible", "2": "coinsurance", "3": "copay"}  # PR reasons (CARC)
_WORDS = {
    "deductible": "Deductible",
    "coinsurance": "Coinsurance",
    "copay": "Copay",
    "other": "Not covered by the plan",
}


@dataclass(frozen=True, slots=True)
class Share:
    """What a patient owes for one code, as told or as decided, in dollars."""

    code: str
    allowed: Decimal = ZERO
    deductible: Decimal = ZERO
    coinsurance: Decimal = ZERO
    copay: Decimal = ZERO
    other: Decimal = ZERO

    @property
    def owes(self) -> Decimal:
        """All of it together."""
        return self.deductible + self.coinsurance + self.copay + self.other


@dataclass(frozen=True, slots=True)
class Why:
    """One reason for a difference, and the dollars that it adds or takes away."""

    words: str
    amount: Decimal


def why_apart(
    told: Iterable[Share], decided: Iterable[Share], *, told_sum: Decimal, owed: Decimal
) -> list[Why]:
    """Return why what is owed is not what was told, the largest first; together they are all of it.

    What was done and not told of, what was told and not done, and each part of a share that
    differs; what no line explains (a second plan, an amount on the claim as a whole) comes last.
    """
    before, after = _by_code(told), _by_code(decided)
    found: list[Why] = []
    for code in sorted({*before, *after}):
        if code not in before:
            found.append(Why(f"{code} was done and was not part of the estimate", after[code].owes))
        elif code not in after:
            found.append(Why(f"{code} was estimated and not billed", -before[code].owes))
        else:
            found += _parts(before[code], after[code])
    found = sorted((one for one in found if one.amount), key=lambda one: -abs(one.amount))
    rest = (owed - told_sum) - sum((one.amount for one in found), ZERO)
    return [*found, Why("Another plan, or an amount on the claim as a whole", rest)][
        : len(found) + bool(rest)
    ]


def _parts(told: Share, decided: Share) -> list[Why]:
    found = []
    for name, words in _WORDS.items():
        was, now = getattr(told, name), getattr(decided, name)
        said = f"{words} for {told.code}: ${now} and not ${was}"
        if told.allowed != decided.allowed and name in ("deductible", "coinsurance"):
            said += f"; the plan allowed ${decided.allowed}, we expected ${told.allowed}"
        found.append(Why(said, now - was))
    return found


def _by_code(shares: Iterable[Share]) -> dict[str, Share]:
    found: dict[str, Share] = {}
    for one in shares:
        held = found.get(one.code, Share(one.code))
        found[one.code] = Share(
            one.code,
            held.allowed + one.allowed,
            held.deductible + one.deductible,
            held.coinsurance + one.coinsurance,
            held.copay + one.copay,
            held.other + one.other,
        )
    return found


def side_by_side(
    told: Iterable[Share], decided: Iterable[Share]
) -> list[tuple[str, Decimal, Decimal]]:
    """Return each code with what was told for it and what is owed, zero where it is only one."""
    before, after = _by_code(told), _by_code(decided)
    return [
        (code, before.get(code, Share(code)).owes, after.get(code, Share(code)).owes)
        for code in dict.fromkeys([*before, *after])
    ]


def together(why: Sequence[Why]) -> Decimal:
    """Return what the reasons come to."""
    return sum((one.amount for one in why), ZERO)
