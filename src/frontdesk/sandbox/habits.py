"""What the sandbox's payers make trouble about: by chance, and the same each time it is asked.

A payer's habits are shares of its claims. Nothing is drawn: the chance of a claim follows from
its number, so that the same claims meet the same fate whenever the same year is lived again.
"""

import hashlib
from collections.abc import Mapping
from decimal import Decimal

from frontdesk.sandbox.world import Payer

ONE = Decimal(1)
HALF = Decimal("0.5")


def chance(*words: object) -> Decimal:
    """Return a number from 0 to below 1 that belongs to these words for good."""
    digest = hashlib.sha256("|".join(str(one) for one in words).encode()).digest()
    return Decimal(int.from_bytes(digest[:6])) / Decimal(1 << 48)


def refusal(payer: Payer, number: str) -> tuple[str, str, str] | None:
    """Return the group, CARC and RARC with which a payer refuses a claim by habit, or nothing."""
    found = _first(payer.habits, chance(number, "habit"))
    if not found:
        return None
    group, _, reason = found.partition("-")
    carc, _, remark = reason.partition(":")
    return group, carc, remark


def wants_more_first(payer: Payer, number: str, *, came_before: bool) -> bool:
    """Say whether its front door turns a claim away the first time it comes (277CA)."""
    return not came_before and chance(number, "door") < payer.turned_away


def is_slow(payer: Payer, number: str) -> bool:
    """Say whether a payer takes its time with a claim."""
    return chance(number, "slow") < payer.slow


def is_priced_short(payer: Payer, number: str) -> bool:
    """Say whether a payer prices a claim below its contract, and puts it right later."""
    return chance(number, "price") < payer.priced_short


def is_taken_back(payer: Payer, number: str) -> bool:
    """Say whether a payer finds later that the coverage had ended, and takes its money back."""
    return chance(number, "back") < payer.taken_back


def asks_first(payer: Payer, number: str) -> bool:
    """Say whether a payer announces what it takes back, and takes it from a later payment."""
    return chance(number, "ask") < payer.asks_first


def is_misnamed(payer: Payer, number: str) -> bool:
    """Say whether a payer tells its decision under a number that nobody knows."""
    return chance(number, "name") < payer.misnamed


def brings_a_stray(payer: Payer, number: str) -> bool:
    """Say whether a claim of another office comes with a decision by mistake."""
    return chance(number, "stray") < payer.strays


def gives_in(payer: Payer, control: str, reason: str, level: int) -> bool:
    """Say whether a payer gives in to an appeal; of the reasons it does not name, to every other.

    Each further level is as likely again: somebody else decides.
    """
    return chance(control, reason, level) < payer.overturned.get(reason, HALF)


def _first(shares: Mapping[str, Decimal], drawn: Decimal) -> str:
    for name, share in shares.items():
        if drawn < share:
            return name
        drawn -= share
    return ""
