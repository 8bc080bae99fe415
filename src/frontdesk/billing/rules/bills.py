"""What a bill asks for and what it leaves out, which notice it is, whose turn it is: plain values.

Nothing is asked for while insurance, a question or a decision about help is open on it
(45 CFR 149.620 for disputed estimates, 11 USC 362 for a bankruptcy).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from frontdesk.core.money import ZERO

AGES = (30, 60, 90)  # days
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# Why something is owed and not asked for, or why nobody is written to.
HELD = {
    "insurance": "Insurance has not decided yet",
    "question": "A question of the patient is open",
    "estimate": "The patient disputes an estimate",
    "bankrupt": "A bankruptcy notice came",
    "help": "A request for financial help is open",
    "plan": "It is being paid by a plan",
    "small": "Less than the smallest bill",
    "recent": "Billed a short while ago",
    "returned": "Mail comes back from the address we have",
    "address": "There is no address and no way by e-mail or text",
    "deceased": "The patient has died",
    "agency": "On the way to a collection agency",
    "settled": "Nothing is owed now",
}


@dataclass(frozen=True, slots=True)
class BillLine:
    """One charge, or what is owed for none, as it stands; dollars."""

    patient_id: UUID
    visit_id: UUID | None
    charge_id: UUID | None
    label: str
    on: date | None  # day of service
    charged: Decimal = ZERO
    discount: Decimal = ZERO  # by the plan's contract
    other: Decimal = ZERO  # everything else taken off
    helped: Decimal = ZERO  # of it, as financial help
    plan_paid: Decimal = ZERO
    paid: Decimal = ZERO
    due: Decimal = ZERO
    insurance_due: Decimal = ZERO
    elsewhere: Decimal = ZERO  # the part of it that stands in another line of the bill
    why: tuple[tuple[str, Decimal], ...] = ()  # reason of the plan, and how much it left
    held: str = ""  # a key of HELD


@dataclass(frozen=True, slots=True)
class Open:
    """What is open beside the books and keeps lines off a bill."""

    charges: Collection[UUID] = ()  # under a question
    everything: str = ""  # a key of HELD that holds every line
    planned: Decimal = ZERO  # dollars that a payment plan pays, and that are not due yet


@dataclass(slots=True)
class Bill:
    """What is asked for now, what is owed and not asked for, and what was paid ahead."""

    lines: list[BillLine] = field(default_factory=list)
    held: list[BillLine] = field(default_factory=list)
    credit: Decimal = ZERO

    @property
    def asked(self) -> Decimal:
        """The sum of the lines, before what was paid ahead."""
        return sum((line.due for line in self.lines), ZERO)

    @property
    def waiting(self) -> Decimal:
        """The sum of what is owed and not asked for."""
        return sum((line.due for line in self.held), ZERO)

    @property
    def total(self) -> Decimal:
        """What to pay now."""
        return max(self.asked - self.credit, ZERO)

    @property
    def balance(self) -> Decimal:
        """What stands on the account: it is what was asked, what waits, less what is ahead."""
        return self.asked + self.waiting - self.credit

    @property
    def why_held(self) -> str:
        """The reason of the largest line that is held, where nothing is asked for."""
        largest = max(self.held, key=lambda line: line.due, default=None)
        return largest.held if largest else "settled"


def compose(lines: Iterable[BillLine], credit: Decimal, beside: Open) -> Bill:
    """Return the bill of one patient; its sums are the account's, whatever is held.

    What was paid for a visit and not for one of its charges goes to the visit's charges first,
    the oldest before the others.
    """
    bill = Bill(credit=credit)
    groups: dict[UUID | None, list[BillLine]] = {}
    for line in lines:
        groups.setdefault(line.visit_id, []).append(line)
    for group in groups.values():
        owed, over = _netted(group)
        bill.credit += over
        for line in owed:
            held = _held(line, beside)
            (bill.held if held else bill.lines).append(replace(line, held=held))
    bill.lines.sort(key=_oldest)
    _put_on_plan(bill, beside.planned)
    bill.held.sort(key=_oldest)
    return bill


def joined(bills: Sequence[Bill]) -> Bill:
    """Return several patients' bills as one."""
    whole = Bill()
    for bill in bills:
        whole.lines += bill.lines
        whole.held += bill.held
        whole.credit += bill.credit
    return whole


def aged(lines: Iterable[BillLine], on: date) -> list[Decimal]:
    """Return dollars by age since the day of service: to 30, 60, 90 days, and older."""
    sums = [ZERO] * (len(AGES) + 1)
    for line in lines:
        days = (on - line.on).days if line.on else 0
        sums[sum(1 for limit in AGES if days > limit)] += line.due
    return sums


def next_notice(
    *, last: int, last_on: date | None, has_paid: bool, oldest: date | None, most: int
) -> int:
    """Return which notice comes next: 1 is the first bill, `most` the last.

    Who paid something since gets the same notice again, and only what was on the last bill is
    reminded of: where everything is newer, it begins anew.
    """
    if not last or last_on is None or oldest is None or oldest > last_on:
        return 1
    step = last if has_paid else last + 1
    return min(max(step, 1), most)


def cycle_of(last_name: str, cycles: int) -> int:
    """Return which part of the alphabet a name is in, from 1; what is no letter is in the last."""
    letter = last_name[:1].upper()
    place = LETTERS.find(letter) if letter else -1
    return cycles if place < 0 else place * cycles // len(LETTERS) + 1


def cycle_on(day: date, cycles: int) -> int:
    """Return whose turn it is on a day: each part of the alphabet has its part of the month."""
    return min((day.day - 1) * cycles // 28, cycles - 1) + 1


def letters_of(cycle: int, cycles: int) -> str:
    """Return the first and last letter of a part of the alphabet: "A to F"."""
    mine = [letter for letter in LETTERS if cycle_of(letter, cycles) == cycle]
    return f"{mine[0]} to {mine[-1]}"


def is_recent(last_on: date | None, on: date, days_between: int) -> bool:
    """Say whether the last bill is too young for another one."""
    return last_on is not None and on - last_on < timedelta(days=days_between)


def _netted(group: Sequence[BillLine]) -> tuple[list[BillLine], Decimal]:
    """Spread what is below nothing over what is owed for the same visit; return what is left."""
    over = -sum((line.due for line in group if line.due < ZERO), ZERO)
    owed = []
    for line in sorted((line for line in group if line.due > ZERO), key=_oldest):
        part = min(over, line.due)
        over -= part
        if line.due > part:
            owed.append(replace(line, due=line.due - part, paid=line.paid + part))
    return owed, over


def _held(line: BillLine, beside: Open) -> str:
    if line.insurance_due > ZERO:
        return "insurance"
    if line.charge_id is not None and line.charge_id in beside.charges:
        return "question"
    return beside.everything


def _put_on_plan(bill: Bill, planned: Decimal) -> None:
    """Hold what a plan pays, the oldest lines first; of the last one only the part it pays."""
    asked: list[BillLine] = []
    for line in bill.lines:
        part = min(planned, line.due)
        planned -= part
        if part > ZERO:
            rest = line.elsewhere + line.due - part
            bill.held.append(replace(line, due=part, elsewhere=rest, held="plan"))
        if line.due > part:
            asked.append(replace(line, due=line.due - part, elsewhere=line.elsewhere + part))
    bill.lines = asked


def _oldest(line: BillLine) -> tuple[date, str, str]:
    return line.on or date.max, line.label, str(line.charge_id or "")
