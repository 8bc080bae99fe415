"""The level of an office visit by medical decision making or by time (rules since 2021).

Two of the three elements reach the level: problems, data, risk; or the total time of the day
decides. In our own words; levels are "straightforward", "low", "moderate", "high". Source: CMS
Physician Fee Schedule final rule 2021 (85 FR 84472); minutes as of 2024 (at least so many).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LEVELS = ("straightforward", "low", "moderate", "high")
MINUTES = {True: (15, 30, 45, 60), False: (10, 20, 30, 40)}  # new patient or known
# Office visits by level: 99202-99205 new, 99212-99215 known; the practice's own numbered like them.
_LEVELLED = re.compile(r"(?:99|Z9)2([01])([2-5])")
PROBLEMS = {  # what was addressed: value, words, level reached by one of it
    "minor": (gettext_lazy("Small problems that pass by themselves"), "straightforward"),
    "stable": (gettext_lazy("Stable long-term illnesses"), "low"),
    "acute": (gettext_lazy("New uncomplicated illnesses or injuries"), "low"),
    "worse": (gettext_lazy("Long-term illnesses that got worse, or treatment harms"), "moderate"),
    "unknown": (gettext_lazy("New problems whose outcome is uncertain"), "moderate"),
    "systemic": (
        gettext_lazy("Acute illnesses of the whole body, or complicated injuries"), "moderate",
    ),
    "severe": (gettext_lazy("Severe worsening, or a threat to life or a function"), "high"),
}  # fmt: skip
RISKS = {
    "straightforward": gettext_lazy("Minimal: rest, dressings"),
    "low": gettext_lazy("Low: over-the-counter medicine, therapy"),
    "moderate": gettext_lazy(
        "Moderate: prescription managed, minor surgery with risks, social circumstances in the way"
    ),
    "high": gettext_lazy("High: toxic treatment watched, major surgery, hospital, or care limited"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the provider says of a visit."""

    is_new: bool
    problems: dict[str, int]  # kind to how many
    items: int = 0  # tests ordered or read, notes of others read: each counts once
    historian: bool = False  # an independent one had to be asked
    interpreted: bool = False  # a test read oneself
    discussed: bool = False  # with somebody outside of the office
    risk: str = "straightforward"
    minutes: int | None = None  # total time on the day; None: not counted


@dataclass(frozen=True, slots=True)
class Level:
    """The level reached, by what, and why."""

    level: str
    number: int  # 2 to 5, the last digit of the family's codes
    by: str  # mdm, time
    reasons: Sequence[str]


def level_of(said: Said) -> Level:
    """Return the higher of the level by decision making and the level by time, with its reasons."""
    problems, why_problems = _problems(said.problems)
    data, why_data = _data(said)
    risk = LEVELS.index(said.risk) if said.risk in LEVELS else 0
    ordered = sorted((problems, data, risk))
    decided = ordered[1]  # two of three reach at least the middle one
    reasons = [
        why_problems,
        why_data,
        _("Risk: %(level)s.") % {"level": word(LEVELS[risk])},
        _("Two of three reach %(level)s.") % {"level": word(LEVELS[decided])},
    ]
    timed = _by_time(said)
    if timed is not None and timed > decided:
        return Level(
            LEVELS[timed],
            timed + 2,
            "time",
            [
                _("%(n)s minutes on the day: at least %(least)s are needed for %(level)s.")
                % {
                    "n": said.minutes,
                    "least": MINUTES[said.is_new][timed],
                    "level": word(LEVELS[timed]),
                },
                _("By decision making it would be %(level)s.") % {"level": word(LEVELS[decided])},
            ],
        )
    return Level(LEVELS[decided], decided + 2, "mdm", reasons)


def levelled(code: str) -> tuple[bool, int] | None:
    """Return whether the code is for a new patient, and its level; None for other codes."""
    found = _LEVELLED.fullmatch(code)
    return (found[1] == "0", int(found[2])) if found else None


def is_established(on: date, specialty: str, seen: Iterable[tuple[date, str]]) -> bool:
    """Whether a patient is no new one: served within three years by the group's same specialty.

    `seen` are earlier days of service, each with the specialty (taxonomy code) of who gave it; one
    that is not known may be the same. Source: CMS IOM 100-04, ch. 12, 30.6.7.A.
    """
    since = _three_years_before(on)
    return any(
        since < day < on and (not theirs or not specialty or theirs == specialty)
        for day, theirs in seen
    )


def _three_years_before(on: date) -> date:
    try:
        return on.replace(year=on.year - 3)
    except ValueError:  # Feb 29
        return on.replace(year=on.year - 3, day=28)


def word(level: str) -> str:
    """Return a level as it is shown."""
    return {
        "straightforward": _("straightforward"),
        "low": _("low"),
        "moderate": _("moderate"),
        "high": _("high"),
    }[level]


def _problems(counted: dict[str, int]) -> tuple[int, str]:
    held = {kind: number for kind, number in counted.items() if number > 0 and kind in PROBLEMS}
    reached = max((LEVELS.index(PROBLEMS[kind][1]) for kind in held), default=0)
    if held.get("stable", 0) >= 2:
        reached = max(reached, 2)
    if held.get("minor", 0) >= 2:
        reached = max(reached, 1)
    named = ", ".join(f"{number} × {PROBLEMS[kind][0]}" for kind, number in held.items())
    said = {"named": named or _("none said"), "level": word(LEVELS[reached])}
    return reached, _("Problems: %(named)s: %(level)s.") % said


def _data(said: Said) -> tuple[int, str]:
    categories = [said.items >= 3 or (said.items >= 2 and said.historian)]
    categories += [said.interpreted, said.discussed]
    if sum(categories) >= 2:
        reached = 3
    elif any(categories):
        reached = 2
    elif said.items >= 2 or said.historian:
        reached = 1
    else:
        reached = 0
    parts = [_("%(n)s tests or documents") % {"n": said.items}] if said.items else []
    parts += [_("somebody else asked")] if said.historian else []
    parts += [_("a test read oneself")] if said.interpreted else []
    parts += [_("talked over with another office")] if said.discussed else []
    named = ", ".join(parts) or _("none said")
    return reached, _("Data: %(named)s: %(level)s.") % {
        "named": named,
        "level": word(LEVELS[reached]),
    }


def _by_time(said: Said) -> int | None:
    if said.minutes is None:
        return None
    reached = [at for at, least in enumerate(MINUTES[said.is_new]) if said.minutes >= least]
    return max(reached) if reached else None
