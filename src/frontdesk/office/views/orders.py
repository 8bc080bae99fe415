"""Orders on screen: what is on its way, what came."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.office import operations
from frontdesk.office.forms import bills as forms
from frontdesk.office.forms.fields import Because
from frontdesk.office.models import PurchaseOrder
from frontdesk.office.queries import orders as queries
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast

CHANGED = "office:changed"
ROWS = 50


@needs("office.view")
def orders(request: Request) -> HttpResponse:
    """List the orders, the newest first."""
    asked = request.GET.get("status", "open")
    status = asked if asked in PurchaseOrder.Status.values else ""
    page = Paginator(queries.orders(status), ROWS).get_page(request.GET.get("page"))
    rows = [(order, queries.total_of(order)) for order in page]
    return respond(request, "office/orders.html", part="list", page=page, rows=rows, status=status)


@needs("office.bill")
def new_order(request: Request) -> HttpResponse:
    """Write down what is ordered."""
    sent = request.POST if request.method == "POST" else None
    initial = {"ordered_on": today(request.site), "site": request.site}
    form = forms.OrderHead(sent, initial=initial)
    lines = forms.OrderLines(sent, prefix="line")
    if sent is not None and form.is_valid() and lines.is_valid():
        with refusals_on(form):
            said = forms.ordered_said(form, lines)
            made = operations.place_order(lines=said, **form.cleaned_data, by=request.actor)
            toast(request, _("%(order)s is written down") % {"order": made})
            return go(request, "office:orders")
    return respond(request, "office/order_form.html", form=form, lines=lines)


@needs("office.view")
def order(request: Request, pk: UUID) -> HttpResponse:
    """Show an order line by line, and mark what came."""
    found = _found(pk)
    rows = queries.rows_of(found)
    form = forms.Receive(
        request.POST or None, rows=rows, initial={"received_on": today(request.site)}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _receive(request, found, form)
            return done(request, CHANGED)
    told: dict[str, Any] = {"receipts": list(queries.receipts_of(found)), "form": form}
    return respond(request, "office/order.html", order=found, **told)


@needs("office.bill")
@require_POST
@refusals_told
def close_order(request: Request, pk: UUID) -> HttpResponse:
    """Mark an order as complete."""
    operations.close_order(_found(pk), by=request.actor)
    toast(request, _("The order is complete"))
    return done(request, CHANGED)


@needs("office.bill")
def cancel_order(request: Request, pk: UUID) -> HttpResponse:
    """Cancel an order of which nothing came."""
    found, form = _found(pk), Because(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.cancel_order(found, **form.cleaned_data, by=request.actor)
            toast(request, _("%(order)s is cancelled") % {"order": found})
            return done(request, CHANGED)
    return respond(request, "office/cancel_order.html", order=found, form=form)


def _receive(request: Request, order: PurchaseOrder, form: forms.Receive) -> None:
    said = form.cleaned_data
    operations.receive(
        order,
        form.quantities,
        received_on=said["received_on"],
        slip=said["slip"],
        at=now(),
        by=request.actor,
    )
    toast(request, _("What came is marked"))


def _found(pk: UUID) -> PurchaseOrder:
    found: PurchaseOrder = get_object_or_404(
        PurchaseOrder.objects.select_related("vendor", "site"), pk=pk
    )
    return found
