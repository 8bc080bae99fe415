"""Where a patient is and how long they have waited: folds of the event log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
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
    """One event of the log: a move, the taking back of an event (`undoes` is its key), or when
    a move really was (`corrects` is the move's key, `at` the right time).
    """

    pk: UUID
    stage: str
    at: datetime
    room_id: UUID | None = None
    undoes: UUID | None = None
    corrects: UUID | None = None


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
    """Return the moves that hold, each at the time it really was.

    What was taken back, the takings back and the corrections themselves are not among them; of
    several corrections of a move the last that holds counts.
    """
    undone = {step.undoes for step in steps if step.undoes}
    held = [step for step in steps if step.undoes is None and step.pk not in undone]
    right = {step.corrects: step.at for step in held if step.corrects}
    return [replace(s, at=right.get(s.pk, s.at)) for s in held if s.corrects is None]


def in_order(steps: Sequence[Step]) -> bool:
    """Say whether no move that holds happened before the one it followed."""
    return all(one.at <= two.at for one, two in pairwise(effective(steps)))


def room_to_correct(
    steps: Sequence[Step], pk: UUID, until: datetime
) -> tuple[datetime | None, datetime]:
    """Return between which times a move can have been: after the one before, before the next."""
    held = effective(steps)
    place = next(n for n, step in enumerate(held) if step.pk == pk)
    before = held[place - 1].at if place else None
    return before, held[place + 1].at if place + 1 < len(held) else until


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


def limit_of(stage: str, visit_minutes: int, limits: Mapping[str, int] = LIMITS) -> int | None:
    """Return the minutes after which the stage needs somebody's eye, if it ever does."""
    return visit_minutes if stage == WITH_PROVIDER else limits.get(stage)


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


def last_noted(since: datetime, *more: datetime | None) -> datetime:
    """Return when something was last noted of a patient: they moved, or one of `more`."""
    return max([since, *(one for one in more if one is not None)])


def is_forgotten(last: datetime, at: datetime, minutes: int) -> bool:
    """Say whether nothing at all was noted of somebody in the office for too long."""
    return at - last > timedelta(minutes=minutes)


class Blame(StrEnum):
    """Who or what a patient waits for."""

    CHECK_IN = "check_in"
    DECISION = "decision"
    ROOM = "room"
    CLEANING = "cleaning"
    ASSISTANT = "assistant"
    INTERPRETER = "interpreter"
    SUPPLIES = "supplies"
    PROVIDER = "provider"
    PAYMENT = "payment"
    DESK = "desk"
    NOBODY = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What decides whom a patient waits for."""

    stage: str
    is_checked_in: bool = True
    is_prepared: bool = True  # vitals taken
    awaits_decision: bool = False  # came late; the provider has not answered
    lacks_interpreter: bool = False  # needs one; none is there
    called: frozenset[str] = frozenset()  # open calls of their room: "interpreter", "supplies"
    rooms_free: int = 1  # clean and empty
    rooms_to_clean: int = 0
    owes: bool = False


def waits_for(one: Waiting) -> Blame:
    """Return who or what holds the patient up now; nobody while they are seen or not here."""
    if one.stage == ARRIVED:
        return _held_in_waiting_room(one)
    if one.stage == ROOMED:
        if one.lacks_interpreter:
            return Blame.INTERPRETER
        for wanted in (Blame.INTERPRETER, Blame.SUPPLIES):
            if wanted in one.called:
                return wanted
        return Blame.PROVIDER if one.is_prepared else Blame.ASSISTANT
    if one.stage == CHECK_OUT:
        return Blame.PAYMENT if one.owes else Blame.DESK
    return Blame.NOBODY


def _held_in_waiting_room(one: Waiting) -> Blame:
    if one.awaits_decision:
        return Blame.DECISION
    if not one.is_checked_in:
        return Blame.CHECK_IN
    if one.lacks_interpreter:
        return Blame.INTERPRETER
    if one.rooms_free:
        return Blame.ASSISTANT
    return Blame.CLEANING if one.rooms_to_clean else Blame.ROOM


@dataclass(frozen=True, slots=True)
class Milestones:
    """When things happened in one visit; what has not is None."""

    arrived: datetime
    checked_in: datetime | None = None
    roomed: datetime | None = None
    prepared: datetime | None = None
    seen: datetime | None = None
    left_provider: datetime | None = None
    gone: datetime | None = None
    interpreter_called: datetime | None = None  # nobody was there to interpret, from then
    interpreter_came: datetime | None = None


def waited_for(one: Milestones, until: datetime) -> dict[Blame, timedelta]:
    """Return how long the patient waited for whom: the parts of the time they were not seen.

    Together with the time with the provider they are the time from arrival to leaving.
    """
    end = one.gone or until
    marks = [
        (Blame.CHECK_IN, one.checked_in),
        (Blame.ROOM, one.roomed),
        (Blame.ASSISTANT, one.prepared),
        (Blame.PROVIDER, one.seen),
        (Blame.NOBODY, one.left_provider),
        (Blame.DESK, one.gone),
    ]
    spent: dict[Blame, timedelta] = {}
    now, skipped = one.arrived, timedelta(0)
    for blame, reached in marks:
        if reached is None or reached < now:  # skipped, or done out of turn: the next one has it
            continue
        stop = min(reached, end)
        spent[blame] = spent.get(blame, skipped) + max(stop - now, skipped)
        now = max(now, stop)
    if one.gone is None and now < end:
        waits = _open_part(one)
        spent[waits] = spent.get(waits, skipped) + (end - now)
    return _interpreted(one, end, spent)


def _interpreted(
    one: Milestones, end: datetime, spent: dict[Blame, timedelta]
) -> dict[Blame, timedelta]:
    """Take the wait for an interpreter out of the waits for others: nothing goes on without one.

    It is from the call until somebody came, and no longer than until the provider did.
    """
    if one.interpreter_called is None:
        return spent
    since = max(one.interpreter_called, one.arrived)
    until = min(one.interpreter_came or end, one.seen or end, end)
    rest = max(until - since, timedelta(0))
    for blame in (Blame.PROVIDER, Blame.ASSISTANT, Blame.ROOM):  # the nearest to it first
        part = min(rest, spent.get(blame, timedelta(0)))
        if part:
            spent[blame] -= part
            spent[Blame.INTERPRETER] = spent.get(Blame.INTERPRETER, timedelta(0)) + part
            rest -= part
    return spent


def _open_part(one: Milestones) -> Blame:
    """Return what is waited for by somebody still here."""
    if one.left_provider:
        return Blame.DESK
    if one.seen:
        return Blame.NOBODY
    if one.roomed:
        return Blame.PROVIDER if one.prepared else Blame.ASSISTANT
    return Blame.ROOM if one.checked_in else Blame.CHECK_IN
