"""Figures of access on screen: charts, the table behind them, the visits behind the table."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import today
from frontdesk.core.http import Request, needs
from frontdesk.core.spreadsheet import table
from frontdesk.practice.models import Site
from frontdesk.scheduling import operations
from frontdesk.scheduling.forms.figures import Behind, Shown
from frontdesk.scheduling.jobs import figures as jobs
from frontdesk.scheduling.queries import access as queries
from frontdesk.scheduling.queries.access import Access
from frontdesk.scheduling.rules.access import DEFINITIONS, Count, together
from frontdesk.scheduling.views import drawn
from frontdesk.ui.responses import csv_file, go, respond, toast

ROWS = 50
HEAD = (
    "Provider", "Visit", "Third next available (days)", "Booked minutes", "Offered minutes",
    "Fill", "Lead time (days)", "Kept", "Missed", "No-show", "All", "Cancelled", "Cancelled late",
    "Cancellation", "Lost", "Rebooked", "Rebook",
)  # fmt: skip


@needs("scheduling.figures")
def access(request: Request) -> HttpResponse:
    """Show the newest figures, as charts and as a table."""
    form = Shown(request.GET)
    found = _narrowed(queries.newest(form.sites()), form.chosen())
    return respond(
        request, "scheduling/figures/access.html", part="figures", form=form, access=found,
        drawings=_drawings(form, found, request.site) if found.rows else (),
        definitions=DEFINITIONS, query=request.GET.urlencode(),
        site=form.chosen()["site"],
    )  # fmt: skip


@needs("scheduling.figures")
def rows(request: Request) -> HttpResponse:
    """List the visits that a figure counts."""
    form = Behind(request.GET)
    chosen = form.chosen()
    on = form.cleaned_data.get("on") or today(request.site)
    found = queries.visits_behind(
        form.measured(), form.sites(), on,
        provider=chosen["provider"], visit_type=chosen["visit_type"],
    )  # fmt: skip
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return respond(request, "scheduling/figures/rows.html", page=page, filter=form, on=on)


@needs("scheduling.figures")
def export(request: Request) -> StreamingHttpResponse:
    """Hand out the figures as a CSV file, numbers as numbers."""
    form = Shown(request.GET)
    found = _narrowed(queries.newest(form.sites()), form.chosen())
    operations.export_access(by=request.actor)
    on = found.on or today(request.site)
    return csv_file(f"access-{on:%Y-%m-%d}", _lines(found))


@needs("scheduling.figures")
@require_POST
def count_now(request: Request) -> HttpResponse:
    """Have the figures counted without waiting for the hour."""
    jobs.take_access.enqueue(str(request.actor.practice_id))
    toast(request, _("The figures are being counted. They appear here in a moment."))
    return go(request, "scheduling:figures:access")


def _narrowed(found: Access, chosen: dict[str, Any]) -> Access:
    who, kind = chosen["provider"], chosen["visit_type"]
    if who is None and kind is None:
        return found
    rows = [
        row
        for row in found.rows
        if (who is None or row[2].provider == str(who.pk))
        and (kind is None or row[2].visit_type == str(kind.pk))
    ]
    keys = {row[2].provider: row[0] for row in rows}
    by_provider = [
        (name, together((r[2] for r in rows if r[2].provider == key), provider=key))
        for key, name in keys.items()
    ]
    total = together(row[2] for row in rows)
    return Access(rows, by_provider, total, found.taken_at, found.on)


def _drawings(form: Shown, found: Access, place: Site) -> list[Any]:
    sites, chosen = form.sites(), form.chosen()
    on = found.on or today(place)
    names = {one.provider: name for name, _kind, one in found.rows}
    kind, kind_name = _usual_kind(found)
    where = str(chosen["site"].pk) if chosen["site"] else ""
    return [
        drawn.third_next(queries.history(sites, on), names, kind, kind_name),
        drawn.outcomes(queries.weeks_of(sites, on)),
        drawn.fill(found, where),
        drawn.lost(found, where),
        drawn.hours(queries.missed_by_hour(sites, on)),
    ]


def _usual_kind(found: Access) -> tuple[str, str]:
    """Return the type of visit that is booked most, by key and name."""
    counts: dict[tuple[str, str], int] = {}
    for _who, kind, one in found.rows:
        counts[one.visit_type, kind] = counts.get((one.visit_type, kind), 0) + one.all
    return max(counts, key=lambda key: counts[key])


def _lines(found: Access) -> Iterator[str]:
    return table(HEAD, ([who, kind, *_numbers(one)] for who, kind, one in found.rows))


def _numbers(one: Count) -> list[Any]:
    return [
        one.third_next, one.booked, one.offered, _rounded(one.fill), one.lead_days, one.kept,
        one.missed, _rounded(one.no_show), one.all, one.cancelled, one.late,
        _rounded(one.cancellation), one.lost, one.rebooked, _rounded(one.rebook),
    ]  # fmt: skip


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
