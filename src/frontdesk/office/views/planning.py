"""Budgets and the cash of the weeks ahead on screen."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from frontdesk.core.clock import today
from frontdesk.core.http import Request, needs
from frontdesk.core.money import ZERO
from frontdesk.core.spreadsheet import table
from frontdesk.ledger.rules import CHART, month_of
from frontdesk.office import operations
from frontdesk.office.forms import planning as forms
from frontdesk.office.queries import planning as queries
from frontdesk.office.queries.planning import Plan, plannable
from frontdesk.office.rules.planning import Week, version_of
from frontdesk.ui import charts
from frontdesk.ui.responses import csv_file, done, refusals_on, respond, toast

CHANGED = "office:changed"
SHOWN = 6  # accounts in a drawing


@needs("office.view")
def budget(request: Request) -> HttpResponseBase:
    """Show a year's budget against the books, account by account, and by month."""
    asked, on = forms.Year(request.GET), today(request.site)
    year = asked.said("year", on.year)
    until = asked.said("until", on.month if year == on.year else 12)
    site = asked.said("site", "")
    found = queries.plan(year, until, site)
    if "csv" in request.GET:
        return _budget_file(found)
    told: dict[str, Any] = {"year": year, "until": date(year, until, 1), "site": site}
    told |= {"drawn": _budget_charts(found, site), "sums": (found.income, found.costs)}
    told |= {"may_change": request.actor.may("office.budget"), "last": month_of(told["until"])[1]}
    return respond(request, "office/budget.html", part="budget", asked=asked, found=found, **told)


@needs("office.budget")
def budget_line(request: Request) -> HttpResponse:
    """Set one account's year at a site, or for the whole practice."""
    asked = forms.Line(request.GET)
    code, year = asked.said("code", ""), asked.said("year", today(request.site).year)
    site = asked.said("site", None)
    if code not in CHART:
        return respond(request, "office/budget_choose.html", asked=asked, year=year)
    held = queries.budget_of(code, year, site.pk if site else None)
    amounts = {number: line.amount for number, line in held.items()}
    initial = {f"m{number}": amount for number, amount in amounts.items()}
    form = forms.Amounts(request.POST or None, initial=initial)
    version = request.POST.get("version") or version_of(amounts)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            rows = form.planned(code, year, site.pk if site else None)
            operations.set_budget(rows, by=request.actor, version=request.POST.get("version", ""))
            toast(request, _("The budget is set"))
            return done(request, CHANGED)
    told = {"name": CHART[code].name, "year": year, "site": site, "version": version}
    return respond(request, "office/budget_line.html", form=form, **told)


@needs("office.budget")
def budget_import(request: Request) -> HttpResponse:
    """Bring a budget in from a CSV file, whole or not at all."""
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.BudgetUpload(data, files, initial={"year": today(request.site).year})
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            count = operations.set_budget(form.cleaned_data["rows"], by=request.actor)
            toast(request, _("%(n)s figures changed") % {"n": count})
            return done(request, CHANGED)
    return respond(request, "office/budget_import.html", form=form)


@needs("office.view")
def budget_sample(request: Request) -> HttpResponseBase:
    """Hand out an empty budget to be filled in with a spreadsheet."""
    months = [f"{date(2000, month, 1):%b}" for month in range(1, 13)]
    rows = [[name, "", *[""] * 12] for _code, name in plannable()]
    return csv_file("budget", table(["Account", "Site", *months], rows))


@needs("office.view")
def forecast(request: Request) -> HttpResponse:
    """Show the cash of the coming weeks: what usually comes, and what bills take."""
    on = today(request.site)
    weeks = queries.cash_ahead(on)
    below = next((week for week in weeks if week.closing < 0), None)
    told: dict[str, Any] = {"weeks": weeks, "below": below, "opening": queries.bank_balance()}
    return respond(
        request, "office/forecast.html", part="weeks", drawn=_forecast_charts(weeks), **told
    )


def _budget_file(found: Plan) -> HttpResponseBase:
    rows = [
        (row.name, row.code, row.budget, row.actual, row.better)
        for row in (*found.rows, found.income, found.costs)
    ]
    head = ["Account", "Code", "Budget", "Actual", "Better by"]
    return csv_file(f"budget-{found.year}", table(head, rows))


def _budget_charts(found: Plan, site: str) -> list[charts.Chart]:
    along = [f"{date(found.year, month, 1):%b}" for month in range(1, 13)]
    urls = [
        f"{reverse('office:budget')}?"
        f"{urlencode({'year': found.year, 'until': month, 'site': site})}"
        for month in range(1, 13)
    ]
    series = [
        charts.Series(_("Budget"), [float(budget) for budget, _actual in found.months]),
        charts.Series(_("Actual"), [float(actual) for _budget, actual in found.months], urls),
    ]
    largest = sorted((row for row in found.rows if not row.is_income), key=lambda row: -row.actual)
    shown = largest[:SHOWN]
    sides = [
        charts.Series(_("Budget"), [float(row.budget) for row in shown]),
        charts.Series(_("Actual"), [float(row.actual) for row in shown]),
    ]
    names = [row.name for row in shown]
    return [
        charts.bars(_("Costs by month"), along, series, unit=_dollars, head=_("Month")),
        charts.ranked(_("The largest costs"), names, sides, unit=_dollars, head=_("Account")),
    ]


def _forecast_charts(weeks: Sequence[Week]) -> list[charts.Chart]:
    along = [f"{week.first:%b} {week.first.day}" for week in weeks]
    values = [float(week.closing) for week in weeks]
    series = [charts.Series(_("At the bank"), values)]
    kinds = (("bills", _("Bills")), ("waiting", _("To be approved")), ("recurring", _("Recurring")))
    out = [
        charts.Series(name, [float(max(week.goes.get(kind, ZERO), ZERO)) for week in weeks])
        for kind, name in kinds
    ]
    head = _("Week of")
    title = _("At the bank at the end of each week")
    return [
        charts.lines(title, along, series, unit=_dollars, head=head),
        charts.bars(_("What goes out"), along, out, unit=_dollars, head=head, stacked=True),
    ]


def _dollars(value: float) -> str:
    return f"−${-value:,.0f}" if value < 0 else f"${value:,.0f}"
