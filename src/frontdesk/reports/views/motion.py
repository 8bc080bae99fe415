"""What the billing is in the middle of, as a file."""

from django.http import FileResponse
from django.http.response import HttpResponseBase

from frontdesk.core.clock import today
from frontdesk.core.http import Request, needs
from frontdesk.reports import operations
from frontdesk.reports.exchange.motion import zipped
from frontdesk.reports.queries.motion import in_motion


@needs("reports.books")
def motion_file(request: Request) -> HttpResponseBase:
    """Hand out open claims, clocks, history, denials, appeals, enrolments and tasks."""
    operations.export_motion(by=request.actor)
    name = f"open-work-{today(request.site):%Y-%m-%d}.zip"
    file = zipped(in_motion())
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
