"""Payment edits on plain values: pairs, unit limits, plausible age and sex, place of service.

Each rule has a name that stands beside what it says, a citation, and how to put it right. STOP is
for what will be refused; WARN for what a person must look at; HINT proposes.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from django.utils.translation import gettext as _

STOP, WARN, HINT = "stop", "warn", "hint"
NEVER, MAY = "0", "1"  # what the pair says of modifiers
ON_A_LINE, BY_POLICY = "1", "2"  # how units are counted; else on a day unless records show more
# What tells two services of one day apart. Source: CMS, NCCI Policy Manual, chapter I, section E.
APART = frozenset({
    "24", "25", "27", "57", "58", "59", "78", "79", "91", "XE", "XP", "XS", "XU",
    "E1", "E2", "E3", "E4", "FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9",
    "LC", "LD", "LM", "LT", "RC", "RI", "RT", "TA", "T1", "T2", "T3", "T4", "T5", "T6", "T7",
    "T8", "T9",
})  # fmt: skip
# Evaluations: office, consultation, preventive, wellness; the practice's own numbered like them.
VISITS = re.compile(r"(?:99|Z9)(?:20[2-5]|21[1-5]|24[1-5]|38[1-7]|39[1-7])|G0402|G0438|G0439|G0463")


@dataclass(frozen=True, slots=True)
class Line:
    """A service as the edits see it."""

    code: str
    units: int = 1
    modifiers: Sequence[str] = ()
    diagnoses: Sequence[str] = ()  # those it points at, the most important first


@dataclass(frozen=True, slots=True)
class Pair:
    """Two codes not paid together on the day, and whether a modifier may help."""

    column_1: str
    column_2: str
    modifier: str
    rationale: str
    release: str


@dataclass(frozen=True, slots=True)
class Limit:
    """The most units of a code, how they are counted, and why."""

    code: str
    units: int
    counts: str
    rationale: str
    release: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing an edit says: what it is about, in words, and how to put it right."""

    rule: str  # NCCI-PTP, NCCI-MUE, LCD, AGE, SEX, POS, MOD-25 …
    about: str  # a code
    text: str
    how_to_fix: str
    severity: str
    citation: str
    modifier: str = ""  # proposed for `about`
    also: str = field(default="")  # the other code of a pair


def pairs_found(lines: Sequence[Line], pairs: Collection[Pair]) -> list[Finding]:
    """Return each pair of codes that is not paid together, unless a modifier tells them apart."""
    known = {(pair.column_1, pair.column_2): pair for pair in pairs}
    found = []
    for one, two in combinations(lines, 2):
        for first, second in ((one, two), (two, one)):
            pair = known.get((first.code, second.code))
            if pair is None or (pair.modifier == MAY and _told_apart(first, second)):
                continue
            found.append(_of_pair(pair, first, second))
    return found


def units_over(lines: Sequence[Line], limits: Mapping[str, Limit]) -> list[Finding]:
    """Return each code with more units than Medicare takes on a line or a day."""
    found = []
    days: dict[str, int] = {}
    for line in lines:
        days[line.code] = days.get(line.code, 0) + line.units
    for code, total in days.items():
        limit = limits.get(code)
        if limit is None:
            continue
        most = max(line.units for line in lines if line.code == code)
        counted = most if limit.counts == ON_A_LINE else total
        if counted > limit.units:
            found.append(_over(limit, counted))
    return found


def place_fits(place: str, lines: Sequence[Line]) -> list[Finding]:
    """Return what the place of service contradicts: telehealth modifiers, or a place without."""
    found = []
    for line in lines:
        tele = [one for one in line.modifiers if one in ("95", "93", "GT", "FQ")]
        if tele and place not in ("02", "10"):
            found.append(
                Finding(
                    "POS-TELE",
                    line.code,
                    _("%(code)s says video or telephone, the place of service says otherwise.")
                    % {"code": line.code},
                    _("Set the place of service to 10 (at home) or 02, or take %(mod)s off.")
                    % {"mod": tele[0]},
                    WARN,
                    "CMS IOM 100-04, ch. 12, 190",
                )
            )
    return found


