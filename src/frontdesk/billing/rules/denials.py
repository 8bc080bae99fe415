"""Why payers refuse: the root cause of a reason, who could have prevented it, what it is worth.

The tables are data (`data/denial_*.csv`): each common CARC, and each RARC that says more than its
CARC, leads to a root cause; each cause names the duty upstream that could have prevented it. What
is not in the tables waits under "Read the remark". Chance and minutes of a cause are where we
start; the practice's own outcomes take their place as they come in.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from frontdesk.billing.rules.levels import level_of
from frontdesk.billing.rules.secondary import MEDICARE
from frontdesk.core.money import CENT, ZERO

UNKNOWN = "remark"
SHARE = "share"  # what a patient or a contract always takes off: no denial
PRIOR_WEIGHT = 8  # own outcomes that weigh as much as the table
MOST_MINUTES = 60  # at a stretch: longer, and somebody forgot to stop
SEEN_OFTEN = 3  # times within the window, before a rule is proposed
MAILED = timedelta(days=5)  # a decision is taken as received five days after its date
_DATA = Path(__file__).parent.parent / "data"
_NEVER = frozenset({"209", "303"})  # the reason itself says: do not bill the patient


class Cause(NamedTuple):
    """A root cause: the duty that could have prevented it, and what usually helps."""

    key: str
    label: str
    duty: str
    is_soft: bool  # put right by a corrected claim or papers; hard ones need an appeal
    chance: Decimal  # share of the dollars that is paid in the end, before we know better
    minutes: int
    is_front: bool  # arises before the visit
    how: str
    source: str


class Ended(NamedTuple):
    """What became of denials: how many, their dollars, what was recovered, minutes spent."""

    number: int
    stake: Decimal
    recovered: Decimal
    worked: int = 0  # of them, those with minutes
    minutes: int = 0


class Odds(NamedTuple):
    """What to expect of a denial: share of its dollars, minutes, and of how many of ours."""

    chance: Decimal
    minutes: int
    seen: int


@cache
def causes() -> Mapping[str, Cause]:
    """Return every root cause, in the order of the table."""
    return {
        row["cause"]: Cause(
            key=row["cause"],
            label=row["label"],
            duty=row["duty"],
            is_soft=row["is_soft"] == "yes",
            chance=Decimal(row["chance"]),
            minutes=int(row["minutes"]),
            is_front=row["front"] == "yes",
            how=row["how"],
            source=row["source"],
        )
        for row in _rows("denial_causes")
    }


def cause(key: str) -> Cause:
    """Return a root cause; one we have no more is read by its remark."""
    return causes().get(key, causes()[UNKNOWN])


def cause_of(reason: str, remarks: Sequence[str] = ()) -> str:
    """Return the key of the root cause of a CARC; a general one is told by its remarks.

    Every reason that was refused has one: what no table knows, or knows as no refusal, is
    "Read the remark".
    """
    known = _reasons().get(reason, UNKNOWN)
    if known in {UNKNOWN, SHARE}:
        told = (_remarks()[one] for one in remarks if one in _remarks())
        return next(told, UNKNOWN)
    return known


def is_refusal(group: str, reason: str) -> bool:
    """Say whether a reason with which the patient owes (PR) is a refusal, and no usual share."""
    return group == "PR" and _reasons().get(reason, UNKNOWN) != SHARE


def may_bill_patient(group: str, reason: str) -> bool:
    """Say whether a patient may owe what was refused: PR always, OA unless it says no.

    CO and PI never: X12 claim adjustment group codes.
    """
    return group in {"PR", "OA"} and reason not in _NEVER


def odds(key: str, ended: Ended | None) -> Odds:
    """Return what to expect: the table's share drawn towards our own outcomes by their number."""
    table = cause(key)
    if ended is None or not ended.number:
        return Odds(table.chance, table.minutes, 0)
    own = min(ended.recovered / ended.stake, Decimal(1)) if ended.stake else table.chance
    weight = ended.number + PRIOR_WEIGHT
    chance = (own * ended.number + table.chance * PRIOR_WEIGHT) / weight
    minutes = (Decimal(ended.minutes) + table.minutes * PRIOR_WEIGHT) / (
        ended.worked + PRIOR_WEIGHT
    )
    whole = int(minutes.quantize(Decimal(1), ROUND_HALF_UP))
    return Odds(chance.quantize(Decimal("0.0001")), max(whole, 1), ended.number)


def expected(stake: Decimal, told: Odds) -> Decimal:
    """Return the dollars that will likely be recovered."""
    return (stake * told.chance).quantize(CENT, ROUND_HALF_UP)


def worth(dollars: Decimal, minutes: int) -> Decimal:
    """Return dollars for each minute of work."""
    return (dollars / max(minutes, 1)).quantize(CENT, ROUND_HALF_UP)


def last_day_to_appeal(decided_on: date, *, filing: str, level: int = 1) -> date:
    """Return the last day on which the payer takes an appeal of a decision of that day."""
    got = decided_on + MAILED if filing in MEDICARE else decided_on
    return got + timedelta(days=level_of(filing, level).days)


def outcome(*, allowed: Decimal, held: Decimal) -> str:
    """Return what a new decision makes of a denial: won, partly or lost (Denial.Status)."""
    if allowed <= ZERO:
        return "lost" if held > ZERO else "won"
    return "partly" if held > ZERO else "won"


@cache
def _reasons() -> Mapping[str, str]:
    return {row["carc"]: row["cause"] for row in _rows("denial_reasons")}


@cache
def _remarks() -> Mapping[str, str]:
    return {row["rarc"]: row["cause"] for row in _rows("denial_remarks")}


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / f"{name}.csv").open(newline="") as lines:
        return list(csv.DictReader(lines))


def reason_code(typed: str) -> tuple[str, str]:
    """Return group and code of a reason as people type it: "co197", "CO-197", or "197" alone."""
    bare = re.sub(r"[\s-]", "", typed).upper()
    group = bare[:2] if bare[:2] in ("CO", "PR", "OA", "PI") else ""
    code = bare[len(group) :]
    return group, code.lstrip("0") or code
