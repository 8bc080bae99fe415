"""The book beyond a day's columns: a month, a list, and the way to a day that is typed."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import today
from frontdesk.core.http import Request, needs
from frontdesk.core.spreadsheet import table
from frontdesk.practice.models import Site
from frontdesk.scheduling import forms, operations, queries
from frontdesk.scheduling.rules.spoken import day_said
from frontdesk.scheduling.views.day import around, remembered
from frontdesk.ui.responses import csv_file, go, respond, toast

PAGE = 100
MOST_DAYS = 92


@needs("scheduling.view")
def month(request: Request) -> HttpResponse:
    """Show how full each day of a month is: `?on=`, `&site=all`, `&provider=`."""
    form = forms.Shown(request.GET)
    form.is_valid()  # what is not understood is left out
    on = form.day_or(today(request.site))
    sites = _sites(request, form.cleaned_data)
    provider = form.cleaned_data.get("provider")
    weeks = queries.month_plan(sites, on, today(request.site), provider)
    page = respond(
        request, "scheduling/month.html", part="month", weeks=weeks, chosen=provider, form=form,
        providers=queries.providers_at(request.site, on), all_sites=len(sites) > 1,
        first=on.replace(day=1), **around(request.site, on, 1),
    )  # fmt: skip
    return remembered(page, "month")


@needs("scheduling.view")
def agenda(request: Request) -> HttpResponse:
    """Show the visits of some days as a list: narrowed, sorted."""
    form = forms.Listed(request.GET)
    form.is_valid()
    rows, first, last = _listed(request, form)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    answer = respond(
        request, "scheduling/list.html", part="list", page=page, listing=form, first=first,
        order=form.cleaned_data.get("order") or "", asked=list(request.GET.items()),
        **{**around(request.site, first, 1), "last": last},
    )  # fmt: skip
    return remembered(answer, "list")


@needs("scheduling.export")
@require_POST
def export(request: Request) -> StreamingHttpResponse:
    """Hand the list out as a CSV file; that it left the house is remembered."""
    form = forms.Listed(request.POST)
    form.is_valid()
    rows, first, last = _listed(request, form)
    operations.export_book(rows, by=request.actor)
    lines = table(queries.HEAD, queries.as_lines(rows))
    return csv_file(f"visits-{first:%Y-%m-%d}-{last:%Y-%m-%d}", lines)


@needs("scheduling.view")
def jump(request: Request) -> HttpResponse:
    """Go to the day that somebody typed: 12/3, fri, +14, 6w."""
    day = day_said(request.GET.get("to", ""), today(request.site))
    if day is None:
        toast(request, _("This day can't be read. Try 12/3, fri, +14 or 6w."), tone="red")
        back = request.GET.get("back", "")
        is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, None)
        return go(request, back if is_ours else reverse("scheduling:day"))
    view = request.GET.get("view")
    name = view if view in ("day", "week", "month", "agenda") else "day"
    by = {"by": request.GET["by"]} if request.GET.get("by") else {}
    return go(request, f"{reverse(f'scheduling:{name}')}?{urlencode({'on': day, **by})}")


def _sites(request: Request, said: dict[str, Any]) -> list[Site]:
    every = list(forms.sites())
    return every if said.get("site") == "all" and every else [request.site]


def _listed(request: Request, form: forms.Listed) -> tuple[Any, date, date]:
    said = dict(form.cleaned_data)
    first = said.pop("on", None) or today(request.site)
    last = min(said.pop("until", None) or first, first + timedelta(days=MOST_DAYS))
    sites = _sites(request, said)
    said.pop("site", None)
    return queries.agenda(sites, first, max(first, last), **said), first, max(first, last)
