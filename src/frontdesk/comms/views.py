"""Messages on screen: what was sent, what did not arrive, how things are said."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from frontdesk.comms import forms, operations, queries, rules
from frontdesk.comms.models import Message
from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.people import operations as people
from frontdesk.people.models import Patient
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

ROWS = 50
CHANGED, WORDED = "messages", "wordings:changed"
LANGUAGES = {"en": gettext_lazy("English"), "es": gettext_lazy("Spanish")}


@needs("comms.view")
def messages(request: Request) -> HttpResponse:
    """List what was written to patients, the newest first: `?status=failed`."""
    form = forms.Show(request.GET)
    form.is_valid()  # a status that there is not shows everything
    status = form.cleaned_data.get("status") or ""
    page = Paginator(queries.outgoing(status), ROWS).get_page(request.GET.get("page"))
    shown = [("", _("All")), *((one.value, one.label) for one in _SHOWN)]
    return respond(
        request, "comms/messages.html", part="rows", page=page, status=status, shown=shown,
        failed=queries.not_delivered(),
    )  # fmt: skip


@needs("comms.view")
def message(request: Request, pk: UUID) -> HttpResponse:
    """Show a message whole, with its way through delivery."""
    found = get_object_or_404(Message.objects.select_related("patient"), pk=pk)
    if found.patient:
        people.open_chart(found.patient, what="message", by=request.actor)
    files = found.attachments.defer("content").order_by("pk")
    return respond(request, "comms/message.html", message=found, files=files)


@needs("comms.send")
@require_POST
@refusals_told
def send_again(request: Request, pk: UUID) -> HttpResponse:
    """Queue a message that did not arrive once more."""
    operations.send_again(get_object_or_404(Message, pk=pk), at=now(), by=request.actor)
    toast(request, _("It is being sent again."))
    return done(request, CHANGED)


@needs("comms.view")
def panel(request: Request, pk: UUID) -> HttpResponse:
    """Show the messages of a patient, as a part of their page."""
    patient = get_object_or_404(Patient, pk=pk)
    found = queries.of_patient(patient)
    return respond(request, "comms/panel.html", patient=patient, messages_=found)


@needs("practice.edit")
def wordings(request: Request) -> HttpResponse:
    """List how each kind of message is said, in each language."""
    own = queries.own_wordings()
    rows = [
        (kind, wording.label, [(tag, name, (kind, tag) in own) for tag, name in LANGUAGES.items()])
        for kind, wording in rules.WORDINGS.items()
    ]
    return respond(request, "comms/wordings.html", part="rows", rows=rows)


@needs("practice.edit")
def wording(request: Request, kind: str, language: str) -> HttpResponse:
    """Change how a kind of message is said."""
    if kind not in rules.WORDINGS or language not in rules.LANGUAGES:
        raise Http404
    text = queries.wording(kind, language)
    form = forms.Wording(request.POST or None, initial=text._asdict())
    if form.is_valid():
        with refusals_on(form):
            operations.word(kind, language, text=form.text, by=request.actor)
            toast(request, _("From now on it is said like this."))
            return done(request, WORDED)
    return respond(request, "comms/wording.html", form=form, **_about(kind, language))


def _about(kind: str, language: str) -> dict[str, Any]:
    known = rules.WORDINGS[kind]
    facts = [f"${name}" for name in known.facts]
    return {"label": known.label, "language": LANGUAGES[language], "facts": facts}


_SHOWN = (Message.Status.FAILED, Message.Status.QUEUED, Message.Status.SENT)
