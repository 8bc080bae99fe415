"""Finding a time: the best few, all by day and part of day, and why not where there is none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from frontdesk.core.clock import day_bounds, local, now, today
from frontdesk.core.http import Request, needs
from frontdesk.scheduling import forms, queries
from frontdesk.scheduling.queries import Found, Opening
from frontdesk.ui.responses import respond

SHOWN, SHOWN_BESIDE = 60, 5
LETTERS = "acdefhilmnopqrtvwyz"  # of the ways out; the others mean something in the drawer already
MONTH = timedelta(days=30)
NOON, EVENING = 12, 17  # hours from which a time is of the afternoon, of the evening


@dataclass(frozen=True, slots=True)
class Day:
    """The times of one day, in the morning and in the afternoon."""

    day: date
    parts: list[tuple[str, list[Opening]]]


@needs("scheduling.book")
def find(request: Request) -> HttpResponse:
    """Look for a time: what, with whom, where, when; the best ones, and the next by day."""
    return times(request, "scheduling/find.html")


@needs("scheduling.book")
def found(request: Request) -> HttpResponse:
    """Return the times alone, as the form above them changes."""
    return times(request, "scheduling/found.html")


@needs("scheduling.book")
def soonest(request: Request) -> HttpResponse:
    """Return the next few times alone, for the form beside the book."""
    found = _found(request, _finding(request), SHOWN_BESIDE)
    return respond(request, "scheduling/soonest.html", times=found.openings, why=found.why_none)


@needs("scheduling.book")
def why(request: Request) -> HttpResponse:
    """Say for each part of a day without a time what binds, and the cheapest way out."""
    form = _finding(request)
    may = request.actor.may(queries.OVERRIDE)
    rejected = list(lettered(_explained(request, form), may)) if form.is_valid() else []
    asked = [] if may else queries.who_may()
    return respond(
        request, "scheduling/why.html", rejected=rejected, may=may, who_may=asked,
        finder=form, patient=form.cleaned_data.get("patient"),
    )  # fmt: skip


@needs("scheduling.override")
def overrides(request: Request) -> HttpResponse:
    """Show what was booked against rules in the last thirty days: by whom, and why."""
    _first, last = day_bounds(request.site, today(request.site))
    return respond(
        request, "scheduling/overrides.html", counted=queries.overrides(last - MONTH, last)
    )


def times(request: Request, template: str) -> HttpResponse:
    """Answer with the times that the form asks for."""
    form = _finding(request)
    found = _found(request, form, SHOWN)
    patient = form.cleaned_data.get("patient")
    return respond(
        request, template, finder=form, days=list(_by_day(found)), best=found.best,
        why=found.why_none, patient=patient, asked=urlencode(dict(form.data.items())),
    )  # fmt: skip


def _finding(request: Request) -> forms.Find:
    """Return the form as it was sent, with the usual answers where it says nothing."""
    said = request.GET.copy()
    first = forms.visit_types().first()
    for name, value in (("visit_type", first and first.pk), ("days", "14")):
        if not said.get(name) and value:
            said[name] = str(value)
    if "site" not in said:
        said["site"] = str(request.site.pk)
    return forms.Find(said)


def _found(request: Request, form: forms.Find, limit: int) -> Found:
    if not form.is_valid():
        return Found([], _("Say what is to be booked."))
    said = form.cleaned_data
    return queries.find_a_time(
        said["visit_type"], said["site"], said["provider"], **_when(request, said), limit=limit
    )


def _explained(request: Request, form: forms.Find) -> list[queries.Rejected]:
    said = form.cleaned_data
    site = said["site"] or request.site
    return queries.explain(said["visit_type"], site, said["provider"], **_when(request, said))


def lettered(rejected: list[queries.Rejected], may: bool) -> Iterator[tuple[str, queries.Rejected]]:
    """Give each way out that can be taken here a letter of its own, as long as there are any."""
    letters = iter(LETTERS)
    for one in rejected:
        out = one.way_out
        yield next(letters, "") if out and (may or not out.needs_right) else "", one


def _when(request: Request, said: dict[str, Any]) -> dict[str, Any]:
    here = today(said["site"] or request.site)
    return {
        "from_on": max(said["from_on"] or here, here),
        "days": int(said["days"] or 14),
        "part": said["part"],
        "patient": said["patient"],
        "at": now(),
    }


def _by_day(found: Found) -> Iterator[Day]:
    days = groupby(found.openings, key=lambda one: local(one.site, one.starts_at).date())
    for day, openings in days:
        parts = groupby(openings, key=lambda one: _part(local(one.site, one.starts_at).hour))
        yield Day(day, [(part, list(row)) for part, row in parts])


def _part(hour: int) -> str:
    """Return what the desk calls an hour's part of the day."""
    if hour < NOON:
        return _("Morning")
    return _("Afternoon") if hour < EVENING else _("Evening")
