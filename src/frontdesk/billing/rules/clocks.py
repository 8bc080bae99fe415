"""Until when something must reach a payer, and when to raise the alarm. Pure: days in, days out."""

from collections.abc import Mapping
from datetime import date, timedelta

from frontdesk.billing.rules.secondary import MEDICARE
from frontdesk.billing.rules.timely import last_day_to_file

FILING, SECONDARY, CORRECTED = "filing", "secondary", "corrected"
APPEAL, SECOND_APPEAL, RECORDS = "appeal", "second_appeal", "records"

# What counts where the contract says nothing: rather early than late. Appeals: what most
# contracts and 29 CFR 2560.503-1 (180 days) give; records: the shortest that is usual.
USUAL_DAYS: Mapping[str, int] = {
    FILING: 180,
    SECONDARY: 180,
    CORRECTED: 180,
    APPEAL: 180,
    SECOND_APPEAL: 60,
    RECORDS: 30,
}
# Medicare Part B: redetermination 120 days and reconsideration 180 days from receipt, which is
# presumed 5 days after the notice (42 CFR 405.942, 405.962); records 45 days (IOM 100-08, 3.2.3.2);
# a reopening for a clerical error within one year (42 CFR 405.980).
MEDICARE_DAYS: Mapping[str, int] = {
    CORRECTED: 365,
    APPEAL: 125,
    SECOND_APPEAL: 185,
    RECORDS: 45,
}

STAGES = (50, 75, 90)  # percent of the time that has run: an alarm each
LAST_DAYS = timedelta(days=3)
LAST_STAGE, OVER = 99, 100  # the last days; the limit has passed
URGENT = 75


def last_day(kind: str, from_on: date, *, days: int | None, usual: int, filing: str) -> date:
    """Return the last day for a step that is counted from a day.

    `days` is what the contract says for this kind (nothing: the usual), `usual` the days in
    which the payer takes a first claim, `filing` the kind of payer (SBR09).
    """
    if days is not None:
        return from_on + timedelta(days=days)
    if kind in (FILING, SECONDARY):
        return last_day_to_file(from_on, days=usual, filing=filing)
    known = MEDICARE_DAYS if filing in MEDICARE else USUAL_DAYS
    return from_on + timedelta(days=known.get(kind, USUAL_DAYS[kind]))


def later_from(served_on: date, decided_on: date, *, filing: str) -> date:
    """Return the day from which the time to bill a later plan is counted.

    That of the decision before; with Medicare that of the service, however long the plan before
    it took (42 CFR 424.44).
    """
    return served_on if filing in MEDICARE else decided_on


def stage_on(day: date, starts_on: date, due_on: date) -> int:
    """Return the last stage whose day has come: 0, 50, 75, 90, 99 (last days) or 100 (over)."""
    reached = [stage for stage, at in alarms(starts_on, due_on) if at <= day]
    return reached[-1] if reached else 0


def next_alarm(told: int, starts_on: date, due_on: date) -> date | None:
    """Return the day of the first alarm after the stage that was told, or nothing."""
    return next((at for stage, at in alarms(starts_on, due_on) if stage > told), None)


def alarms(starts_on: date, due_on: date) -> list[tuple[int, date]]:
    """Return each stage with the day on which its alarm is given, in the order of the days.

    A stage is reached when so much of the time has run, rounded up to a whole day. The last days
    begin three days before the limit; a stage that would come later than them is left out.
    """
    whole = (due_on - starts_on).days
    last = max(due_on - LAST_DAYS, starts_on)
    early = [(stage, starts_on + timedelta(days=-(-whole * stage // 100))) for stage in STAGES]
    found = [(stage, day) for stage, day in early if day < last]
    return [*found, (LAST_STAGE, last), (OVER, due_on + timedelta(days=1))]


def urgent_from(starts_on: date, due_on: date) -> date:
    """Return the day from which a claim that was not sent goes before all others."""
    return starts_on + timedelta(days=-(-(due_on - starts_on).days * URGENT // 100))
