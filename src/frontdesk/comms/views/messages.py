"""Messages on screen: what was sent, what did not arrive, what came in."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.comms import forms, operations, queries, rules
from frontdesk.comms.models import Message
from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.people import operations as people
from frontdesk.people.models import Patient
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

ROWS = 50
CHANGED = "messages"


@needs("comms.view")
def messages(request: Request) -> HttpResponse:
    """List what was written and what came in, the newest first: `?status=failed&channel=sms`."""
    form = forms.Show(request.GET)
    form.is_valid()  # a status that there is not shows everything
    status, channel = (form.cleaned_data.get(name) or "" for name in ("status", "channel"))
    page = Paginator(queries.listed(status, channel), ROWS).get_page(request.GET.get("page"))
    shown = [("", _("All")), *((one.value, one.label) for one in _SHOWN)]
    return respond(
        request, "comms/messages.html", part="rows", page=page, status=status, shown=shown,
        failed=queries.not_delivered(), channel=channel, channels=forms.CHANNELS,
    )  # fmt: skip


@needs("comms.view")
def message(request: Request, pk: UUID) -> HttpResponse:
    """Show a message whole, with its way through delivery."""
    found = get_object_or_404(Message.objects.select_related("patient"), pk=pk)
    if found.patient:
        people.open_chart(found.patient, what="message", by=request.actor)
    files = found.attachments.defer("content").order_by("pk")
    about = Message.objects.filter(pk=found.answers_id).first() if found.answers_id else None
    return respond(
        request, "comms/message.html", message=found, files=files, answers=about,
        body=rules.without_links(found.body), parts=rules.parts_of(found.body),
    )  # fmt: skip


@needs("comms.send")
@require_POST
@refusals_told
def send_again(request: Request, pk: UUID) -> HttpResponse:
    """Queue a message that did not arrive once more."""
    operations.send_again(get_object_or_404(Message, pk=pk), at=now(), by=request.actor)
    toast(request, _("It is being sent again."))
    return done(request, CHANGED)


@needs("comms.send")
def reply(request: Request, pk: UUID) -> HttpResponse:
    """Write back to a text that came in."""
    found = get_object_or_404(Message.objects.select_related("patient"), pk=pk)
    form = forms.Reply(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            operations.reply_to(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Your answer is being sent."))
            return done(request, CHANGED)
    return respond(request, "comms/reply.html", message=found, form=form)


@needs("comms.view")
def panel(request: Request, pk: UUID) -> HttpResponse:
    """Show the messages of a patient, as a part of their page."""
    patient = get_object_or_404(Patient, pk=pk)
    found = queries.of_patient(patient)
    return respond(request, "comms/panel.html", patient=patient, messages_=found)


_SHOWN = (
    Message.Status.FAILED,
    Message.Status.QUEUED,
    Message.Status.SENT,
    Message.Status.RECEIVED,
)
