"""Claims on paper: the CMS-1500 for reading and for the red form, and its printers."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy

from frontdesk.billing import exchange, operations, queries
from frontdesk.billing.forms import claims as forms
from frontdesk.billing.models import PaperForm
from frontdesk.billing.queries import versions
from frontdesk.billing.rules.cms1500 import paper_claims
from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.people import operations as people
from frontdesk.ui import crud
from frontdesk.ui.responses import respond

PRINTERS = crud.Table(
    name="printers",
    namespace="billing",
    title=gettext_lazy("Printers for the CMS-1500"),
    noun=gettext_lazy("printer"),
    icon="printer",
    rows=queries.printers,
    form=forms.PaperForm,
    save=operations.save_printer,
    sees=("billing.view",),
    changes="practice.edit",
    columns=(
        crud.Column(gettext_lazy("Printer"), "name"),
        crud.Column(gettext_lazy("Right, mm"), "right", is_figure=True),
        crud.Column(gettext_lazy("Down, mm"), "down", is_figure=True),
        crud.Column(gettext_lazy("In use"), "is_active"),
    ),
    empty=gettext_lazy("Where a printer’s type does not meet the boxes of the red form, move it."),
)


@needs("billing.view")
def cms1500(request: Request, pk: UUID) -> HttpResponse:
    """Show a claim on the CMS-1500, with the form drawn; looking at it is remembered."""
    return _paper(request, pk, None, is_copy=True)


@needs("billing.claim")
def red_form(request: Request, pk: UUID, printer: UUID | None = None) -> HttpResponse:
    """Print a claim onto the red form: only what is typed, moved as the printer wants it."""
    chosen = get_object_or_404(PaperForm, pk=printer) if printer else None
    return _paper(request, pk, chosen, is_copy=False)


@needs("billing.claim")
def paper_claim_choice(request: Request, pk: UUID) -> HttpResponse:
    """Ask on which printer a claim is to be printed."""
    found = get_object_or_404(queries.claims(), pk=pk)
    sheets = paper_claims(versions.facts_now(found, now()))
    printers = queries.printers().filter(is_active=True)
    return respond(request, "billing/red_form.html", claim=found, sheets=sheets, printers=printers)


def _paper(request: Request, pk: UUID, printer: PaperForm | None, *, is_copy: bool) -> HttpResponse:
    found = get_object_or_404(queries.claims(), pk=pk)
    people.open_chart(found.patient, what="claim", by=request.actor)
    sheets = paper_claims(versions.facts_now(found, now()))
    moved = {"right": printer.right, "down": printer.down} if printer else {}
    title = f"CMS-1500, claim {found.number}"
    content = exchange.cms1500_pdf(title, sheets, is_copy=is_copy, **moved)
    name = {"Content-Disposition": f'inline; filename="cms1500-{found.number}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=name)
