"""What a visit takes and what a week looks like, as figures a template draws."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _

from frontdesk.scheduling.models import Block, Phase, Session
from frontdesk.scheduling.rules.preferences import Kind, Rule, said
from frontdesk.scheduling.rules.time import clock_words

WIDTH, LABEL, ROW = 600, 150, 26  # of the picture of phases, in its own units
DAY_WIDTH, HOUR, HEAD = 86, 34, 22  # of the picture of a week
TONES = {
    Phase.Role.PROVIDER: "blue",
    Phase.Role.ROOM: "slate",
    Phase.Role.ASSISTANT: "violet",
    Phase.Role.DEVICE: "amber",
    Phase.Role.DESK: "green",
    Phase.Role.INTERPRETER: "teal",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle with its words."""

    x: int
    y: int
    width: int
    height: int
    tone: str
    label: str
    says: str = ""
    kind: str = ""
    y_text: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across or down with its figure."""

    at: int
    label: str


@dataclass(slots=True)
class Picture:
    """Bars and marks in a box."""

    width: int
    height: int
    says: str
    bars: list[Bar] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    heads: list[Mark] = field(default_factory=list)


def of_phases(phases: Sequence[Any], before: int = 0, after: int = 0) -> Picture:
    """Draw phases (anything with role, starts_after, minutes) under each other, by the minute."""
    total = max((one.starts_after + one.minutes for one in phases), default=0)
    whole = max(before + total + after, 5)
    scale = (WIDTH - LABEL - 10) / whole
    found = Picture(WIDTH, ROW * (len(phases) + 1) + 8, _("What the visit takes, by the minute"))
    for row, one in enumerate(sorted(phases, key=lambda p: (p.starts_after, p.role))):
        x = LABEL + round((before + one.starts_after) * scale)
        y = ROW * row + 4
        words = Phase(role=one.role, kind=one.kind, skill=getattr(one, "skill", "")).needs_words
        if getattr(one, "skill", ""):
            words = f"{words}, {one.skill}"
        ends = one.starts_after + one.minutes
        found.bars.append(
            Bar(
                x, y, max(4, round(one.minutes * scale)), ROW - 6, TONES[Phase.Role(one.role)],
                words, f"{words}: {one.starts_after}–{ends}", y_text=y + 14,
            )
        )  # fmt: skip
    step = next(size for size in (5, 10, 15, 30, 60, 120, 240) if whole / size <= 10)
    for minute in range(0, whole + 1, step):
        label = str(minute - before)
        found.marks.append(Mark(LABEL + round(minute * scale), label))
    return found


def of_week(
    sessions: Sequence[Session], rules: Iterable[Rule], on: date, names: Sequence[str]
) -> Picture:
    """Draw a provider's usual week: sessions, the blocks in them, lunch that is kept."""
    held = [one for one in sessions if one.until_on is None or one.until_on > on]
    first = min((one.starts.hour for one in held), default=8)
    last = max((one.ends.hour + (one.ends.minute > 0) for one in held), default=17)
    found = Picture(
        44 + 7 * DAY_WIDTH, HEAD + (last - first) * HOUR + 8, _("The usual week of this provider")
    )
    found.heads = [Mark(44 + n * DAY_WIDTH + DAY_WIDTH // 2, name) for n, name in enumerate(names)]
    for hour in range(first, last + 1):
        label = clock_words(time(hour % 24)).replace(":00", "")
        found.marks.append(Mark(HEAD + (hour - first) * HOUR, label))
    for session in held:
        found.bars.append(_bar(session, session.weekday, first, session.site.name, "slate", "s"))
        for block in session.active_blocks:
            found.bars.append(_bar(block, session.weekday, first, block.name, "violet", "block"))
    for rule in rules:
        if rule.kind == Kind.LUNCH and rule.starts and rule.ends:
            days = {one.weekday for one in held if rule.is_on(one.weekday)}
            found.bars += [_lunch(rule, day, first) for day in sorted(days)]
    return found


def _bar(what: Session | Block, day: int, first: int, label: str, tone: str, kind: str) -> Bar:
    y, height = _tall(what.starts, what.ends, first)
    x = 44 + day * DAY_WIDTH + (3 if kind == "s" else 8)
    width = DAY_WIDTH - (6 if kind == "s" else 16)
    says = f"{label}: {clock_words(what.starts)} to {clock_words(what.ends)}"
    return Bar(x, y, width, height, tone, label[:12], says, kind, y_text=y + 13)


def _lunch(rule: Rule, day: int, first: int) -> Bar:
    starts, ends = rule.starts or time.min, rule.ends or time.min
    y, height = _tall(starts, ends, first)
    x = 44 + day * DAY_WIDTH + 8
    return Bar(x, y, DAY_WIDTH - 16, height, "amber", _("Lunch"), said(rule), "lunch", y + 13)


def _tall(starts: time, ends: time, first: int) -> tuple[int, int]:
    top = (starts.hour - first) * 60 + starts.minute
    length = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
    return HEAD + round(top * HOUR / 60), max(8, round(length * HOUR / 60))