def suggested(lines: Sequence[Line]) -> list[Finding]:
    """Return modifiers that a line will likely need, with the rule that says so."""
    evaluations = [line for line in lines if is_visit(line.code)]
    others = [line for line in lines if line not in evaluations and line.code not in _ADDS]
    found = [
        _needs_25(line, others[0])
        for line in evaluations
        if others and not {"25", "57"} & set(line.modifiers)
    ]
    seen: dict[str, Line] = {}
    for line in lines:
        twin = seen.setdefault(line.code, line)
        if twin is not line and not (APART | {"76", "77"}) & set(line.modifiers):
            found.append(_repeated(line))
    return found


def _needs_25(visit: Line, other: Line) -> Finding:
    return Finding(
        "MOD-25",
        visit.code,
        _("A visit beside %(code)s on one day is paid only with modifier 25.")
        % {"code": other.code},
        _("Add 25 when the visit was more than the work before and after it."),
        HINT,
        "NCCI Policy Manual, ch. I, D",
        "25",
        other.code,
    )


def _repeated(line: Line) -> Finding:
    return Finding(
        "MOD-76",
        line.code,
        _("%(code)s stands on two lines of one day.") % {"code": line.code},
        _("Join them by their units, or add 76 when it was repeated."),
        WARN,
        "CMS IOM 100-04, ch. 12, 20.6",
        "91" if line.code.startswith("8") else "76",
    )


def is_visit(code: str) -> bool:
    """Whether the code is an evaluation by its number: office, hospital, preventive, wellness."""
    return bool(VISITS.fullmatch(code))


_ADDS = frozenset({"G2211", "36415", "99000"})


def _told_apart(first: Line, second: Line) -> bool:
    return bool(APART & (set(first.modifiers) | set(second.modifiers)))


def _of_pair(pair: Pair, first: Line, second: Line) -> Finding:
    names = {"one": first.code, "two": second.code}
    if pair.modifier == MAY:
        # An evaluation takes 25; everything else says by 59 or X how it was distinct.
        proposed = "25" if is_visit(second.code) else "59"
        fix = _(
            "Take %(two)s off; or, when the records show that it was separate, add %(mod)s to it."
        ) % {**names, "mod": proposed}
    else:
        proposed = ""
        fix = _("Take %(two)s off: no modifier lets both be paid.") % names
    return Finding(
        "NCCI-PTP",
        second.code,
        _("%(two)s is part of %(one)s: Medicare doesn't pay both on one day (%(why)s).")
        % {**names, "why": pair.rationale or _("no reason given")},
        fix,
        STOP if pair.modifier == NEVER else WARN,
        _("CMS NCCI pairs, release %(release)s") % {"release": pair.release},
        proposed,
        first.code,
    )


def _over(limit: Limit, counted: int) -> Finding:
    said = {"code": limit.code, "n": counted, "most": limit.units}
    if limit.counts == ON_A_LINE:
        text = _("%(code)s: %(n)s units on a line, %(most)s are likely at most.") % said
        fix = _("Correct the units, or put the rest on another line with 76 or an anatomic code.")
    elif limit.counts == BY_POLICY:
        text = _("%(code)s: %(n)s units on one day, %(most)s is the limit by law or policy.") % said
        fix = _("Correct the units. More are refused, and an appeal doesn't help.")
    else:
        text = _("%(code)s: %(n)s units on one day, %(most)s are likely at most.") % said
        fix = _("Correct the units, or keep the record at hand that shows why it was more.")
    return Finding(
        "NCCI-MUE",
        limit.code,
        text,
        fix,
        STOP if limit.counts == BY_POLICY else WARN,
        _("CMS MUE, release %(release)s: %(why)s")
        % {"release": limit.release, "why": limit.rationale},
    )


def years_old(born: date, on: date) -> int:
    """Return full years on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
