"""Files sent to and received from the clearinghouse, readable as they are."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.billing import exchange, forms, operations, queries
from frontdesk.billing.models import Exchange
from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

ON_A_PAGE = 50
KINDS = ("837P", "TA1", "999", "277CA", "835")


@needs("billing.view")
def files(request: Request) -> HttpResponse:
    """Show the files, the newest first."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    page = Paginator(queries.files(kind), ON_A_PAGE).get_page(request.GET.get("page"))
    waiting = queries.files_waiting([one.pk for one in page])
    rows = [(one, waiting.get(one.pk, "")) for one in page]
    told: dict[str, Any] = {"rows": rows, "kinds": KINDS}
    return respond(request, "billing/files.html", part="list", page=page, kind=kind, **told)


@needs("billing.claim")
def bring_file(request: Request) -> HttpResponse:
    """Bring in an answer that was downloaded from a payer's website."""
    form = forms.BroughtFile(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        with refusals_on(form):
            operations.bring_in(file.read(), name=file.name, at=now(), by=request.actor)
            toast(request, _("Brought in. It is read next"))
            return done(request, "billing:changed")
    return respond(request, "billing/file_new.html", form=form)


@needs("billing.view")
def file(request: Request, pk: UUID) -> HttpResponse:
    """Show a file segment by segment; looking at it is remembered."""
    found = get_object_or_404(Exchange, pk=pk)
    content = operations.open_file(found, by=request.actor)
    segments = exchange.segments(content)
    waiting, paid = queries.work_about(found), queries.paid_in(found)
    told: dict[str, Any] = {"segments": segments, "waiting": waiting, "paid": paid}
    return respond(request, "billing/file.html", file=found, **told)


@needs("billing.claim")
@require_POST
@refusals_told
def send_file(request: Request, pk: UUID) -> HttpResponse:
    """Try again to send a file that could not be sent."""
    operations.send_again(get_object_or_404(Exchange, pk=pk), at=now(), by=request.actor)
    toast(request, _("The file is being sent again"))
    return done(request, "billing:changed")
