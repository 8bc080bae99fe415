"""Remittances: the list, one with its balances and lines, and what a person decides."""

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.billing import forms, operations, queries
from frontdesk.billing.models import Remittance, RemittanceClaim
from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast, trigger

CHANGED = "billing:changed"
ON_A_PAGE = 50


@needs("billing.view")
def remittances(request: Request) -> HttpResponse:
    """Show what payers sent."""
    show = request.GET.get("show", "")
    page = Paginator(queries.remittances(show), ON_A_PAGE).get_page(request.GET.get("page"))
    return respond(request, "billing/remittances.html", part="list", page=page, show=show)


@needs("billing.view")
def remittance(request: Request, pk: UUID) -> HttpResponse:
    """Show one remittance: its three balances, and every decision line by line."""
    found = get_object_or_404(queries.remittance_page(pk))
    read = [queries.row_read(row) for row in found.claims.all()]
    told = {"remittance": found, "rows": read, "reason": forms.Because()}
    return respond(request, "billing/remittance.html", part="all", **told)


@needs("billing.remit")
@require_POST
@refusals_told
def accept(request: Request, pk: UUID) -> HttpResponse:
    """Post a remittance that does not balance, with the reason."""
    found = get_object_or_404(Remittance, pk=pk)
    because = request.POST.get("because", "")
    operations.accept_unbalanced(found, because=because, at=now(), by=request.actor)
    toast(request, _("It is being posted"))
    return go(request, "billing:remittance", found.pk)


@needs("billing.remit")
def remittance_claim(request: Request, pk: UUID) -> HttpResponse:
    """Choose which of our claims a decision is about."""
    row = get_object_or_404(_rows(), pk=pk)
    form = forms.Match(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            chosen = form.cleaned_data["claim"]
            row = operations.match_claim(row, chosen, at=now(), by=request.actor)
            toast(request, _("Posted") if not row.why else row.why, tone="amber" if row.why else "")
            return done(request, CHANGED)
    return _drawer(request, row, form)


@needs("billing.remit")
@require_POST
@refusals_told
def set_aside(request: Request, pk: UUID) -> HttpResponse:
    """Close a decision that is not ours to post."""
    row = get_object_or_404(_rows(), pk=pk)
    because = request.POST.get("because", "")
    operations.set_row_aside(row, because=because, at=now(), by=request.actor)
    toast(request, _("Set aside"))
    return done(request, CHANGED)


@needs("billing.unpost")
@require_POST
@refusals_told
def unpost(request: Request, pk: UUID) -> HttpResponse:
    """Take back a decision that was posted wrongly."""
    row = get_object_or_404(_rows(), pk=pk)
    because = request.POST.get("because", "")
    row = operations.unpost_decision(row, because=because, at=now(), by=request.actor)
    toast(request, _("Taken back. Say which claim it is for."))
    return trigger(_drawer(request, row, forms.Match(row=row)), **{CHANGED: {}})


@needs("billing.unpost")
@require_POST
@refusals_told
def withdraw(request: Request, pk: UUID) -> HttpResponse:
    """Take back a whole paper EOB that was typed in wrongly."""
    found = get_object_or_404(Remittance, pk=pk)
    because = request.POST.get("because", "")
    operations.withdraw_eob(found, because=because, at=now(), by=request.actor)
    toast(request, _("Taken back. Type it in anew."))
    return go(request, "billing:paper")


def _drawer(request: Request, row: RemittanceClaim, form: forms.Match) -> HttpResponse:
    read = queries.row_read(row)
    return respond(request, "billing/remittance_claim.html", row=row, read=read, form=form)


def _rows() -> QuerySet[RemittanceClaim]:
    return RemittanceClaim.objects.select_related("remittance__payer", "claim__patient")
