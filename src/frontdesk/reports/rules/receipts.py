"""What will come in: claims in flight by their payer's past, patients by theirs. Plain values.

A claim that a payer has had for some days is decided in the next with the share of such claims
that it decided then before; a decision brings the chance that anything is paid, times the share
of the charge that is paid where something is. What will be billed in the weeks to come counts as
what usually was. Patients pay the share of what they owe that they paid in past weeks.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from frontdesk.core.money import CENT, ZERO

WEEK = timedelta(days=7)
AHEAD = 13  # weeks shown
PAST = 12  # weeks looked back on, and from which what is usual is learned
TAIL = 60  # days after which later ones count together
FEW = 20  # decisions below which a payer is taken for the average one
ONE, HALF = Decimal(1), Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Sent:
    """Claims sent to a payer on one day and decided on another (nothing: not yet), in dollars."""

    payer: UUID
    sent_on: date
    decided_on: date | None
    count: int
    charged: Decimal
    paid: Decimal = ZERO
    charged_paid: Decimal = ZERO  # of those that brought money

    def is_waiting(self, on: date) -> bool:
        """Whether the claims had been sent and were not decided at the start of a day."""
        return self.sent_on < on and (self.decided_on is None or self.decided_on >= on)


@dataclass(slots=True)
class Habit:
    """How a payer treats claims, learned from those it decided."""

    decided: int = 0
    waits: list[Decimal] = field(default_factory=lambda: [ONE])  # share undecided, by days
    tail: Decimal = ZERO  # of those that wait longer still, the share decided in a day
    chance: Decimal = ZERO  # that anything is paid, by dollars
    share: Decimal = ZERO  # of the charge that is paid then

    def waiting_after(self, days: int) -> Decimal:
        """Return the share that is undecided so many days after it was sent."""
        last = len(self.waits) - 1
        if days <= last:
            return self.waits[days]
        return self.waits[last] * (ONE - self.tail) ** (days - last)

    def decided_within(self, age: int, days: int) -> Decimal:
        """Return the share of what has waited for `age` days that is decided in so many more."""
        now = self.waiting_after(age)
        if now <= ZERO:  # never before did one wait as long
            return ONE - (ONE - self.tail) ** days
        return ONE - self.waiting_after(age + days) / now

    @property
    def half_by(self) -> int | None:
        """Return in how many days half is decided, if that is known."""
        return next((day - 1 for day, left in enumerate(self.waits) if left <= HALF), None)

    @property
    def pays(self) -> Decimal:
        """Return the dollars that a decided dollar of charges brings."""
        return self.chance * self.share


def habits(sent: Collection[Sent], on: date) -> tuple[dict[UUID, Habit], Habit]:
    """Return each payer's habit as it was known at the start of a day, and the average one."""
    by_payer: dict[UUID, list[Sent]] = defaultdict(list)
    for one in sent:
        if one.sent_on < on:
            by_payer[one.payer].append(one)
    usual = _habit([one for several in by_payer.values() for one in several], on)
    found = {payer: _habit(several, on) for payer, several in by_payer.items()}
    return {key: one if one.decided >= FEW else usual for key, one in found.items()}, usual


def _habit(sent: Iterable[Sent], on: date) -> Habit:
    made = Habit()
    decided: dict[int, Decimal] = defaultdict(lambda: ZERO)
    unseen: dict[int, Decimal] = defaultdict(lambda: ZERO)  # after which day nothing is known
    charged = charged_paid = paid = ZERO
    for one in sent:
        if one.decided_on is None or one.decided_on >= on:
            unseen[(on - one.sent_on).days] += one.charged
            continue
        decided[max((one.decided_on - one.sent_on).days, 0)] += one.charged
        made.decided += one.count
        charged += one.charged
        charged_paid += one.charged_paid
        paid += one.paid
    _learn_when(made, decided, unseen)
    made.chance = _share(charged_paid, charged)
    made.share = _share(paid, charged_paid)
    return made


def _learn_when(made: Habit, decided: dict[int, Decimal], unseen: dict[int, Decimal]) -> None:
    """Learn how long claims wait, also from those that still do (Kaplan and Meier, by dollars)."""
    at_risk = sum(decided.values(), ZERO) + sum(unseen.values(), ZERO)
    late = late_days = ZERO
    for day in range(max([*decided, *unseen], default=-1) + 1):
        if day < TAIL:
            left = ONE - _share(decided.get(day, ZERO), at_risk)
            made.waits.append(made.waits[-1] * left)
        else:
            late += decided.get(day, ZERO)
            late_days += at_risk
        at_risk -= decided.get(day, ZERO) + unseen.get(day + 1, ZERO)
    made.tail = _share(late, late_days)


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return min(max(part / whole, ZERO), ONE) if whole > ZERO else ZERO


@dataclass(frozen=True, slots=True)
class FromPayer:
    """What one payer has in hand, and what is expected of it."""

    payer: UUID
    waiting: Decimal  # charges
    count: int
    habit: Habit
    soon: Decimal  # in the next four weeks
    comes: Decimal  # in all weeks shown


