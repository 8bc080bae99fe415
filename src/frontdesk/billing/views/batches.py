"""Batches: choose ready claims into one file, and see what became of each."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from frontdesk.billing import operations, queries
from frontdesk.billing.forms.claims import Batch
from frontdesk.billing.models import Exchange
from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

ON_A_PAGE = 50


@needs("billing.view")
def batches(request: Request) -> HttpResponse:
    """Show the files of claims, the newest first."""
    page = Paginator(queries.batches(), ON_A_PAGE).get_page(request.GET.get("page"))
    return respond(request, "billing/batches.html", part="list", page=page)


@needs("billing.view")
def batch(request: Request, pk: UUID) -> HttpResponse:
    """Show a file of claims with the state of each."""
    found = get_object_or_404(queries.batch(pk))
    told = queries.batch_page(found, today=today(request.site), at=now())
    return respond(request, "billing/batch.html", part="list", batch=told)


@needs("billing.claim")
def new_batch(request: Request) -> HttpResponse:
    """Choose which ready claims go into one file, and send it."""
    form = Batch(request.POST or request.GET or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            return _sent(request, form)
    count, amount = queries.ready_sum(form.chosen)
    told = {"form": form, "count": count, "amount": amount}
    return respond(request, "billing/new_batch.html", part="sum", **told)


@needs("billing.claim")
@require_POST
@refusals_told
def batch_again(request: Request, pk: UUID) -> HttpResponse:
    """Send the claims of a file that was turned away again."""
    found = get_object_or_404(queries.batch(pk))
    sent = operations.send_rejected_again(found, at=now(), by=request.actor)
    return _told(request, sent)


def _told(request: Request, sent: Exchange | None) -> HttpResponse:
    count = sent.transmissions.count() if sent else 0
    told = ngettext("%(n)s claim is on its way", "%(n)s claims are on their way", count)
    toast(request, told % {"n": count} if count else _("No claim is ready"))
    return done(request, "billing:changed")


def _sent(request: Request, form: Batch) -> HttpResponse:
    sent = operations.queue_batch(claims=list(form.chosen), at=now(), by=request.actor)
    return _told(request, sent)
