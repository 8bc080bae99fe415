"""The figures of the money on screen: all at once, one with its parts, and the rows behind."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.reports import operations
from frontdesk.reports.exchange import kpis as exchange
from frontdesk.reports.forms import kpis as forms
from frontdesk.reports.jobs import kpis as jobs
from frontdesk.reports.queries import kpi_rows, kpis
from frontdesk.reports.queries.kpi_copays import not_taken
from frontdesk.reports.rules.kpis import YEAR
from frontdesk.reports.views import kpi_drawn as drawn
from frontdesk.ui.responses import done, go, refusals_on, respond, toast

MONTHS = 12
ROWS = 50
AT = "reports:kpis"


@needs("billing.reports")
def figures(request: Request) -> HttpResponseBase:
    """Show every figure with its goal, how it went over a year, and what it is made of."""
    form = forms.Shown(request.GET)
    newest = kpis.last_counted()
    if newest is None:
        return respond(request, "reports/kpis.html", part="kpis", newest=None)
    first, last = form.time(newest.on)
    months = kpis.months_until(last, MONTHS)
    found = kpis.counted_by_month(first, months)
    aim = kpis.terms()
    lines = drawn.all_lines(found, (first, last), months, aim, form.wanted())
    told: dict[str, Any] = {"newest": newest, "first": first, "last": last, "lines": lines}
    told |= {"query": drawn.query_of(form, first, last), "charts": drawn.main_charts(lines, months)}
    told |= {"restated": kpis.restated(first, last), "hour_rate": aim.hour_rate}
    return respond(request, "reports/kpis.html", part="kpis", asked=form, **told)


@needs("billing.reports")
def figure(request: Request) -> HttpResponseBase:
    """Show one figure: by month, by site, provider or payer, with its formula."""
    form = forms.One(request.GET)
    newest, measure = kpis.last_counted(), form.measured()
    if newest is None:
        return go(request, AT)
    (first, last), by = form.time(newest.on), form.said("by", "site")
    months = kpis.months_until(last, MONTHS)
    since, ends = min(first, months[0][0]), [end for _first, end in months]
    found = kpis.counted(since, last, ends, measure)
    told: dict[str, Any] = {"measure": measure, "first": first, "last": last, "by": by}
    told["query"] = drawn.query_of(form, first, last)
    aim, wanted = kpis.terms(), form.wanted()
    told["line"] = drawn.line_of(measure, found, (first, last), months, aim, wanted)
    told["parts"] = drawn.parts(measure, found, (first, last), by, wanted)
    told["charts"] = drawn.charts_of(told["line"], told["parts"], months, by)
    told["restated"] = kpis.restated(first, last)
    if measure.key == "copay":
        told["reasons"] = not_taken(first, last, aim, wanted)
    return respond(request, "reports/kpi.html", part="kpi", asked=form, **told)


@needs("billing.reports")
def figure_rows(request: Request) -> HttpResponseBase:
    """List what a figure counts, and of what."""
    form = forms.One(request.GET)
    newest, measure = kpis.last_counted(), form.measured()
    first, last = form.time(newest.on if newest else today(request.site))
    everything = _behind(form, first, last)
    rows = kpi_rows.part_of(everything, form.said("part", "all"))
    if "file" in request.GET:
        return _rows_file(request, form, rows)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    told: dict[str, Any] = {"measure": measure, "first": first, "last": last, "page": page}
    told |= {"named": kpi_rows.named(list(page.object_list)), "part": form.said("part", "all")}
    told["sums"] = drawn.sums(measure, kpi_rows.added_up(rows))
    told["query"] = drawn.query_of(form, first, last)
    told["apart"] = drawn.apart(measure, everything, first, last, form.wanted())
    return respond(request, "reports/kpi_rows.html", asked=form, **told)


@needs("billing.reports")
def figures_file(request: Request) -> HttpResponseBase:
    """Hand out the figures of each month, site, provider and payer as CSV or Parquet."""
    form = forms.Shown(request.GET)
    newest = kpis.last_counted()
    last = form.time(newest.on if newest else today(request.site))[1]
    months = kpis.months_until(last, MONTHS)
    found = kpis.counted(months[0][0], last, [end for _first, end in months])
    names = {by: kpis.names_of(by) for by in kpis.BY}
    rows = exchange.figure_rows(found, months, kpis.terms(), names)
    return _file(request, f"figures-{last:%Y-%m-%d}", exchange.OF_FIGURES, rows)


@needs("billing.reports")
@require_POST
def count_figures(request: Request) -> HttpResponseBase:
    """Have the figures counted up to now."""
    jobs.count_figures.enqueue(str(request.actor.practice_id))
    toast(request, _("The figures are being counted. They appear here in a moment."))
    return go(request, AT)


@needs("billing.reports")
def set_terms(request: Request) -> HttpResponseBase:
    """Set the goals, and what an hour of rework costs."""
    form = forms.SetTerms(request.POST or None, now=kpis.terms())
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.set_terms(**form.values(), at=now(), by=request.actor)
            toast(request, _("Goals saved."))
            return done(request, "reports")
    return respond(request, "reports/kpi_terms.html", form=form)


@needs("billing.reports")
def recount(request: Request) -> HttpResponseBase:
    """Have past days counted again, with the reason."""
    form = forms.Recount(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        jobs.count_again.enqueue(
            str(request.actor.practice_id), said["first"].isoformat(), said["because"],
            request.actor.name,
        )  # fmt: skip
        toast(request, _("The days are being counted again. What changes is marked."))
        return done(request, "reports")
    return respond(request, "reports/kpi_recount.html", form=form)


def _behind(form: forms.One, first: date, last: date) -> list[kpi_rows.Row]:
    measure, aim, wanted = form.measured(), kpis.terms(), form.wanted()
    if measure.key == "days_in_ar" and form.said("part", "all") == kpi_rows.REST:
        return kpi_rows.charges_behind(last, YEAR, aim, wanted)
    return kpi_rows.rows_behind(measure, first, last, aim, wanted)


def _rows_file(request: Request, form: forms.One, rows: Sequence[kpi_rows.Row]) -> HttpResponseBase:
    measure = form.measured()
    names = {by: kpis.names_of(by) for by in kpis.BY}
    lines = exchange.behind_rows(measure, kpi_rows.named(rows), names)
    return _file(request, f"{measure.key}-rows", exchange.OF_ROWS, lines)


def _file(
    request: Request, name: str, columns: exchange.Columns, rows: Iterable[Sequence[Any]]
) -> HttpResponseBase:
    operations.export_kpis(by=request.actor)
    is_parquet = request.GET.get("file") == "parquet"
    content = (exchange.as_parquet if is_parquet else exchange.as_csv)(columns, rows)
    kind = "application/vnd.apache.parquet" if is_parquet else "text/csv; charset=utf-8"
    said = f'attachment; filename="{name}.{"parquet" if is_parquet else "csv"}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": said})
