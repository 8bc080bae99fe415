"""The book on screen: a day by provider or room, a provider's week, the sheet on paper."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.core.kept import newest, number_of, touched
from frontdesk.practice.models import Site
from frontdesk.scheduling import forms, queries
from frontdesk.ui.responses import respond

SUNDAY = 6
SHOWN_BY = ("scheduling", "people", "coverage", "records", "ledger", "visits", "practice")
MAY = ("scheduling.book", "scheduling.templates")  # what the drawn day asks of who looks
COOKIE, REMEMBERED = "fd-book", 365 * 24 * 60 * 60  # seconds
LAST = {  # how the schedule was looked at last, as the browser remembers it
    "rooms": ("scheduling:day", "?by=rooms"),
    "things": ("scheduling:day", "?by=things"),
    "sites": ("scheduling:day", "?by=sites"),
    "week": ("scheduling:week", ""),
    "month": ("scheduling:month", ""),
    "list": ("scheduling:agenda", ""),
}
FULL = 85  # percent of the sessions' minutes from which a day counts as full


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of the small month."""

    day: date
    is_off: bool  # of the month before or after, or nobody works
    is_full: bool
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A day as it was drawn, and what its head says."""

    grid: SafeString
    visits: int
    filled: int | None
    beside: int


@needs("scheduling.view")
def day(request: Request) -> HttpResponse:
    """Show one day: `?on=2026-11-24`, `&by=rooms`, `things` or `sites`."""
    if not request.GET and (last := LAST.get(request.COOKIES.get(COOKIE, ""))):
        return HttpResponseRedirect(reverse(last[0]) + last[1])
    show, on = _asked(request)
    page = respond(
        request,
        "scheduling/day.html",
        part="plan",
        plan=_drawn(request, show.get("by") or "", on),
        by=show.get("by") or "",
        several_sites=len(forms.sites()) > 1,
        find=forms.Find(initial={"site": request.site.pk}),
        month=partial(month, request.site, on),  # asked for by the whole page alone
        **around(request.site, on, 1),
    )
    return remembered(page, show.get("by") or "day")


@needs("scheduling.view")
def week(request: Request) -> HttpResponse:
    """Show the week of a provider: `?on=2026-11-24&provider=…`; the first one without."""
    show, on = _asked(request)
    several = queries.providers_at(request.site, on)
    chosen = show.get("provider") or next(iter(several), None)
    plan = queries.week_plan(request.site, on, now(), chosen) if chosen else None
    page = respond(
        request,
        "scheduling/week.html",
        part="plan",
        plan=plan,
        chosen=chosen,
        may_move=request.actor.may("scheduling.book"),
        providers=several,
        **around(request.site, on - timedelta(days=on.weekday()), 7),
    )
    return remembered(page, "week")


@needs("scheduling.view")
def paper(request: Request) -> HttpResponse:
    """Show the day as a sheet to print, provider by provider."""
    _show, on = _asked(request)
    rows = queries.day_sheet(request.site, on).order_by("provider__last_name", "starts_at")
    pages = [(who, list(visits)) for who, visits in groupby(rows, key=lambda row: row.provider)]
    return respond(
        request, "scheduling/paper.html", pages=pages, at=now(), **around(request.site, on, 1)
    )


def month(site: Site, on: date) -> list[list[MonthDay]]:
    """Return the weeks of the month around a day, from Sunday on, with the full days marked."""
    weeks = Calendar(SUNDAY).monthdatescalendar(on.year, on.month)
    filled = queries.busy_days(site, weeks[0][0], 7 * len(weeks))
    return [
        [
            MonthDay(
                one,
                is_off=one.month != on.month or one not in filled,
                is_full=filled.get(one, 0) >= FULL,
                is_shown=one == on,
            )
            for one in row
        ]
        for row in weeks
    ]


def _asked(request: Request) -> tuple[dict[str, Any], date]:
    form = forms.Show(request.GET)
    form.is_valid()  # what is not understood is left out, and the page shows today
    on = form.cleaned_data.get("on")
    return form.cleaned_data, on if isinstance(on, date) else today(request.site)


def remembered(response: HttpResponse, view: str) -> HttpResponse:
    """Let this browser open the schedule next time as it was looked at last."""
    response.set_cookie(COOKIE, view, max_age=REMEMBERED, samesite="Lax")
    return response


def _drawn(request: Request, by: str, on: date) -> Drawn:
    """Return the day drawn: once for all who look, until what it shows or the minute changes."""
    site, at = request.site, now()
    may = [request.actor.may(one) for one in MAY]
    key = ("day", site.pk, on, by, request.get_full_path(), *may, get_language())
    last = touched(site.practice_id, number_of(site.practice_id), SHOWN_BY)
    return newest(key, (last, int(at.timestamp()) // 60), lambda: _draw(request, by, on))


def _draw(request: Request, by: str, on: date) -> Drawn:
    plan = _plan(request, by, on)
    said = {"plan": plan, "by": by, "may_move": request.actor.may("scheduling.book")}
    grid = render_to_string("scheduling/grid.html", {**said, "site": request.site}, request)
    return Drawn(grid, plan.visits, plan.filled, plan.beside)


def _plan(request: Request, by: str, on: date) -> queries.Plan:
    if by == "things":
        return queries.things_plan(request.site, on, now())
    if by == "sites":
        return queries.sites_plan(list(forms.sites()), on, now())
    return queries.day_plan(request.site, on, now(), by=by)


def around(site: Site, on: date, days: int) -> dict[str, Any]:
    """Return what the head of every page of the book says: the day, and those around it."""
    here = today(site)
    names = {here: _("Today"), here + timedelta(days=1): _("Tomorrow")}
    return {
        "on": on,
        "site": site,
        "named": names.get(on, "") if days == 1 else "",
        "before": on - timedelta(days=days),
        "after": on + timedelta(days=days),
        "last": on + timedelta(days=days - 1),
        "month_before": on.replace(day=1) - timedelta(days=1),
        "month_after": (on.replace(day=1) + timedelta(days=32)).replace(day=1),
    }
