"""How old money is, and what it waits for: decisions on plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from frontdesk.core.money import ZERO

BUCKETS = ("0–30", "31–60", "61–90", "91–120", "over 120")
_LIMITS = (30, 60, 90, 120)


class Reason(NamedTuple):
    """What money waits for, and what moves it."""

    name: str
    next_step: str


REASONS: dict[str, Reason] = {
    "no_claim": Reason("No claim yet", "Sign the superbill, or say why there is no claim"),
    "held": Reason("Held by our own check", "Correct the claim"),
    "ready": Reason("Ready to send", "Send the batch"),
    "sent": Reason("Sent, no answer yet", "Ask for the status after the payer's usual time"),
    "rejected": Reason("Rejected before the payer saw it", "Correct it and send it again"),
    "accepted": Reason("The payer is deciding", "Ask when it is later than usual"),
    "denied": Reason("Denied", "Correct, appeal or write off"),
    "paid": Reason("Paid in part", "Bill the next plan, or find what is missing"),
    "closed": Reason("Closed with something left", "Write it off or open the claim again"),
    "no_statement": Reason("No statement sent", "Send a statement"),
    "billed": Reason("Statement sent, not due yet", "Nothing until the day it is due"),
    "past_due": Reason("Statement past due", "Call, offer a plan, remind"),
    "held_credit": Reason("Paid ahead for a visit without its bill", "Bill the visit"),
    "free_credit": Reason("Credit without a debt", "Give it back, or keep it if they wish"),
}
_CLAIM = {"received": "sent"}  # by Claim.Status, where the name differs


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Money that is open: who owes it (or is owed), since when, what it waits for."""

    side: str  # insurance, patient, credit
    amount: Decimal
    since: date
    age: int  # days
    reason: str  # a key of REASONS
    patient_id: UUID
    patient: str
    chart: str
    payer: str = ""
    visit_id: UUID | None = None
    claim: str = ""

    @property
    def bucket(self) -> int:
        """The place in BUCKETS."""
        return bucket_of(self.age)

    @property
    def waits_for(self) -> str:
        """What it waits for, in words."""
        return REASONS[self.reason].name


@dataclass(frozen=True, slots=True)
class AgedRow:
    """One line of an aging report: a name, its sums by age, and all of it."""

    key: str
    name: str
    sums: tuple[Decimal, ...]
    count: int
    next_step: str = ""

    @property
    def total(self) -> Decimal:
        """All ages together, in dollars."""
        return sum(self.sums, ZERO)


def bucket_of(age: int) -> int:
    """Return the place in BUCKETS of something so many days old."""
    return sum(age > limit for limit in _LIMITS)


def reason_of_claim(status: str | None) -> str:
    """Return what insurance money waits for, by the status of its claim."""
    return "no_claim" if status is None else _CLAIM.get(status, status)


def reason_of_statement(due_on: date | None, on: date) -> str:
    """Return what a patient's money waits for, by when their last statement is due."""
    if due_on is None:
        return "no_statement"
    return "past_due" if due_on < on else "billed"


def aged(items: Iterable[tuple[str, str, OpenItem]]) -> list[AgedRow]:
    """Return the rows of (key, name, item), the largest sum first."""
    sums: dict[str, list[Decimal]] = {}
    names: dict[str, str] = {}
    counts: dict[str, int] = {}
    for key, name, item in items:
        row = sums.setdefault(key, [ZERO] * len(BUCKETS))
        row[item.bucket] += item.amount
        names[key] = name
        counts[key] = counts.get(key, 0) + 1
    rows = [
        AgedRow(
            key,
            names[key],
            tuple(row),
            counts[key],
            REASONS[key].next_step if key in REASONS else "",
        )
        for key, row in sums.items()
    ]
    return sorted(rows, key=lambda row: (-row.total, row.name))


def together(rows: Iterable[AgedRow]) -> AgedRow:
    """Return the sum of rows, age by age."""
    found = list(rows)
    sums = tuple(sum((row.sums[n] for row in found), ZERO) for n in range(len(BUCKETS)))
    return AgedRow("", "Together", sums, sum(row.count for row in found))
