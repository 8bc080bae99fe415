"""The figures of the money: what each is, how it is counted, what is good, and its arithmetic."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, Self

from frontdesk.core.money import ZERO

SHARE, DAYS, DOLLARS = "share", "days", "dollars"
YEAR = 365  # days of charges that days in A/R are measured by
OLD = 90  # days
MINUTES = {"held": 6, "rejected": 12, "denied": 30, "replaced": 15}  # of somebody, each time
MINUTES_FOR = {
    "held": "Correct a claim that our own check held",
    "rejected": "Correct a claim that was rejected",
    "denied": "Work a denial",
    "replaced": "Send a corrected claim",
}
HOUR_RATE = Decimal("45.00")  # dollars for an hour of a biller, with what comes on top of wages


class Measure(NamedTuple):
    """One figure: its words, its unit, and what is good. A goal is a share, days or dollars."""

    key: str
    name: str
    unit: str  # SHARE, DAYS, DOLLARS
    formula: str
    counted: str  # what the upper part of the formula is
    of: str  # and the lower
    left_out: str
    goal: Decimal | None
    is_high_good: bool
    peers: str = ""  # what others reach
    source: str = ""  # who says so
    is_stock: bool = False  # as of a day, not over a time
    is_lag: bool = False  # the median of days
    is_money: bool = False  # the upper part is in dollars: otherwise it counts claims or days
    of_money: bool = False  # and the lower

    def write(self, value: Decimal | None) -> str:
        """Write a value of this figure as a person reads it."""
        if value is None:
            return "—"
        if self.unit == SHARE:
            return f"{value * 100:.1f}%"
        if self.unit == DOLLARS:
            return f"${value:,.2f}"
        number = f"{value:.1f}".removesuffix(".0")
        return f"{number} day" if number == "1" else f"{number} days"

    def part(self, value: Decimal, *, upper: bool) -> str:
        """Write the upper or the lower part of this figure."""
        return f"${value:,.2f}" if (self.is_money if upper else self.of_money) else f"{value:,.0f}"


MEASURES: dict[str, Measure] = {
    one.key: one
    for one in (
        Measure(
            "days_in_ar", "Days in A/R", DAYS,
            "(owed by insurance and patients − patients' credits) ÷ (charges of the last 365 days "
            "÷ 365)",
            "Owed, less credits", "Charges a day",
            "What collection agencies have. Where the office has charged for less than a year, "
            "its own days stand for the 365.",
            Decimal(25), False, "30 to 45 days is healthy, below 35 is high performing",
            "enter.health citing MGMA and HFMA", is_stock=True, is_money=True, of_money=True,
        ),
        Measure(
            "over_90", "A/R over 90 days", SHARE,
            "owed for services more than 90 days ago ÷ everything owed",
            "Owed for more than 90 days", "Owed",
            "Patients' credits, and what collection agencies have. The age is that of the service: "
            "handing a bill to the patient does not make it younger.",
            Decimal("0.08"), False, "below 10 % is good; 13.5 % is usual",
            "calcstack.com; promdmedicalbilling.com citing MGMA", is_stock=True,
            is_money=True, of_money=True,
        ),
        Measure(
            "clean_claim", "Clean claims", SHARE,
            "claims accepted at once that no check had held ÷ first claims answered",
            "Accepted, never held", "Answered",
            "Corrected claims; claims without an answer yet. A claim counts on the day of its "
            "first answer.",
            Decimal("0.985"), True, "95 % is good, 98 % the best",
            "drbillerz.com; calcstack.com citing HFMA",
        ),
        Measure(
            "first_pass", "Accepted the first time", SHARE,
            "claims the payer took in at the first sending ÷ first claims answered",
            "Taken in", "Answered",
            "Corrected claims; claims without an answer yet. Rejected by the clearinghouse counts "
            "as not taken in.",
            Decimal("0.98"), True, "above 95 % at athenahealth", "neobill.co",
        ),
        Measure(
            "initial_denial", "Denied at first", SHARE,
            "claims whose first decision is a denial ÷ claims first decided",
            "Denied at first", "Decided",
            "Later decisions on the same claim or its corrections. Paid in part counts as paid.",
            Decimal("0.04"), False, "5 to 10 % is usual; 11.8 % of US practices in 2024",
            "medibilling.app citing MGMA 2024",
        ),
        Measure(
            "final_denial", "Denied for good", SHARE,
            "denied claims given up without any payment ÷ claims settled",
            "Given up", "Settled",
            "Denials still being worked. A claim is settled by its first payment, or when it is "
            "closed after a denial; its corrections count with it.",
            Decimal("0.015"), False, "3 to 5 % after rework; above 8 % money is leaking",
            "premiermedsolutions.com",
        ),
        Measure(
            "net_collection", "Net collection", SHARE,
            "payments ÷ (charges − contractual adjustments)",
            "Paid", "Charges, less contractual",
            "Credit that has paid nothing yet, interest, capitation and bonuses. Counted on the "
            "day it was entered, so months in which much is charged look low: judge by the year.",
            Decimal("0.98"), True, "95 to 97 % (MGMA 97 %)", "promdmedicalbilling.com",
            is_money=True, of_money=True,
        ),
        Measure(
            "copay", "Copay at the visit", SHARE,
            "copays taken on the day of the visit ÷ copays due",
            "Taken", "Due",
            "Visits without a copay; patients who left unseen; what was given back the same day.",
            Decimal("0.98"), True, "95 % when asked at check-in, 50 to 65 % billed later",
            "myhealthcarebilling.com", is_money=True, of_money=True,
        ),
        Measure(
            "charge_lag", "Charge lag", DAYS,
            "median of: day the charge was entered − day of the visit",
            "Days together", "Visits charged",
            "Visits with nothing to pay; charges signed again after a correction.",
            Decimal(1), False, "3 to 5 days for high performers, 10 to 15 for the lowest quarter",
            "myhealthcarebilling.com; medprecision.com", is_lag=True,
        ),
        Measure(
            "posting_lag", "Posting lag", DAYS,
            "median of: day the decision was posted − day the payer paid",
            "Days together", "Decisions posted",
            "Decisions that wait for a person are counted on the day they are posted.",
            Decimal(1), False, "95 % of the dollars within 4 business days at athenahealth",
            "help.athenahealth.com", is_lag=True,
        ),
        Measure(
            "rework", "Cost of rework", DOLLARS,
            "minutes spent on held, rejected, denied and corrected claims × the rate of an hour "
            "÷ claims sent",
            "Cost", "Claims sent",
            "Minutes are the usual ones of each kind, as set here, not measured. Appeals count "
            "with their denial.",
            None, False, "$25 to $50 for a claim that is worked again", "drbillerz.com",
            is_money=True,
        ),
    )
}  # fmt: skip
CHARGES = "charges"  # counted beside the figures: what days in A/R are measured by


@dataclass(frozen=True, slots=True)
class Terms:
    """What an hour of rework costs, how long each takes, and what the office aims at."""

    hour_rate: Decimal
    minutes: dict[str, int]
    goals: dict[str, Decimal | None]


@dataclass(slots=True)
class Tally:
    """The two parts of a figure, added up. Of a lag also how often each number of days."""

    counted: Decimal = ZERO
    of: Decimal = ZERO
    lags: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Tally") -> Self:
        """Add another to this one."""
        self.counted += other.counted
        self.of += other.of
        self.lags.update(other.lags)
        return self

    def value(self, measure: Measure) -> Decimal | None:
        """Return the figure: a share from 0 to 1, days, or dollars; None where nothing counts."""
        if measure.is_lag:
            return median(self.lags)
        return None if self.of <= 0 else self.counted / self.of

    def as_json(self) -> list[Any]:
        """Return it as it is kept."""
        lags = {str(days): count for days, count in sorted(self.lags.items())}
        return [str(self.counted), str(self.of), *([lags] if lags else [])]

    @classmethod
    def from_json(cls, kept: list[Any]) -> "Tally":
        """Return what was kept."""
        lags = {int(days): count for days, count in kept[2].items()} if len(kept) > 2 else {}
        return cls(Decimal(kept[0]), Decimal(kept[1]), Counter(lags))


def together(tallies: Iterable[Tally]) -> Tally:
    """Return many as one."""
    found = Tally()
    for one in tallies:
        found.add(one)
    return found


def median(lags: Mapping[int, int]) -> Decimal | None:
    """Return the middle number of days of a table of how often each came."""
    count = sum(lags.values())
    if not count:
        return None
    places = ((count - 1) // 2, count // 2)
    met, middle = 0, []
    for days in sorted(lags):
        before, met = met, met + lags[days]
        middle += [days for place in places if before <= place < met]
    return Decimal(sum(middle)) / 2


def is_met(measure: Measure, value: Decimal | None, goal: Decimal | None) -> bool | None:
    """Say whether a figure reaches its goal; None where there is no figure or no goal."""
    if value is None or goal is None:
        return None
    return value >= goal if measure.is_high_good else value <= goal


def cost_of(minutes: Decimal, hour_rate: Decimal) -> Decimal:
    """Return what minutes of work cost, in whole cents."""
    return (minutes * hour_rate / 60).quantize(Decimal("0.01"))