@dataclass(frozen=True, slots=True)
class Coming:
    """What is expected week by week, and of which payer."""

    first: date
    payers: list[Decimal]
    patients: list[Decimal]
    rows: list[FromPayer] = field(default_factory=list)

    @property
    def weeks(self) -> list[tuple[date, Decimal, Decimal, Decimal]]:
        """Each week's first day, from payers, from patients, and together."""
        days = (self.first + WEEK * place for place in range(len(self.payers)))
        return [
            (day, a, b, a + b) for day, a, b in zip(days, self.payers, self.patients, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Patients:
    """What patients owe on a day, what usually falls due in a week, the share paid in one."""

    owed: Decimal
    due: Decimal
    share: Decimal


def patients_habit(owed: Sequence[Decimal], paid: Sequence[Decimal]) -> Patients:
    """Return how patients pay, from what they owed at the start of past weeks (and owe now, the
    last figure) and what they paid in each."""
    together, taken = sum(owed[:-1], ZERO), sum(paid, ZERO)
    fell_due = owed[-1] - owed[0] + taken
    due = max(fell_due / len(paid), ZERO) if paid else ZERO
    return Patients(max(owed[-1], ZERO), due, _share(taken, together))


def ahead(
    sent: Collection[Sent],
    patients: Patients,
    on: date,
    *,
    outside: Decimal = ZERO,
    weeks: int = AHEAD,
) -> Coming:
    """Return what comes in the weeks from a day on, with what was known on that day.

    `outside` is what payers usually send in a week for no claim (capitation, interest).
    """
    known, usual = habits(sent, on)
    total = [outside] * weeks
    rows = []
    for payer, several in _by_payer(sent, on).items():
        habit = known.get(payer, usual)
        waiting = [one for one in several if one.is_waiting(on)]
        flight = _in_flight(waiting, habit, on, weeks)
        billed = sum((one.charged for one in several if one.sent_on >= on - WEEK * PAST), ZERO)
        fresh = _to_be_billed(billed / PAST, habit, weeks)
        total = [a + b + c for a, b, c in zip(total, flight, fresh, strict=True)]
        dollars = sum((one.charged for one in waiting), ZERO)
        count = sum(one.count for one in waiting)
        sums = _cents(sum(flight[:4], ZERO)), _cents(sum(flight, ZERO))
        rows.append(FromPayer(payer, dollars, count, habit, *sums))
    rows.sort(key=lambda row: (-row.comes, -row.waiting))
    return Coming(
        on,
        [_cents(max(amount, ZERO)) for amount in total],
        [_cents(amount) for amount in _from_patients(patients, weeks)],
        rows,
    )


def _by_payer(sent: Iterable[Sent], on: date) -> dict[UUID, list[Sent]]:
    found: dict[UUID, list[Sent]] = defaultdict(list)
    for one in sent:
        if one.sent_on < on:
            found[one.payer].append(one)
    return found


def _in_flight(waiting: Iterable[Sent], habit: Habit, on: date, weeks: int) -> list[Decimal]:
    by_age: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for one in waiting:
        by_age[(on - one.sent_on).days] += one.charged
    comes = [ZERO] * weeks
    for age, charged in by_age.items():
        so_far = ZERO
        for week in range(weeks):
            decided = habit.decided_within(age, 7 * (week + 1))
            comes[week] += charged * (decided - so_far) * habit.pays
            so_far = decided
    return comes


def _to_be_billed(each_week: Decimal, habit: Habit, weeks: int) -> list[Decimal]:
    """What claims not sent yet will bring, as many being sent on every day to come."""
    decided = [ONE - habit.waiting_after(day) for day in range(1, 7 * weeks + 1)]
    sums = [sum(decided[: 7 * week], ZERO) for week in range(weeks + 1)]
    a_day = each_week / 7 * habit.pays
    return [a_day * (sums[week + 1] - sums[week]) for week in range(weeks)]


def _from_patients(patients: Patients, weeks: int) -> list[Decimal]:
    comes, owed = [], patients.owed
    for _week in range(weeks):
        paid = owed * patients.share
        comes.append(paid)
        owed += patients.due - paid
    return comes


@dataclass(frozen=True, slots=True)
class Looked:
    """A past week: what came, what had been forecast at its start, and what is usual."""

    first: date
    payers: Decimal
    patients: Decimal
    said: Decimal
    usual: Decimal

    @property
    def came(self) -> Decimal:
        """What came from payers and patients."""
        return self.payers + self.patients

    @property
    def apart(self) -> Decimal:
        """By how much more came than had been forecast."""
        return self.came - self.said


def error(past: Sequence[Looked], *, usual: bool = False) -> Decimal | None:
    """Return the average miss of a week as a share of what came; of the usual week's, if asked.

    Nothing where no money came.
    """
    came = sum((week.came for week in past), ZERO)
    if came <= ZERO:
        return None
    missed = [abs(week.came - (week.usual if usual else week.said)) for week in past]
    return sum(missed, ZERO) / came


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
