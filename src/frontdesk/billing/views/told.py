"""What a patient was told, and what came of it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.billing import exchange, operations, queries
from frontdesk.billing.queries.told import told_of
from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.people import operations as people
from frontdesk.ui.responses import done, refusals_told, respond, toast

CHANGED = "billing:changed"


@needs("billing.view")
@refusals_told
def told(request: Request, pk: UUID) -> HttpResponse:
    """Show the estimate of a visit beside what is owed, with why; write to the patient."""
    claim = get_object_or_404(queries.claims(), pk=pk)
    if request.method == "POST":
        request.actor.require("billing.statement")
        operations.explain_difference(claim, at=now(), by=request.actor)
        toast(request, _("A message explains it to the patient"))
        return done(request, CHANGED)
    people.open_chart(claim.patient, what="estimate", by=request.actor)
    return respond(request, "billing/told.html", claim=claim, found=told_of(claim))


@needs("billing.statement")
@require_POST
@refusals_told
def told_letter(request: Request, pk: UUID) -> HttpResponse:
    """Print the letter that explains what is owed beyond the estimate, and note that it was."""
    claim = get_object_or_404(queries.claims(), pk=pk)
    found = operations.print_difference(claim, at=now(), by=request.actor)
    family = queries.family_billed(claim.patient)
    pdf = exchange.told_letter_pdf(claim, found, family, today(request.site))
    headers = {"Content-Disposition": f'inline; filename="estimate-{claim.number}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
