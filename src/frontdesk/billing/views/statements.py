"""Statements: who is to be billed, what was sent, and the paper itself."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from frontdesk.billing import exchange, operations, queries
from frontdesk.billing.models import Statement
from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.people.models import Patient
from frontdesk.ui.responses import done, refusals_told, respond, toast

CHANGED = "billing:changed"
ON_A_PAGE = 50


@needs("billing.statement")
def statements(request: Request) -> HttpResponse:
    """Show the statements that were made, and how many should be."""
    show = request.GET.get("show", "")
    page = Paginator(queries.statements(show), ON_A_PAGE).get_page(request.GET.get("page"))
    to_bill = queries.patients_to_bill(today(request.site) - operations.AGAIN_AFTER).count()
    told = {"page": page, "show": show, "to_bill": to_bill, "states": Statement.Status.choices}
    return respond(request, "billing/statements.html", part="list", **told)


@needs("billing.statement")
@require_POST
@refusals_told
def make_statements(request: Request) -> HttpResponse:
    """Bill everybody who owes something and was not billed this month."""
    made = operations.make_statements(on=today(request.site), at=now(), by=request.actor)
    told = ngettext("%(n)s statement made", "%(n)s statements made", len(made))
    toast(request, told % {"n": len(made)})
    return done(request, CHANGED)


@needs("billing.statement")
@require_POST
@refusals_told
def make_statement(request: Request, pk: UUID) -> HttpResponse:
    """Bill one patient."""
    patient = get_object_or_404(Patient, pk=pk)
    made = operations.make_statement(patient, on=today(request.site), at=now(), by=request.actor)
    toast(request, _("Statement %(n)s made") % {"n": made.number})
    return done(request, CHANGED)


@needs("billing.statement")
def statement(request: Request, pk: UUID) -> HttpResponse:
    """Print a statement."""
    found = get_object_or_404(Statement.objects.select_related("practice", "patient"), pk=pk)
    name = f'inline; filename="statement-{found.number}.pdf"'
    return HttpResponse(
        exchange.statement_pdf(found),
        content_type="application/pdf",
        headers={"Content-Disposition": name},
    )


@needs("billing.statement")
@require_POST
@refusals_told
def mailed(request: Request, pk: UUID) -> HttpResponse:
    """Note that a statement went out by mail."""
    found = get_object_or_404(Statement, pk=pk)
    operations.note_mailed(found, by=request.actor)
    toast(request, _("Statement %(n)s is sent") % {"n": found.number})
    return done(request, CHANGED)
