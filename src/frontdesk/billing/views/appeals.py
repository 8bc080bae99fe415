"""Appeals: written in their drawer, read as they will be printed, sent, and answered."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.billing import forms, operations, queries
from frontdesk.billing.models import Appeal, Denial
from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.records.operations import open_document
from frontdesk.ui.context import is_part
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast

CHANGED = "billing:changed"


@needs("billing.claim")
@require_POST
@refusals_told
def draft_appeal(request: Request, pk: UUID) -> HttpResponse:
    """Begin the appeal of a denial, or go on with the one that is being written."""
    found = get_object_or_404(Denial, pk=pk)
    appeal = operations.draft_appeal(found, at=now(), by=request.actor)
    if is_part(request):  # in the drawer, where the denial was
        return _drawn(request, appeal)
    return go(request, "billing:appeal", appeal.pk)


@needs("billing.claim")
def appeal(request: Request, pk: UUID) -> HttpResponse:
    """Show an appeal; write it, or send it, while it is a draft."""
    found = _appeal(pk)
    form = forms.WriteAppeal(request.POST or None, appeal=found)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.save_appeal(found, **form.letter, by=request.actor)
            if "send" not in request.POST:
                toast(request, _("Saved"))
                return _drawn(request, _appeal(pk))
            operations.send_appeal(found, **form.sending, at=now(), by=request.actor)
            toast(request, _("Appeal %(n)s is sent") % {"n": found.number})
            return done(request, CHANGED)
    return _drawn(request, found, form if form.is_bound else None)


@needs("billing.claim")
def appeal_packet(request: Request, pk: UUID) -> HttpResponse:
    """Show the packet: as it was sent, or as it would be sent now."""
    found = _appeal(pk)
    if found.packet is not None:
        content = open_document(found.packet, by=request.actor)
    else:
        content = operations.print_appeal(found, on=today(request.site), by=request.actor)
    name = {"Content-Disposition": f'inline; filename="appeal-{found.number}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=name)


@needs("billing.claim")
@require_POST
@refusals_told
def drop_appeal(request: Request, pk: UUID) -> HttpResponse:
    """Give up a letter that was not sent."""
    operations.drop_appeal(_appeal(pk), at=now(), by=request.actor)
    toast(request, _("The letter is put away"))
    return done(request, CHANGED)


@needs("billing.claim")
@require_POST
def answer_appeal(request: Request, pk: UUID) -> HttpResponse:
    """Note what the payer's letter says."""
    found, form = _appeal(pk), forms.AppealAnswer(request.POST)
    if form.is_valid():
        with refusals_on(form):
            operations.note_answer(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("The answer is noted"))
            return done(request, CHANGED)
    return _drawn(request, found, answer=form)


def _appeal(pk: UUID) -> Appeal:
    found: Appeal = get_object_or_404(queries.appeals(), pk=pk)
    return found


def _drawn(
    request: Request,
    found: Appeal,
    form: forms.WriteAppeal | None = None,
    answer: forms.AppealAnswer | None = None,
) -> HttpResponse:
    on = today(request.site)
    return respond(
        request,
        "billing/appeal.html",
        appeal=found,
        least=found.least_short_of(on),
        denials=list(found.denials.order_by("pk")),
        form=form or answer,
        letter=form or forms.WriteAppeal(appeal=found),
        answer=answer or forms.AppealAnswer(initial={"won": found.amount, "dated": on}),
        days_left=(found.due_on - on).days,
    )
