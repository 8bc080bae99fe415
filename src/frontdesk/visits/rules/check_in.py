"""What check-in asks: only what is missing, changed or too old. No database, no clock."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

# Days that an answer holds, by item. Insurance is asked monthly, and anew every calendar year,
# because plans begin then; the rest twice a year or yearly. A practice may set its own.
HOLDS: dict[str, int] = {
    "phone": 180,
    "email": 180,
    "address": 180,
    "reach": 365,
    "contact": 365,
    "insurance": 30,
}
DETAILS = ("phone", "email", "address", "reach", "contact")
FIELDS: dict[str, tuple[str, ...]] = {
    "phone": ("mobile_phone", "home_phone"),
    "email": ("email",),
    "address": ("address_1", "address_2", "city", "state", "zip_code"),
    "reach": ("preferred_channel", "email_ok", "sms_ok", "voice_ok"),
    "contact": ("contact_name", "contact_phone", "contact_relationship"),
    "insurance": ("payer", "plan_name", "member_id", "group_number"),
    "name": ("first_name", "last_name", "birth_date"),
}
RISKY = ("insurance", "name")  # staff decide; the rest is applied at once
MISSING, OLD, CHANGED, HOLDING = "missing", "old", "changed", "holding"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an item stands on the day of the visit."""

    state: str  # missing, old, changed, holding
    last_on: date | None

    @property
    def is_asked(self) -> bool:
        """Whether check-in asks it."""
        return self.state != HOLDING


def standing(
    item: str,
    *,
    is_held: bool,
    last_on: date | None,
    on: date,
    holds_days: int | None = None,
    is_in_doubt: bool = False,
) -> Standing:
    """Say whether an item is asked on a day, and why.

    `is_in_doubt`: something else speaks against what we hold, such as the payer's own answer. A
    confirmation after the day of the visit (a clock set back) holds.
    """
    if not is_held and last_on is None:
        return Standing(MISSING, None)
    if is_in_doubt:
        return Standing(CHANGED, last_on)
    days = HOLDS.get(item, 0) if holds_days is None else holds_days
    if last_on is None or (on - last_on).days > days:
        return Standing(OLD, last_on)
    if item == "insurance" and last_on.year < on.year:
        return Standing(OLD, last_on)
    return Standing(HOLDING if is_held or item != "insurance" else MISSING, last_on)


def mark(held: Mapping[str, Any]) -> str:
    """Return a short mark of what somebody saw, to tell whether it changed meanwhile."""
    told = json.dumps({name: str(value or "") for name, value in held.items()}, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def differing(held: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, str]:
    """Return what was said and is not what we hold; case and outer spaces are no difference."""
    found = {}
    for name, value in said.items():
        ours, theirs = str(held.get(name) or "").strip(), str(value or "").strip()
        if ours.casefold() != theirs.casefold():
            found[name] = theirs
    return found


def same_number(one: str, two: str) -> bool:
    """Say whether two member or group numbers are one, however they are spaced."""

    def bare(text: str) -> str:
        return "".join(letter for letter in text.upper() if letter.isalnum())

    return bare(one) == bare(two)
