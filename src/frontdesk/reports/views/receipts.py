"""What is coming in, on screen."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from frontdesk.core.clock import today
from frontdesk.core.http import Request, needs
from frontdesk.reports.queries.receipts import Receipts, receipts
from frontdesk.reports.rules.receipts import error
from frontdesk.ui import charts
from frontdesk.ui.responses import respond


@needs("reports.books")
def coming(request: Request) -> HttpResponse:
    """Show what comes in the next thirteen weeks, from whom, and how past forecasts did."""
    on = today(request.site)
    found = receipts(on)
    told: dict[str, Any] = {"found": found, "on": on, "chart": _chart(found)}
    told |= {"missed": error(found.past), "missed_usual": error(found.past, usual=True)}
    told["rows"] = [(row, found.names.get(row.payer, "")) for row in found.coming.rows]
    return respond(request, "reports/coming.html", part="coming", **told)


def _chart(found: Receipts) -> charts.Chart:
    weeks = found.coming.weeks
    along = [f"{one.first:%b} {one.first.day}" for one in found.past]
    along += [f"{first:%b} {first.day}" for first, _payers, _patients, _sum in weeks]
    came = [float(one.came) for one in found.past]
    said = [float(one.said) for one in found.past]
    series = [
        charts.Series(_("Came"), [*came, *[None] * len(weeks)]),
        charts.Series(_("Forecast"), [*said, *(float(week[3]) for week in weeks)]),
    ]
    title = _("What comes in each week")
    return charts.lines(title, along, series, unit=_dollars, head=_("Week of"))


def _dollars(value: float) -> str:
    return f"${value:,.0f}"
