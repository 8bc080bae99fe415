"""Which remittances a credit at the bank is: by the trace number, by the sum, by the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from uuid import UUID

from frontdesk.core.money import ZERO

EARLIER, LATER = timedelta(days=3), timedelta(days=10)  # of the bank's day around the payer's
MOST_CHECKS = 12  # in a lockbox deposit that is taken apart by itself
SHORTEST_TRACE = 5


@dataclass(frozen=True, slots=True)
class Announced:
    """A payment as a remittance announces it: TRN02, dollars, and the payer's day."""

    key: UUID
    trace: str
    amount: Decimal
    paid_on: date
    payer: str = ""


def sure_match(words: str, amount: Decimal, on: date, open_: Sequence[Announced]) -> list[UUID]:
    """Return the remittances that a credit surely is; nothing where a person must choose.

    Sure is what the bank's words name by its trace number and whose dollars are those of the
    credit, alone or together.
    """
    said = _plain(words)
    named = [
        one
        for one in open_
        if len(one.trace) >= SHORTEST_TRACE and _plain(one.trace) in said and _is_near(one, on)
    ]
    if named and sum((one.amount for one in named), ZERO) == amount:
        return [one.key for one in named]
    exact = [one.key for one in named if one.amount == amount]
    return exact if len(exact) == 1 else []


def likely(amount: Decimal, on: date, open_: Sequence[Announced]) -> list[list[UUID]]:
    """Return what a credit may be, the likeliest first: one payment, or checks that add up."""
    near = sorted(
        (one for one in open_ if one.amount > ZERO and _is_near(one, on)),
        key=lambda one: abs((on - one.paid_on).days),
    )
    found = [[one.key] for one in near if one.amount == amount]
    smaller = [one for one in near if one.amount < amount][:MOST_CHECKS]
    for count in range(2, len(smaller) + 1):
        for several in combinations(smaller, count):
            if sum((one.amount for one in several), ZERO) == amount:
                found.append([one.key for one in several])
                if len(found) > 5:
                    return found
    return found


def _is_near(one: Announced, on: date) -> bool:
    return one.paid_on - EARLIER <= on <= one.paid_on + LATER


def _plain(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())
