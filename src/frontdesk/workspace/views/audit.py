"""The audit on screen: who did what, when and to whom."""

import csv
import json
from collections.abc import Iterable, Iterator

from django.http import HttpResponse, StreamingHttpResponse

from frontdesk.core.clock import local, now
from frontdesk.core.http import Request, needs
from frontdesk.ui.responses import respond
from frontdesk.workspace import operations
from frontdesk.workspace.forms.audit import Filter
from frontdesk.workspace.queries import audit

HEAD = ("number", "at", "who", "what", "operation", "charts", "rooms", "changes", "digest")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    name = f"audit-{local(request.site, now()):%Y-%m-%d}.csv"
    head = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(_csv(found), content_type="text/csv; charset=utf-8", headers=head)


class _Line:
    """A file of one line: what is written comes back."""

    def write(self, text: str) -> str:
        return text


def _csv(lines: Iterable[audit.Line]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield str(writer.writerow(HEAD))
    for line in lines:
        entry = line.entry
        row = (
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
        yield str(writer.writerow([_harmless(cell) for cell in row]))


def _harmless(cell: object) -> str:
    """Return the cell so that no spreadsheet takes it for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
