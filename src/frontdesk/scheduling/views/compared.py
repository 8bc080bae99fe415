"""A replay as the screen shows it: today's week beside the draft, in charts and in a table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from statistics import mean
from typing import Any

from django.utils.translation import gettext as _

from frontdesk.scheduling.models import Replay
from frontdesk.scheduling.views.drawn import day_words
from frontdesk.ui import charts
from frontdesk.ui.charts import Chart, Series

Says = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of both weeks."""

    name: str
    before: str
    after: str
    says: str  # better, worse or the same
    tone: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What a replay says."""

    lines: list[Line]
    drawings: list[Chart]


def of(replay: Replay | None) -> Compared | None:
    """Return a finished replay as it is shown."""
    if replay is None or replay.status != Replay.Status.DONE:
        return None
    before, after = replay.outcome["today"], replay.outcome["draft"]
    return Compared(_lines(before, after), _drawings(before, after))


def _lines(before: dict[str, Any], after: dict[str, Any]) -> list[Line]:
    kinds = {**before["kinds"], **after["kinds"]}
    found = [
        _line(
            _("Third next available: %(visit)s") % {"visit": name},
            _mean(_third(before, key)), _mean(_third(after, key)), charts.days,
        )
        for key, name in kinds.items()
    ]  # fmt: skip
    found += [
        _line(_("Fill"), *_both(before, after, "fill"), charts.percents, more_is_better=None),
        _line(_("Days to the visit"), *_both(before, after, "days_waited"), charts.days),
        _line(_("Wait in the office"), *_both(before, after, "wait"), charts.minutes),
        _line(_("Overtime a day"), *_both(before, after, "overtime"), charts.minutes),
        _line(_("Turned away"), before["turned_away"], after["turned_away"], charts.plain),
        _line(
            _("Hours offered a week"), before["offered_hours"], after["offered_hours"],
            charts.plain, more_is_better=None,
        ),
    ]  # fmt: skip
    return found


def _line(
    name: str,
    before: float | None,
    after: float | None,
    unit: Says,
    *,
    more_is_better: bool | None = False,
) -> Line:
    first, second = ("—" if one is None else unit(one) for one in (before, after))
    if before is None or after is None or first == second:
        return Line(name, first, second, _("the same") if first == second else "", "slate")
    if more_is_better is None:
        return Line(name, first, second, _("more") if after > before else _("less"), "slate")
    if (after > before) == more_is_better:
        return Line(name, first, second, _("better"), "green")
    return Line(name, first, second, _("worse"), "amber")


def _drawings(before: dict[str, Any], after: dict[str, Any]) -> list[Chart]:
    along = [day_words(date.fromisoformat(week["week"])) for week in before["weeks"]]
    kind = next(iter({**before["kinds"], **after["kinds"]}), "")
    kind_name = {**before["kinds"], **after["kinds"]}.get(kind, "")

    def pair(values: Callable[[dict[str, Any]], list[float | None]]) -> list[Series]:
        return [Series(_("Today"), values(before)), Series(_("Draft"), values(after))]

    def named(name: str) -> Callable[[dict[str, Any]], list[float | None]]:
        return lambda outcome: [week[name] for week in outcome["weeks"]]

    head = _("Week of")
    return [
        charts.lines(
            _("Third next available: %(visit)s") % {"visit": kind_name}, along,
            pair(lambda outcome: _third(outcome, kind)), unit=charts.days, head=head, key="third",
        ),
        charts.lines(
            _("Fill"), along, pair(named("fill")), unit=charts.percents, head=head, key="fill"
        ),
        charts.bars(
            _("Wait in the office"), along, pair(named("wait")), unit=charts.minutes, head=head,
            key="wait", says=_("Mean minutes of a patient, all stages, in simulated days"),
        ),
        charts.bars(
            _("Overtime"), along, pair(named("overtime")), unit=charts.minutes, head=head,
            key="overtime", says=_("Minutes a day of all providers, in simulated days"),
        ),
    ]  # fmt: skip


def _third(outcome: dict[str, Any], kind: str) -> list[float | None]:
    return [week["third_next"].get(kind) for week in outcome["weeks"]]


def _both(
    before: dict[str, Any], after: dict[str, Any], name: str
) -> tuple[float | None, float | None]:
    first = _mean([week[name] for week in before["weeks"]])
    return first, _mean([week[name] for week in after["weeks"]])


def _mean(values: list[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return mean(known) if known else None
