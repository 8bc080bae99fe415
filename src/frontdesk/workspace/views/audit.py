"""The audit on screen: who did what, when and to whom."""

import json

from django.http import HttpResponse, StreamingHttpResponse

from frontdesk.core.clock import local, now
from frontdesk.core.http import Request, needs
from frontdesk.core.spreadsheet import table
from frontdesk.ui.responses import csv_file, respond
from frontdesk.workspace import operations
from frontdesk.workspace.forms.audit import Filter
from frontdesk.workspace.queries import audit

HEAD = ("number", "at", "who", "what", "operation", "charts", "rooms", "changes", "digest")


@needs("audit.view")
def log(request: Request) -> HttpResponse:
    """Show the newest entries that are wanted, and lead to the older ones."""
    form = Filter(request.GET)
    form.is_valid()
    wanted = form.wanted(request.site)
    lines, older = ([], None) if form.finds_nobody else audit.page(request.actor, wanted)
    context = {"filter": form, "lines": lines, "older": older, "wanted": wanted}
    return respond(request, "workspace/audit/log.html", part="lines", **context)


@needs("audit.view")
def export(request: Request) -> StreamingHttpResponse:
    """Hand out the wanted entries as a CSV file."""
    form = Filter(request.GET)
    form.is_valid()
    wanted = form.wanted(request.site)
    operations.export_audit(by=request.actor)
    found = () if form.finds_nobody else audit.every(request.actor, wanted)
    return csv_file(f"audit-{local(request.site, now()):%Y-%m-%d}", table(HEAD, map(_row, found)))


def _row(line: audit.Line) -> tuple[object, ...]:
    entry = line.entry
    return (
        entry.number,
        entry.at.isoformat(),
        entry.actor,
        line.deed,
        entry.operation,
        " ".join(patient.chart_number for patient in line.patients),
        entry.rooms,
        json.dumps(entry.changes),
        entry.digest,
    )
