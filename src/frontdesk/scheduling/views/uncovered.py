"""The work list of coverage: what is open before the coming visits, and the keys that settle it."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.core.money import ZERO
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.queries.uncovered import KINDS, uncovered
from frontdesk.ui.responses import done, refusals_told, respond, toast

ROWS = 50
CHANGED = "coverage:changed"


@needs("coverage.view")
def coverage_open(request: Request) -> HttpResponse:
    """List what is open about the coverage of coming visits, what is worth most on top."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    rows = uncovered(now(), kind)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return respond(
        request, "scheduling/uncovered.html", part="rows", page=page, kind=kind, tab="uncovered",
        rows_found=len(rows), at_stake=sum((row.dollars for row in rows), ZERO),
    )  # fmt: skip


@needs("coverage.verify")
@require_POST
@refusals_told
def look_for_coverage(request: Request, pk: UUID) -> HttpResponse:
    """Ask other payers of ours about the patient of a visit."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    operations.look_for_coverage(found, at=now(), by=request.actor)
    toast(request, _("Asking other payers. What is found comes onto this list."))
    return done(request, CHANGED)


@needs("coverage.verify")
@require_POST
@refusals_told
def ask_for_good_faith(request: Request, pk: UUID) -> HttpResponse:
    """Start the clock of a good-faith estimate because the patient asked for one."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    made = operations.ask_for_good_faith(found, at=now(), by=request.actor)
    toast(request, _("Good-faith estimate %(number)s is ready to give") % {"number": made.number})
    return done(request, CHANGED)
