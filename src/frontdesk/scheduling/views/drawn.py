"""The charts of the figures, with links to the rows behind them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from statistics import mean
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from frontdesk.scheduling.models import RiskModel
from frontdesk.scheduling.queries.access import Access
from frontdesk.scheduling.rules.access import Count
from frontdesk.ui import charts
from frontdesk.ui.charts import Chart, Series

MOST_LINES = 4
HOURS_SHOWN = range(6, 21)


def rows_url(measure: str, **chosen: Any) -> str:
    """Return where the visits behind a figure are listed."""
    said = {name: value for name, value in chosen.items() if value}
    return f"{reverse('scheduling:figures:rows')}?{urlencode({'measure': measure, **said})}"


def day_words(day: date) -> str:
    """Write a day as it stands below an axis."""
    return date_format(day, "M j")


def third_next(
    days: Sequence[tuple[date, list[Count]]], names: Mapping[str, str], kind: str, kind_name: str
) -> Chart:
    """Draw the third next time of one type of visit, the mean of each week, a line a provider."""
    weight: dict[str, int] = {}
    for _day, counts in days:
        for one in counts:
            if one.visit_type == kind:
                weight[one.provider] = weight.get(one.provider, 0) + one.all
    busiest = sorted(weight, key=lambda key: -weight[key])[:MOST_LINES]
    weeks: dict[date, list[list[Count]]] = {}
    for day, counts in days:
        weeks.setdefault(day - timedelta(days=day.weekday()), []).append(counts)
    series = [
        Series(names.get(who, "—"), [_mean_of(week, who, kind) for week in weeks.values()])
        for who in busiest
    ]
    return charts.lines(
        _("Third next available: %(visit)s") % {"visit": kind_name},
        [day_words(week) for week in weeks], series,
        unit=charts.days, head=_("Week of"), key="third-next",
        says=_("Days until the third time that could be booked, mean of the week"),
    )  # fmt: skip


def outcomes(weeks: Sequence[tuple[date, Count]]) -> Chart:
    """Draw how visits ended, week by week."""
    counts = [count for _week, count in weeks]
    series = [
        Series(_("Kept"), [one.kept for one in counts]),
        Series(_("Missed"), [one.missed for one in counts]),
        Series(_("Cancelled"), [one.cancelled for one in counts]),
    ]
    along = [day_words(week) for week, _count in weeks]
    return charts.bars(
        _("How visits ended"), along, series, stacked=True, head=_("Week of"), key="outcomes"
    )


def fill(access: Access, sites: str) -> Chart:
    """Draw how much of the offered time was booked, by provider."""
    rows = [(name, one) for name, one in access.by_provider if one.fill is not None]
    urls = [rows_url("all", provider=one.provider, site=sites) for _name, one in rows]
    return charts.ranked(
        _("Fill"), [name for name, _one in rows],
        [Series(_("Booked of offered minutes"), [one.fill for _name, one in rows], urls)],
        unit=charts.percents, head=_("Provider"), key="fill",
        says=_("Booked of offered minutes in the 28 days before"),
    )  # fmt: skip


def lost(access: Access, sites: str) -> Chart:
    """Draw how many visits were missed and cancelled, by provider."""
    rows = [(name, one) for name, one in access.by_provider if one.all]

    def urls(measure: str) -> list[str]:
        return [rows_url(measure, provider=one.provider, site=sites) for _name, one in rows]

    return charts.ranked(
        _("No-shows and cancellations"), [name for name, _one in rows],
        [
            Series(_("Missed"), [one.no_show for _name, one in rows], urls("missed")),
            Series(_("Cancelled"), [one.cancellation for _name, one in rows], urls("cancelled")),
        ],
        unit=charts.percents, head=_("Provider"), key="lost",
    )  # fmt: skip


def hours(found: Mapping[tuple[int, int], Count]) -> Chart:
    """Draw the share of missed visits by weekday and hour."""
    days = sorted({day for day, _hour in found})
    shown = sorted({hour for _day, hour in found if hour in HOURS_SHOWN})
    values = [[found[d, h].no_show if (d, h) in found else None for h in shown] for d in days]
    return charts.heat(
        _("Missed by day and hour"), [str(WEEKDAYS_ABBR[day]) for day in days],
        [str(hour if hour < 13 else hour - 12) for hour in shown],
        values, unit=lambda share: f"{share * 100:.0f}", head=_("Day"), key="hours",
        says=_("Percent of the visits of the 28 days before that were missed"),
    )  # fmt: skip


def calibration(model: RiskModel) -> Chart:
    """Draw what was predicted against what happened, on visits the fit had not seen."""
    points = [(p, h, n) for p, h, n in model.report["points"]]
    return charts.calibration(
        _("Does the risk come true?"), points, key="calibration",
        says=_("Newer visits that the fit had not seen, in groups of alike risk"),
    )  # fmt: skip


def _mean_of(week: Sequence[Sequence[Count]], who: str, kind: str) -> float | None:
    known = [one for counts in week if (one := _soonest(counts, who, kind)) is not None]
    return round(mean(known), 1) if known else None


def _soonest(counts: Sequence[Count], who: str, kind: str) -> float | None:
    mine = [o.third_next for o in counts if (o.provider, o.visit_type) == (who, kind)]
    known = [one for one in mine if one is not None]
    return min(known) if known else None
