"""What a change costs a patient, in points by rule. One point is a minute waited on the day.

The table is the whole policy: a plan is cheap when few people are moved, not far, to somebody
they know. Nothing about who the patient is enters it.
"""

from typing import NamedTuple

from frontdesk.solver.repair.model import Key

MOVED = "moved"  # minutes between the old time and the new one, on the same day
EARLIER = "earlier"  # asked to come before the promised time
HALF_DAY = "half_day"  # a morning becomes an afternoon: work, school and rides are arranged
PROVIDER = "provider"  # somebody else than the one it was promised with
SITE = "site"
DAY = "day"
HOUR = "hour"  # another hour of the day than before, on another day
CALL = "call"  # no place found here: a person calls
HERE = "here"  # the patient sits in the waiting room already
CONFIRMED = "confirmed"  # said they will come, and is asked again
INTERPRETER = "interpreter"  # who was arranged for the old time
NEW = "new_patient"  # waited longest, and leaves first
TOUCHED = "touched"  # had nothing to do with what broke
OVERTIME = "overtime"  # the provider stays after their hours

POINTS = {
    EARLIER: 30,
    HALF_DAY: 30,
    PROVIDER: 45,
    SITE: 90,
    DAY: 180,
    CALL: 700,
    HERE: 300,
    CONFIRMED: 25,
    INTERPRETER: 40,
    NEW: 60,
    TOUCHED: 90,
    OVERTIME: 3,  # a minute: an hour of it weighs as much as another day
}
AN_HOUR = 10  # minutes between two hours of the day that make a point
EACH_DAY = 30  # more for each further day
OWN = 20  # more where the one who is left is the patient's own doctor
WAITING = 2  # points a minute instead of one for somebody who is here


class Was(NamedTuple):
    """What was promised, and to whom it matters how."""

    cell: int
    day: int
    is_afternoon: bool
    provider: Key
    site: Key
    is_affected: bool = True
    is_here: bool = False
    is_confirmed: bool = False
    needs_interpreter: bool = False
    is_new: bool = False
    is_own_provider: bool = False
    is_remote: bool = False  # by video or telephone: the place does not matter
    into_day: int = 0  # cells since midnight


class Becomes(NamedTuple):
    """What would be instead."""

    cell: int
    day: int
    is_afternoon: bool
    provider: Key
    site: Key
    into_day: int = 0
    cells_over: int = 0  # at which the provider is done after their hours


def price(was: Was, new: Becomes, minutes_a_cell: int = 5) -> tuple[tuple[str, int], ...]:
    """Return what the change costs by rule; nothing changed costs nothing."""
    minutes = minutes_a_cell * abs(new.cell - was.cell)
    is_other_day, is_other_time = new.day != was.day, new.cell != was.cell
    is_other_provider = new.provider != was.provider
    is_other_site = new.site != was.site and not was.is_remote
    changes = is_other_time or is_other_provider or is_other_site
    held = [
        (DAY, is_other_day and POINTS[DAY] + EACH_DAY * (abs(new.day - was.day) - 1)),
        (HOUR, is_other_day and minutes_a_cell * abs(new.into_day - was.into_day) // AN_HOUR),
        (MOVED, not is_other_day and minutes * (WAITING if was.is_here else 1)),
        (EARLIER, not is_other_day and new.cell < was.cell and POINTS[EARLIER]),
        (HALF_DAY, is_other_time and new.is_afternoon != was.is_afternoon and POINTS[HALF_DAY]),
        (PROVIDER, is_other_provider and POINTS[PROVIDER] + OWN * was.is_own_provider),
        (SITE, is_other_site and POINTS[SITE]),
        (OVERTIME, POINTS[OVERTIME] * minutes_a_cell * new.cells_over),
        *_for_whom(was, is_other_day=is_other_day, is_other_time=is_other_time, changes=changes),
    ]
    return tuple((rule, int(points)) for rule, points in held if points)


def price_of_calling(was: Was) -> tuple[tuple[str, int], ...]:
    """Return what it costs to find no place and leave it to a call."""
    held = [(CALL, POINTS[CALL])]
    held += _for_whom(was, is_other_day=True, is_other_time=True, changes=True)
    return tuple((rule, int(points)) for rule, points in held if points)


def _for_whom(
    was: Was, *, is_other_day: bool, is_other_time: bool, changes: bool
) -> list[tuple[str, int]]:
    return [
        (HERE, (was.is_here and is_other_day) * POINTS[HERE]),
        (CONFIRMED, (was.is_confirmed and is_other_time) * POINTS[CONFIRMED]),
        (INTERPRETER, (was.needs_interpreter and is_other_time) * POINTS[INTERPRETER]),
        (NEW, (was.is_new and is_other_day) * POINTS[NEW]),
        (TOUCHED, (not was.is_affected and changes) * POINTS[TOUCHED]),
    ]
