"""Where a patient is and how long they have waited: folds of the event log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

EXPECTED, ARRIVED, ROOMED = "expected", "arrived", "roomed"
WITH_PROVIDER, CHECK_OUT, GONE = "provider", "checkout", "gone"
IN_THE_OFFICE = (ARRIVED, ROOMED, WITH_PROVIDER, CHECK_OUT)

# After how many minutes a stage raises its hand. With the provider it is the visit's own length.
LIMITS = {ARRIVED: 15, ROOMED: 10, CHECK_OUT: 10}
LATE_AFTER = timedelta(minutes=5)  # past the time of an appointment, before it counts as late

_NEXT = {
    EXPECTED: {ARRIVED},
    ARRIVED: {ROOMED, WITH_PROVIDER, CHECK_OUT, GONE},
    ROOMED: {ARRIVED, ROOMED, WITH_PROVIDER, CHECK_OUT, GONE},  # roomed again: another room
    WITH_PROVIDER: {ROOMED, CHECK_OUT, GONE},
    CHECK_OUT: {WITH_PROVIDER, GONE},
    GONE: {CHECK_OUT},  # came back to the desk
}


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the log: a move, or the taking back of one (`undoes` is its key)."""

    pk: UUID
    stage: str
    at: datetime
    room_id: UUID | None = None
    undoes: UUID | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a patient is now, since when, and in which room."""

    stage: str
    since: datetime | None
    room_id: UUID | None = None


def may_follow(stage: str, new: str) -> bool:
    """Say whether a patient can go from one stage to the other."""
    return new in _NEXT.get(stage, ())


def effective(steps: Sequence[Step]) -> list[Step]:
    """Return the moves that hold: without those taken back, and without the takings back."""
    undone = {step.undoes for step in steps if step.undoes}
    return [step for step in steps if step.undoes is None and step.pk not in undone]


def standing(steps: Sequence[Step]) -> Standing:
    """Return where the log leads. A move taken back leaves the wait before it as it was."""
    held = effective(steps)
    if not held:
        return Standing(EXPECTED, None)
    last = held[-1]
    since = last.at
    for step in reversed(held):  # another room is not another wait
        if step.stage != last.stage:
            break
        since = step.at
    return Standing(last.stage, since, last.room_id)


def waits(steps: Sequence[Step], until: datetime) -> dict[str, timedelta]:
    """Return how long the patient was in each stage of the office, until then.

    Together they are the time from arrival to leaving, less time spent away in between.
    """
    held = effective(steps)
    spent: dict[str, timedelta] = {}
    ends = [*(step.at for step in held[1:]), until]
    for step, end in zip(held, ends, strict=False):
        if step.stage in IN_THE_OFFICE:
            stay = max(end - step.at, timedelta(0))
            spent[step.stage] = spent.get(step.stage, timedelta(0)) + stay
    return spent


def limit_of(stage: str, visit_minutes: int) -> int | None:
    """Return the minutes after which the stage needs somebody's eye, if it ever does."""
    return visit_minutes if stage == WITH_PROVIDER else LIMITS.get(stage)


def percent_of_limit(since: datetime, at: datetime, limit: int | None) -> int:
    """Return how much of the limit is used, from 0 to 100."""
    if not limit:
        return 0
    used = (at - since) / timedelta(minutes=limit)
    return min(max(round(used * 100), 0), 100)


def is_over(since: datetime, at: datetime, limit: int | None) -> bool:
    """Say whether whole minutes waited exceed the limit."""
    return limit is not None and (at - since) // timedelta(minutes=1) > limit


def is_late(starts_at: datetime, at: datetime) -> bool:
    """Say whether somebody expected has let their time pass."""
    return at - starts_at >= LATE_AFTER
