"""Questions of patients about their bills: the list, a thread, and writing one down."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from frontdesk.billing import operations, queries
from frontdesk.billing.forms import bills as forms
from frontdesk.billing.models import Charge, Dispute
from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.people.models import Patient
from frontdesk.ui.responses import done, refusals_on, respond, toast

CHANGED = "billing:changed"
ON_A_PAGE = 50


@needs("billing.ask", "billing.answer")
def questions(request: Request) -> HttpResponse:
    """Show what patients asked, the one due first on top."""
    show = request.GET.get("show", "open")
    page = Paginator(queries.disputes(show), ON_A_PAGE).get_page(request.GET.get("page"))
    states = [
        ("open", _("To answer")),
        ("waiting", _("Wait for the patient")),
        ("closed", _("Closed")),
    ]
    told = {"page": page, "show": show, "states": states, "today": today(request.site)}
    return respond(request, "billing/questions.html", part="list", **told)


@needs("billing.ask", "billing.answer")
def question(request: Request, pk: UUID) -> HttpResponse:
    """Read a thread, and answer it."""
    found = get_object_or_404(Dispute.objects.select_related("patient", "charge"), pk=pk)
    form = forms.Answer(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _said(request, found, form)
            toast(request, _("Written. The patient gets a message with the link."))
            return done(request, CHANGED)
    thread = queries.thread(found)
    return respond(request, "billing/question.html", dispute=found, thread=thread, form=form)


@needs("billing.ask")
def ask_about(request: Request, pk: UUID) -> HttpResponse:
    """Write down what somebody asks about a bill on the phone or at the desk."""
    patient = get_object_or_404(Patient, pk=pk)
    family = queries.family_billed(patient)
    charge = _charge(request, list(family.patients))
    form = forms.Question(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {**form.cleaned_data, "charge": charge, "at": now(), "by": request.actor}
        with refusals_on(form):
            operations.ask_about_bill(charge.patient if charge else patient, **said)
            toast(request, _("Noted. The line is not billed until it is answered."))
            return done(request, CHANGED)
    told: dict[str, Any] = {"patient": patient, "charge": charge, "form": form}
    return respond(request, "billing/ask_about.html", **told)


def _charge(request: Request, patients: list[Patient]) -> Charge | None:
    key = request.POST.get("charge") or request.GET.get("charge", "")
    try:
        return queries.charge_of(patients, UUID(key)) if key else None
    except ValueError:
        return None


def _said(request: Request, dispute: Dispute, form: forms.Answer) -> None:
    """Note for the thread, or answer to the patient: who may not answer adds what was said."""
    words = form.cleaned_data["words"]
    if request.actor.may("billing.answer") and not form.cleaned_data["is_from_patient"]:
        said = {name: form.cleaned_data[name] for name in ("outcome", "adjust", "words")}
        operations.answer_question(dispute, **said, at=now(), by=request.actor)
    else:
        said = {"words": words, "is_by_patient": True, "at": now(), "by": request.actor}
        operations.add_to_question(dispute, **said)
